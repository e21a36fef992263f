"""The message itself: a heading and a line for each warning, in the service's language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from corps.models import Employee
from customers.models import Customer
from wecom.models import Notice

# A text message takes 2,048 bytes.
MOST_BYTES = 2_048
# The kind of what is no warning: a colleague named them.
MENTION = "mention"
# Told by other words elsewhere is no harm; a kind that is not known here is told by its name.
_KINDS: dict[str, Any] = {
    "customer_deleted": gettext_lazy("%(customer)s deleted %(owner)s"),
    "employee_deleted": gettext_lazy("%(owner)s deleted %(customer)s"),
    "bulk_deletion": gettext_lazy("%(owner)s deleted very many customers in a day"),
    "silence": gettext_lazy("Nobody has been in touch with %(customer)s for long"),
    "transfer_refused": gettext_lazy("The transfer of %(customer)s came to nothing"),
    "negative_feedback": gettext_lazy("Very many customers left %(owner)s in a day"),
    "rule": gettext_lazy("%(customer)s: a rule warns"),
    "left_last_group": gettext_lazy("%(customer)s left the last group chat"),
    MENTION: gettext_lazy("%(owner)s named you in a follow-up of %(customer)s"),
    "blacklisted_added": gettext_lazy("%(customer)s is on the blacklist and was added by %(owner)s"),
    "blacklisted_joined": gettext_lazy("%(customer)s is on the blacklist and joined a group chat"),
}


def message(notices: Sequence[Notice]) -> str:
    """The text for these notices of one employee, the most serious first, cut where the message would be too long."""
    customers = _names(Customer, [notice.customer_id for notice in notices])
    owners = _names(Employee, [notice.owner_id for notice in notices])
    ordered = sorted(notices, key=lambda notice: (-notice.level, notice.pk))
    with override(settings.LANGUAGE_CODE):
        heading = _heading(sum(notice.kind == MENTION for notice in ordered), len(ordered))
        lines = [_line(notice, customers, owners) for notice in ordered]
        return _cut(heading, lines)


def _heading(mentions: int, total: int) -> str:
    warnings = total - mentions
    told = []
    if warnings:
        told.append(ngettext("%(n)d customer warning", "%(n)d customer warnings", warnings) % {"n": warnings})
    if mentions:
        told.append(ngettext("You were named once", "You were named %(n)d times", mentions) % {"n": mentions})
    return " · ".join(told)


def _names(model: Any, ids: Sequence[int | None]) -> dict[int, str]:
    return {row.pk: str(row) for row in model.objects.filter(pk__in={pk for pk in ids if pk})}


def _line(notice: Notice, customers: dict[int, str], owners: dict[int, str]) -> str:
    words = _KINDS.get(notice.kind)
    if words is None:
        return f"· {notice.kind}"
    told = {"customer": customers.get(notice.customer_id or 0, "–"), "owner": owners.get(notice.owner_id or 0, "–")}
    return f"· {str(words) % told}"


def _cut(heading: str, lines: Sequence[str]) -> str:
    for kept in range(len(lines), -1, -1):
        more = len(lines) - kept
        shown = [heading, *lines[:kept], *([_("… and %(n)d more in the console") % {"n": more}] if more else [])]
        text = "\n".join(shown)
        if len(text.encode()) <= MOST_BYTES:
            return text
    return heading
