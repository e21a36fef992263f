"""The rules of the tag catalogue a second time, in plain dictionaries: what the machine in test_catalogue_machine holds
the real ones against."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field


class Refused(Exception):
    """The model says no, with the code that the real rule has to give."""


@dataclass
class Thing:
    """A tag or, without ``group``, a group."""

    name: str
    order: int
    group: int | None = None
    version: int = 1
    living: bool = True
    heir: int | None = None


def cleaned(name: str) -> str:
    text = name.strip()
    if not 1 <= len(text) <= 30 or "\n" in text:
        raise Refused("name_invalid")
    return text


def seen(thing: Thing, version: int | None) -> None:
    if version is not None and version != thing.version:
        raise Refused("version_passed")


@dataclass
class Catalogue:
    """One company's groups and tags by id, and how often each event has to have been told."""

    limit: int
    groups: dict[int, Thing] = field(default_factory=dict)
    tags: dict[int, Thing] = field(default_factory=dict)
    told: int = 0

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        before = deepcopy(self.__dict__)
        try:
            yield
        except Refused:
            self.__dict__.update(before)
            raise

    def living_groups(self) -> dict[int, Thing]:
        return {pk: g for pk, g in self.groups.items() if g.living}

    def living_tags(self, group: int | None = None) -> dict[int, Thing]:
        return {pk: t for pk, t in self.tags.items() if t.living and group in (None, t.group)}

    def create_group(self, pk: int, tag_pks: Sequence[int], name: str, order: int | None, names: Sequence[str]) -> None:
        with self.all_or_nothing():
            text, others = cleaned(name), self.living_groups()
            self._free(text, others, "tag_group_exists")
            if len(others) >= self.limit:
                raise Refused("tag_group_limit")
            self.groups[pk] = Thing(text, _place(others, order))
            self.told += 1
            for tag_pk, tag_name in zip(tag_pks, names, strict=True):
                self._add(tag_pk, pk, tag_name, None)

    def create_tag(self, pk: int, group: int, name: str, order: int | None) -> None:
        self._living(self.groups[group], "tag_group_deleted")
        self._add(pk, group, name, order)

    def update(self, thing: Thing, name: str | None, order: int | None, version: int | None) -> None:
        kind = "tag" if thing.group else "tag_group"
        others = self.living_tags(thing.group) if thing.group else self.living_groups()
        seen(thing, version)
        self._living(thing, f"{kind}_deleted")
        text = thing.name if name is None else cleaned(name)
        if text != thing.name:
            self._free(text, {pk: t for pk, t in others.items() if t is not thing}, f"{kind}_exists")
        place = thing.order if order is None else order
        if (text, place) != (thing.name, thing.order):
            thing.name, thing.order = text, place
            self._changed(thing)

    def move(self, tag: Thing, group: int, version: int | None) -> None:
        seen(tag, version)
        self._living(tag, "tag_deleted")
        self._living(self.groups[group], "tag_group_deleted")
        if tag.group != group:
            there = self.living_tags(group)
            self._free(tag.name, there, "tag_exists")
            tag.order, tag.group = _place(there, None), group
            self._changed(tag)

    def delete_tag(self, tag: Thing, version: int | None) -> None:
        seen(tag, version)
        if tag.living:
            tag.living = False
            self._changed(tag)

    def delete_group(self, pk: int, version: int | None) -> None:
        group = self.groups[pk]
        seen(group, version)
        if group.living:
            for thing in (*self.living_tags(pk).values(), group):
                thing.living = False
                self._changed(thing)

    def merge(self, tag: Thing, into: int, version: int | None) -> None:
        other = self.tags[into]
        if tag is other:
            raise Refused("tag_same")
        seen(tag, version)
        if tag.heir != into:
            self._living(tag, "tag_deleted")
            self._living(other, "tag_deleted")
            tag.living, tag.heir = False, into
            self._changed(tag)

    def put_in_order(self, things: dict[int, Thing], pks: Sequence[int]) -> None:
        if sorted(pks) != sorted(things):
            raise Refused("order_incomplete")
        for place, pk in enumerate(pks):
            if things[pk].order != place:
                things[pk].order = place
                self._changed(things[pk])

    def order_tags(self, group: int, pks: Sequence[int]) -> None:
        self._living(self.groups[group], "tag_group_deleted")
        self.put_in_order(self.living_tags(group), pks)

    def _add(self, pk: int, group: int, name: str, order: int | None) -> None:
        text, there = cleaned(name), self.living_tags(group)
        self._free(text, there, "tag_exists")
        if len(self.living_tags()) >= self.limit:
            raise Refused("tag_limit")
        self.tags[pk] = Thing(text, _place(there, order), group)
        self.told += 1

    def _changed(self, thing: Thing) -> None:
        thing.version += 1
        self.told += 1

    @staticmethod
    def _living(thing: Thing, code: str) -> None:
        if not thing.living:
            raise Refused(code)

    @staticmethod
    def _free(name: str, others: dict[int, Thing], code: str) -> None:
        if name in {t.name for t in others.values()}:
            raise Refused(code)


def _place(others: dict[int, Thing], order: int | None) -> int:
    return order if order is not None else max((t.order for t in others.values()), default=-1) + 1
