"""What a reading has done to the rows, in events and in numbers."""

from collections.abc import Sequence
from typing import Any

from core.time import now
from corps.tally import Tally
from tags import events
from tags.holding import Row
from tags.mirroring.catalogue import Shelf
from tags.models import Tag, TagGroup

# Column → its name on the wire.
_GROUP = {"name": "name", "order": "order"}
_TAG = _GROUP | {"group_id": "groupId"}
_CREATED = (events.TAG_CREATED, events.GROUP_CREATED)
_ENDED = (events.TAG_DELETED, events.TAG_MERGED, events.GROUP_DELETED)


def of_groups(shelf: Shelf[TagGroup]) -> list[events.Told]:
    """What has happened to groups; each that isn't new has its next version."""
    names = (events.GROUP_CREATED, events.GROUP_UPDATED, events.GROUP_DELETED)
    return [*((events.GROUP_CREATED, row, {}) for row in shelf.made), *_changes(shelf, names, _GROUP)]


def of_tags(shelf: Shelf[Tag]) -> list[events.Told]:
    """What has happened to tags; each that isn't new has its next version."""
    names = (events.TAG_CREATED, events.TAG_UPDATED, events.TAG_DELETED)
    told: list[events.Told] = [(events.TAG_CREATED, row, {}) for row in shelf.made]
    told += _changes(shelf, names, _TAG)
    return [_merged(row) if name == events.TAG_DELETED else (name, row, facts) for name, row, facts in told]


def tally(told: Sequence[events.Told], *, read: int, refused: int) -> Tally:
    """The numbers. A row that another one's change has moved counts as changed too."""
    names = [name for name, _row, _facts in told]
    new, ended = sum(name in _CREATED for name in names), sum(name in _ENDED for name in names)
    changed = len(names) - new - ended
    return Tally(new=new, changed=changed, same=max(0, read - len(names)), ended=ended, refused=refused)


def _merged(row: Any) -> events.Told:
    """How an ended tag ended."""
    if row.merged_into_id:
        return events.TAG_MERGED, row, {"intoTagId": row.merged_into_id}
    return events.TAG_DELETED, row, {}


def _changes(shelf: Shelf[Row], names: tuple[str, str, str], wire: dict[str, str]) -> list[events.Told]:
    made = {row.pk for row in shelf.made}
    created, updated, deleted = names
    told: list[events.Told] = []
    for row in shelf.changed():
        if row.pk in made:
            continue
        was = shelf.was(row)
        differs = sorted(wire[column] for column in wire if getattr(row, column) != was[column])
        facts: dict[str, Any] = {}
        if (row.deleted_at is None) != (was["deleted_at"] is None):
            name = created if row.deleted_at is None else deleted
        elif row.deleted_at is None and differs:
            name, facts = updated, {"changed": differs}
        else:
            continue
        row.version += 1
        row.update_time = now()
        told.append((name, row, facts))
    return told
