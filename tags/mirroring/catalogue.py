"""A company's catalogue in memory, as it was and as it is to be; written back in a few statements."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic

from django.db.models import Q

from core.sql import rewrite
from messaging import commands
from tags import writeback
from tags.choices import TagKind
from tags.holding import Row
from tags.models import Tag, TagGroup

_ADOPTED = (TagKind.CORP, TagKind.LOCAL)


class Shelf(Generic[Row]):
    """The living rows of one table, those that a reading names or a command is about, and those it adds."""

    def __init__(self, model: type[Row], corp_id: int, wecom_ids: Collection[str], on_its_way: Collection[str]) -> None:
        self._model: Any = model
        self._corp_id = corp_id
        mine = [key.partition(":")[2] for key in on_its_way if key.partition(":")[0] == model._meta.db_table]
        which = Q(deleted_at=None) | Q(wecom_id__in=wecom_ids) | Q(pk__in=mine)
        found = model._default_manager.filter(which, corp_id=corp_id).order_by("order", "pk")
        self.rows: list[Row] = list(found)
        self._was = {row.pk: _columns(row) for row in self.rows}
        self.by_wecom_id: dict[str, Row] = {row.wecom_id: row for row in self.rows if row.wecom_id}
        self.made: list[Row] = []

    def living(self) -> list[Row]:
        return [row for row in self.rows if row.deleted_at is None]

    def find(self, wecom_id: str, make: Callable[[], Row], like: Callable[[Row], bool]) -> Row:
        """The row of this id: known, or made here under the same name and now known there too, or new."""
        row = self.by_wecom_id.get(wecom_id)
        if row is None:
            here = (row for row in self.living() if row.wecom_id is None and row.kind in _ADOPTED and like(row))
            row = next(here, None)
        if row is None:
            row = make()
            self.rows.append(row)
        row.wecom_id = wecom_id
        self.by_wecom_id[wecom_id] = row
        return row

    def was(self, row: Row) -> dict[str, Any]:
        """The row's columns as they were read or inserted."""
        return self._was[row.pk]

    def had_name(self, row: Any) -> bool:
        """Whether the row had its name before."""
        return row.pk in self._was and self._was[row.pk]["name"] == row.name

    def changed(self) -> list[Row]:
        return [row for row in self.rows if _columns(row) != self._was[row.pk]]

    def insert(self) -> None:
        """Insert the new rows and give them their ids."""
        new = [row for row in self.rows if row.pk is None]
        self._model._default_manager.bulk_create(new)
        # Not every database tells the ids of many.
        made = self._model._default_manager.filter(corp_id=self._corp_id, wecom_id__in=[row.wecom_id for row in new])
        ids = dict(made.values_list("wecom_id", "pk")) if new else {}
        for row in new:
            row.pk = ids[row.wecom_id]
            self._was[row.pk] = _columns(row)
        self.made += new

    def store(self, read: Sequence[Row], ticket: int) -> None:
        """Write what differs, and that these were read."""
        fields = [f.name for f in self._model._meta.concrete_fields if f.name not in ("id", "corp", "create_time")]
        rewrite(self.changed(), fields)
        self._model._default_manager.filter(pk__in=[row.pk for row in read]).update(fetch_seq=ticket)


class Catalogue:
    """The groups and tags of one company, which the caller holds (``tags/holding.py``)."""

    def __init__(self, corp_id: int, group_ids: Collection[str], tag_ids: Collection[str]) -> None:
        self.corp_id = corp_id
        self._on_its_way = commands.open_keys(corp_id=corp_id, lanes=[writeback.LANE])
        self.groups = Shelf(TagGroup, corp_id, group_ids, self._on_its_way)
        self.tags = Shelf(Tag, corp_id, tag_ids, self._on_its_way)

    def on_its_way(self, row: Tag | TagGroup) -> bool:
        """Whether what WeCom says of the row is out of date: a command of ours is still to reach it."""
        return row.pk is not None and writeback.key_of(row) in self._on_its_way

    def order_is_on_its_way(self, group_id: int | None) -> bool:
        """The same of the places of a group's tags, or with None of the groups."""
        return writeback.order_key(group_id) in self._on_its_way


def _columns(row: Tag | TagGroup) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
