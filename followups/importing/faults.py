"""What can be wrong with a line, and with a file: codes, and the sentences that people read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followups.texts import LENGTH

SENTENCES: dict[str, Any] = {
    "customer_unknown": _("There is no such customer."),
    "employee_unknown": _("There is no such employee."),
    "content_invalid": _("A follow-up has 1 to %(n)d characters."),
    "happened_invalid": _("When it happened must be a time that has passed."),
    "time_invalid": _("Write a time as 2026-10-01 09:30."),
    "choice_unknown": _("There is no such choice."),
    "file_too_big": _("There is more in the file than can be brought in at once. Split it."),
    "file_unreadable": _("The file can't be read. Save the sheet as XLSX or CSV."),
    "columns_missing": _("The first line lacks columns that are needed. Take the template."),
    "file_lost": _("The file did not arrive whole. Send it again."),
}
# A column of the wire → what it is called in a sheet.
COLUMNS: dict[str, Any] = {
    "externalUserid": _("external userid"),
    "userid": _("employee userid"),
    "happenedAt": _("happened"),
    "content": _("content"),
    "kind": pgettext_lazy("follow-up", "kind"),
    "outcome": pgettext_lazy("follow-up", "outcome"),
    "nextAt": _("next time"),
}


def sentence(code: str) -> str:
    """In the language now active; a code that is not known says itself."""
    text = str(SENTENCES.get(code, code))
    return text % {"n": LENGTH} if code == "content_invalid" else text


def column(name: str) -> str:
    """What a column of the wire is called in the language now active."""
    return str(COLUMNS.get(name, name))
