"""Why a customer can't be handed over, or an attempt came to nothing: stable codes, and words for people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

NOT_FOLLOWED = "not_followed"
CUSTOMER_LEFT = "customer_left"
CUSTOMER_DELETED = "customer_deleted"
BLACKLISTED = "blacklisted"
TRANSFERRING = "transferring"
TOO_OFTEN = "too_often"
REFUSED_BEFORE = "refused_before"
LEFT_LONG_AGO = "left_long_ago"
ALREADY_FRIEND = "already_friend"
TAKER_LEFT = "taker_left"
TAKER_DISABLED = "taker_disabled"
TAKER_NOT_ALLOWED = "taker_not_allowed"
TAKER_FULL = "taker_full"
LOGIN_EXPIRED = "login_expired"
CUSTOMER_REFUSED = "customer_refused"
LIMIT_EXCEEDED = "customer_limit_exceed"
NO_RECORD = "no_record"
IN_DOUBT = "in_doubt"
CUSTOMER_UNKNOWN = "customer_unknown"
EMPLOYEE_UNKNOWN = "employee_unknown"
TAKER_UNPROVEN = "taker_unproven"
TAKER_BANNED = "taker_banned"
SAME_EMPLOYEE = "same_employee"
NOT_LEFT = "not_left"
WECOM_REFUSED = "wecom_refused"

WORDS: dict[str, Any] = {
    NOT_FOLLOWED: _("The employee does not follow this customer (any more)."),
    CUSTOMER_LEFT: _("The customer has deleted the employee: WeCom would count that as a refusal."),
    CUSTOMER_DELETED: _("This customer has been deleted here."),
    BLACKLISTED: _("The customer is on the blacklist."),
    TRANSFERRING: _("The customer is being handed over already. Wait for the result."),
    TOO_OFTEN: _("Handed over twice within 90 days, which is all that WeCom allows."),
    REFUSED_BEFORE: _("The customer has refused to be handed over by this leaver: no relation is left."),
    LEFT_LONG_AGO: _("The employee left more than a year ago. WeCom hands over no customers of theirs any more."),
    ALREADY_FRIEND: _("The customer is a friend of whoever would take over already."),
    TAKER_LEFT: _("Whoever would take over has left the company."),
    TAKER_DISABLED: _("Whoever would take over is disabled, or not activated, in WeCom."),
    TAKER_NOT_ALLOWED: _("Whoever would take over may not have customers: grant the customer-contact function."),
    TAKER_FULL: _("Whoever would take over has as many customers as are allowed."),
    LOGIN_EXPIRED: _("One of the two employees has not logged in to WeCom for a year."),
    CUSTOMER_REFUSED: _("The customer refused. With an employee who works here, everything stays as it was."),
    LIMIT_EXCEEDED: _("The taker had as many customers as WeCom allows."),
    NO_RECORD: _("WeCom has no record of this attempt. Check the customers again, and start a new one."),
    IN_DOUBT: _("No answer came, and WeCom's results can't tell. It is not sent again: look at the customer there."),
    CUSTOMER_UNKNOWN: _("WeCom does not know this customer here, or all followers are out of the app's range."),
    EMPLOYEE_UNKNOWN: _("WeCom does not know one of the employees, or the app may not see them."),
    TAKER_UNPROVEN: _("The identity of the taker is not proven in WeCom. Let the person do it in the WeCom app."),
    TAKER_BANNED: _("The taker is banned in WeCom."),
    SAME_EMPLOYEE: _("Old and new employee are the same."),
    NOT_LEFT: _("The employee has not left, or has come back. Start a new transfer."),
    WECOM_REFUSED: _("WeCom refused. Look up its code."),
}

LINES: dict[str, Any] = {
    "line_malformed": _("not an external userid"),
    "line_double": _("named twice"),
    "customer_unknown": _("no such customer"),
}


def sentence(reason: str) -> Any:
    """A reason in words, translated; empty for none."""
    return WORDS.get(reason, reason)
