"""Which segments an event concerns that is about no customer, and so about many: by what their conditions mention."""

from collections.abc import Iterator

from core.errors import RuleViolation
from segments.conditions import mentions
from segments.conditions.nodes import Condition
from segments.models import Segment
from segments.refreshing import questions

# Stands for every custom field.
CUSTOM = "custom."
# Beginning of an event's name → the fields and sets that it can alter, in any set.
_ALTERS: dict[str, frozenset[str]] = {
    "tag.": frozenset({"tags", "tagGroups", "tag"}),
    "tag_group.": frozenset({"tagGroups", "tag"}),
    "employee.": frozenset({"departments", "department"}),
    "department.": frozenset({"departments", "department"}),
    "channel.": frozenset({"channel"}),
    "stage.": frozenset({"stage"}),
    "group": frozenset({"group"}),
    "custom_field.": frozenset({CUSTOM}),
}


def segments(*, corp_id: int, event: str) -> list[Segment]:
    """The dynamic segments whose answer the event may alter."""
    altered = next((names for start, names in _ALTERS.items() if event.startswith(start)), frozenset())
    rows = Segment.objects.of_corp(corp_id).live().dynamic().select_related("corp").order_by("pk")
    return [row for row in rows if altered & set(_mentioned(row))]


def _mentioned(segment: Segment) -> Iterator[str]:
    try:
        asked: list[Condition] = [questions.condition_of(segment)]
    except RuleViolation:
        return
    needed = mentions.needs(asked)
    if mentions.owned(asked):
        yield CUSTOM
    for rows, fields in needed.items():
        yield rows
        yield from fields
