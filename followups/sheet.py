"""Follow-ups as lines of a table for people: who did what when, and who wrote it."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.exporting import local
from customers.privacy import wording


def joined(rows: Any) -> Any:
    """The follow-ups with who they are about, in one statement."""
    return rows.select_related("customer", "employee")


def table(rows: Iterable[Any], zone: ZoneInfo) -> Iterator[list[str]]:
    """A heading and a line for each, in the language now active; times in the company's zone."""
    yield [
        *("ID", _("customer"), _("external userid"), _("employee"), _("userid"), _("happened")),
        *(
            pgettext("follow-up", "kind"),
            pgettext("follow-up", "outcome"),
            _("content"),
            _("next time"),
            _("written by"),
            _("created"),
        ),
    ]
    for row in rows:
        yield _line(row, zone)


def _line(row: Any, zone: ZoneInfo) -> list[str]:
    return [
        str(row.pk),
        row.customer.name or "",
        row.customer.external_userid,
        row.employee.name if row.employee else "",
        row.employee.userid if row.employee else "",
        local(row.happened_at, zone),
        str(row.get_kind_display()),
        str(row.get_outcome_display()) if row.outcome else "",
        wording.shown(row, row.content),
        local(row.next_at, zone),
        row.actor,
        local(row.create_time, zone),
    ]
