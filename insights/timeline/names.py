"""What the rows are called that a page of a timeline speaks of: a statement for each table, however many entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from corps.actors import Actor
from corps.models import Employee
from customers.models import Assignment, Stage
from customers.privacy import wording
from customers.querysets import knowing_sight
from followups.models import FollowUp, FollowUpComment, Reminder, SopEnrolment
from followups.timeline.reading import Entry
from groups.models import GroupChat
from segments.models import Segment
from tags.models import Tag

# Fact → the table of its ids. Where a fact is new, this and its words are two lines.
TABLES = {
    "takerId": "employee",
    "handoverId": "employee",
    "employeeIds": "employee",
    "tagIds": "tag",
    "fromStageId": "stage",
    "toStageId": "stage",
    "groupId": "group",
    "segmentId": "segment",
    "followUpId": "follow_up",
    "commentId": "comment",
    "enrolmentId": "sop",
    "reminderId": "reminder",
    "assignmentId": "assignment",
}
LONGEST = 120
_Found = dict[int, str]


def _rows(model: Any, *columns: str) -> Callable[[set[int], Actor, int], _Found]:
    """Of the company; the first of the columns that says anything."""

    def find(ids: set[int], _actor: Actor, corp_id: int) -> _Found:
        rows = model._default_manager.filter(corp_id=corp_id, pk__in=ids).values_list("pk", *columns)
        return {pk: next((str(text) for text in texts if text), "") for pk, *texts in rows}

    return find


def _groups(ids: set[int], actor: Actor, _corp_id: int) -> _Found:
    """A chat may have a customer of theirs in it and not be theirs to see."""
    rows = GroupChat.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "name", "chat_id")
    return {pk: name or chat_id for pk, name, chat_id in rows}


def _words(model: Any) -> Callable[[set[int], Actor, int], _Found]:
    """What was written, as the reader may see it."""

    def find(ids: set[int], actor: Actor, corp_id: int) -> _Found:
        rows = knowing_sight(model._default_manager.filter(corp_id=corp_id, pk__in=ids), actor)
        return {row.pk: wording.shown(row, row.content) for row in rows.only("pk", "content")}

    return find


_FINDERS: dict[str, Callable[[set[int], Actor, int], _Found]] = {
    "employee": _rows(Employee, "name"),
    "tag": _rows(Tag, "name"),
    "stage": _rows(Stage, "name"),
    "group": _groups,
    "segment": _rows(Segment, "name"),
    "follow_up": _words(FollowUp),
    "comment": _words(FollowUpComment),
    "sop": _rows(SopEnrolment, "name", "sop_id", "enrolment_id"),
    "reminder": _words(Reminder),
    "assignment": _rows(Assignment, "rule_name"),
}


class Names:
    def __init__(self, entries: Iterable[Entry], *, actor: Actor, corp_id: int) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for entry in entries:
            for fact, value in entry.facts.items():
                if fact in TABLES:
                    wanted[TABLES[fact]] |= set(value if isinstance(value, list) else [value])
        self._found = {table: _FINDERS[table](ids, actor, corp_id) for table, ids in wanted.items()}

    def of(self, fact: str, value: int) -> str:
        """One line of it; empty for what is gone, or not for these eyes."""
        name = " ".join(self._found.get(TABLES[fact], {}).get(value, "").split())
        return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
