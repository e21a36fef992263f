from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a warning is about."""

    CUSTOMER_DELETED = "customer_deleted", _("deleted by the customer")
    EMPLOYEE_DELETED = "employee_deleted", _("deleted by the employee")
    BULK_DELETION = "bulk_deletion", _("many deleted in a day")
    NEGATIVE_FEEDBACK = "negative_feedback", _("many customers left in a day")
    SILENCE = "silence", _("no contact for long")
    TRANSFER_REFUSED = "transfer_refused", _("transfer came to nothing")
    LEFT_LAST_GROUP = "left_last_group", _("left the last group")
    BLACKLISTED_ADDED = "blacklisted_added", _("added from the blacklist")
    BLACKLISTED_JOINED = "blacklisted_joined", _("joined a group from the blacklist")
    RULE = "rule", _("warned of by a rule")


class Level(models.IntegerChoices):
    NOTICE = 1, _("minor")
    WARNING = 2, _("warning")
    SERIOUS = 3, _("serious")


class State(models.TextChoices):
    """Open and acknowledged ones wait for somebody; the other two are over."""

    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    HANDLED = "handled", _("handled")
    PASSED = "passed", _("passed by itself")


class Outcome(models.TextChoices):
    WON_BACK = "won_back", _("won back")
    LOST = "lost", _("lost for good")
    FALSE_ALARM = "false_alarm", _("false alarm")
    OTHER = "other", _("other")


class Delivery(models.TextChoices):
    """When colleagues are told of a warning by a message in WeCom."""

    NONE = "none", _("not at all")
    NOW = "now", _("at once")
    DAILY = "daily", _("once a day")


class ContactKind(models.TextChoices):
    """What may count as contact with a customer, where a company says who is active."""

    FOLLOW_UP = "follow_up", pgettext_lazy("contact", "follow-up")
    CALL_IN = "call_in", pgettext_lazy("contact", "call by the customer")
    CALL_OUT = "call_out", pgettext_lazy("contact", "call by us")
    MESSAGE_IN = "message_in", pgettext_lazy("contact", "message of the customer")
    MESSAGE_OUT = "message_out", pgettext_lazy("contact", "message of ours")
    GROUP_JOINED = "group_joined", pgettext_lazy("contact", "joined a group chat")


WAITING = (State.OPEN, State.ACKNOWLEDGED)


class ChurnLevel(models.TextChoices):
    """How a relation's churn score stands to the company's thresholds."""

    CALM = "calm", _("calm")
    WATCH = "watch", _("to be watched")
    HIGH = "high", _("high")
