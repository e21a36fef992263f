"""What one reading says, applied to the catalogue in memory."""

from collections.abc import Sequence

from core.time import now
from tags.choices import TagKind
from tags.facts import GroupFacts, TagFacts
from tags.mirroring import clashes, ranks
from tags.mirroring.catalogue import Catalogue, Shelf
from tags.models import Tag, TagGroup


class Reading:
    """One answer of WeCom, read under ``ticket``. ``groups`` and ``tags`` are the rows that it was applied to."""

    def __init__(self, catalogue: Catalogue, ticket: int) -> None:
        self._catalogue, self._ticket = catalogue, ticket
        self.groups: list[TagGroup] = []
        self.tags: list[Tag] = []
        self.refused = 0
        # Groups whose tags may have other names or places now.
        self._touched: set[int] = set()

    def apply(self, facts: Sequence[GroupFacts], *, whole: bool) -> None:
        homes = [(home, one.tags) for one in facts if (home := self._group(one)) is not None]
        self._catalogue.groups.insert()
        for home, tags in homes:
            for tag in tags:
                self._tag(home, tag)
        if whole and facts:
            self._end_missing({one.wecom_id for one in facts}, {tag.wecom_id for one in facts for tag in one.tags})
        self._settle()
        self._catalogue.tags.insert()

    def _group(self, facts: GroupFacts) -> TagGroup | None:
        shelf = self._catalogue.groups
        if facts.deleted and facts.wecom_id not in shelf.by_wecom_id:
            return None
        fields = {"name": facts.name or facts.wecom_id, "kind": facts.kind, "order": ranks.UNPLACED}
        row = shelf.find(
            facts.wecom_id,
            make=lambda: TagGroup(corp_id=self._catalogue.corp_id, **fields),
            like=lambda row: row.name == facts.name,
        )
        if row.fetch_seq > self._ticket:
            self.refused += 1
            return row
        self.groups.append(row)
        if facts.deleted:
            self._end_group(row)
        elif not self._catalogue.on_its_way(row):
            row.name, row.kind, row.deleted_at = facts.name or row.name, facts.kind, None
        row.wecom_order = facts.order
        return row

    def _tag(self, home: TagGroup, facts: TagFacts) -> None:
        shelf = self._catalogue.tags
        # A group that has ended here is soon to end there, with all that is in it.
        leaving = home.deleted_at is not None
        if (facts.deleted or leaving) and facts.wecom_id not in shelf.by_wecom_id:
            return
        fields = {"name": facts.name or facts.wecom_id, "kind": home.kind, "order": ranks.UNPLACED}
        row = shelf.find(
            facts.wecom_id,
            make=lambda: Tag(corp_id=home.corp_id, group=home, **fields),
            like=lambda row: row.group_id == home.pk and row.name == facts.name,
        )
        if row.fetch_seq > self._ticket:
            self.refused += 1
            return
        self.tags.append(row)
        self._touched |= {home.pk, row.group_id}
        row.wecom_order = facts.order
        if facts.deleted:
            row.deleted_at = row.deleted_at or now()
        elif not leaving and not self._catalogue.on_its_way(row):
            row.name, row.kind, row.group = facts.name or row.name, home.kind, home
            row.deleted_at = row.merged_into = None

    def _end_missing(self, groups: set[str], tags: set[str]) -> None:
        for tag in self._missing(self._catalogue.tags, tags):
            tag.deleted_at = now()
            self.tags.append(tag)
            self._touched.add(tag.group_id)
        for group in self._missing(self._catalogue.groups, groups):
            self._end_group(group)
            self.groups.append(group)

    def _missing(self, shelf: Shelf, told: set[str]) -> list:
        """The company's own that WeCom has shown before, and not since, and no longer shows."""
        return [
            row
            for row in shelf.living()
            if row.kind == TagKind.CORP
            and row.wecom_id
            and row.wecom_id not in told
            and 0 < row.fetch_seq < self._ticket
        ]

    def _end_group(self, row: TagGroup) -> None:
        """End the group with its tags. WeCom knows no empty group: one whose next tag is still to come only loses its
        counterpart there."""
        tags = [tag for tag in self._catalogue.tags.rows if tag.group_id == row.pk]
        for tag in tags:
            if tag.deleted_at is None and tag.wecom_id:
                tag.deleted_at = now()
                self.tags.append(tag)
        if any(tag.deleted_at is None or self._catalogue.on_its_way(tag) for tag in tags):
            row.wecom_id = row.wecom_order = None
        elif row.deleted_at is None:
            row.deleted_at = now()

    def _settle(self) -> None:
        """Names and places: each its own."""
        groups, tags = self._catalogue.groups, self._catalogue.tags
        clashes.settle(groups.rows, groups.had_name)
        self._place(groups.living(), None)
        for group in self._touched:
            mine = [tag for tag in tags.rows if tag.group_id == group]
            clashes.settle(mine, tags.had_name)
            self._place([tag for tag in mine if tag.deleted_at is None], group)

    def _place(self, rows: Sequence[Tag | TagGroup], group_id: int | None) -> None:
        if self._catalogue.order_is_on_its_way(group_id):
            ranks.append(rows)
        else:
            ranks.rank(rows)
