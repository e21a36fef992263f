"""Why a customer went to somebody, or to nobody."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Assignment

ROUND_ROBIN, LEAST_LOADED, SPARE = Assignment.Reason.values
NO_RULE = "no_rule"
NOBODY = "nobody"
OFF_HOURS = "off_hours"
ALL_FULL = "all_full"
HAD_BEFORE = "had_before"
BLACKLISTED = "blacklisted"
LEFT: dict[str, Any] = {
    NO_RULE: _("No rule in use is for this customer."),
    NOBODY: _("None of the rule's people works here and may have customers."),
    OFF_HOURS: _("It is outside the rule's hours."),
    ALL_FULL: _("All of the rule's people have as many as the rule allows."),
    HAD_BEFORE: _("Only those are free who had this customer before."),
    BLACKLISTED: _("The customer is on the blacklist."),
}
GIVEN: dict[str, Any] = dict(Assignment.Reason.choices)


def sentence(reason: str) -> str:
    """The reason for people to read."""
    return str({**LEFT, **GIVEN}.get(reason, reason))
