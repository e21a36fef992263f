"""The customer list as lines of a table: the columns that are shown, and the company's custom fields behind them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.exporting import local
from corps.actors import Actor
from corps.choices import Sight
from corps.models import Corp
from customers import reading
from customers.custom.table_columns import Columns
from customers.listviews.columns import COLUMNS, FIRST
from customers.models import Customer
from customers.privacy import masking

_AT_ONCE = 1_000
# A column of the list → its text; who it is has two columns of its own, and tags and numbers are not the row's alone.
_CELLS: dict[str, Callable[[Any], Any]] = {
    "follow_user": lambda row: row.follow_user and row.follow_user.name,
    "channel": lambda row: row.channel,
    "status_label": lambda row: row.get_status_display(),
    "stage_label": lambda row: row.stage and row.stage.name,
    "type": lambda row: row.get_type_display(),
    "gender": lambda row: row.get_gender_display(),
    "place_label": lambda row: " ".join(filter(None, (row.province, row.city))),
    "corp_label": lambda row: row.corp_name,
    "blacklisted": lambda row: _("Yes") if row.blacklisted else "",
}
_MOMENTS = {"add_time", "update_time", "create_time"}


class Table:
    """
    Args:
        shown: the list's columns, in their order.
        actor: whose list it is: what they see starred out leaves so.
        zone: of the times.
    """

    def __init__(self, shown: Sequence[str], actor: Actor, zone: ZoneInfo) -> None:
        self._shown, self._actor, self._zone = [key for key in shown if key != FIRST], actor, zone
        self._own = Columns(Corp.objects.get(pk=actor.corp_id), actor) if actor.corp_id else None

    def lines(self, ids: Sequence[int]) -> Iterator[list[str]]:
        """The heading, and a line for each of these customers that is still there, a thousand read at once."""
        own = self._own.heading() if self._own else [str(_("company"))]
        yield [str(_("external userid")), str(COLUMNS[FIRST]), *(str(COLUMNS[key]) for key in self._shown), *own]
        for at in range(0, len(ids), _AT_ONCE):
            yield from self._some(ids[at : at + _AT_ONCE])

    def _some(self, ids: Sequence[int]) -> Iterator[list[str]]:
        rows = Customer.objects.select_related("follow_user", "stage", "corp").in_bulk(ids)
        tags = reading.tags_of(ids) if "tag_labels" in self._shown else {}
        own = self._own.cells(ids) if self._own else {pk: [row.corp.name] for pk, row in rows.items()}
        for pk in ids:
            if row := rows.get(pk):
                names = ", ".join(tag["name"] for tag in tags.get(pk, ()))
                cells = [self._cell(row, key, names) for key in self._shown]
                yield [row.external_userid, row.name or "", *cells, *own.get(pk, ())]

    def _cell(self, row: Customer, key: str, tags: str) -> str:
        if key in _MOMENTS:
            return local(getattr(row, key), self._zone)
        if key == "tag_labels":
            return tags
        if key == "mobile_label":
            # As the list has it: for who sees some starred out, all are.
            return (row.mobile if self._actor.sight is Sight.FULL else masking.hidden(row.mobile)) or ""
        return str(_CELLS[key](row) or "")
