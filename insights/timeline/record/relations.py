"""Beginnings and ends: of the customer in the company, of stays with employees, of reading along, of the blacklist."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from core.time import FIRST, LAST, to_wire
from customers.choices import RelationStatus
from customers.events import ENDED_BY
from customers.models import Assignment, BlacklistEntry, Collaborator, Customer, RelationEpisode
from followups.choices import EntryKind
from insights.timeline.record.made import Made, made, together


def customers(ids: Sequence[int]) -> Iterator[Made]:
    """Only the first time that they were added, and the last deletion."""
    for row in Customer.objects.filter(pk__in=ids).only("pk", "corp_id", "create_time", "deleted_at"):
        # A customer's own rows name their customer by the id.
        row.customer_id = row.pk  # type: ignore[attr-defined]
        yield made(row, EntryKind.CREATED, row.create_time)
        if row.deleted_at:
            yield made(row, EntryKind.DELETED, row.deleted_at)


def stays(ids: Sequence[int]) -> Iterator[Made]:
    rows = RelationEpisode.objects.filter(customer_id__in=ids).order_by("customer_id", "employee_id", "began_at")
    for _pair, episodes in groupby(rows, key=lambda row: (row.customer_id, row.employee_id)):
        for before, stay, after in _between(list(episodes)):
            yield from _stay(before, stay, after)


def assignments(ids: Sequence[int]) -> Iterator[Made]:
    for row in Assignment.objects.filter(customer_id__in=ids):
        facts: dict[str, Any] = {"employeeId": row.employee_id, "ruleId": row.rule_id, "assignmentId": row.pk}
        yield made(row, EntryKind.ASSIGNED, row.create_time, employee_id=row.employee_id, source=row.source, **facts)


def readers(ids: Sequence[int]) -> Iterator[Made]:
    """Those who still may; who was taken off is in no table."""
    rows = Collaborator.objects.filter(customer_id__in=ids).order_by("pk")
    for act in together(rows, "customer_id", "actor", "create_time"):
        yield made(act[0], EntryKind.READERS_ADDED, act[0].create_time, employeeIds=[row.employee_id for row in act])


def blacklist(ids: Sequence[int]) -> Iterator[Made]:
    for row in BlacklistEntry.objects.filter(customer_id__in=ids):
        yield made(row, EntryKind.BLACKLISTED, row.since, until=to_wire(row.until))
        ending = row.ending
        if row.ended_at and ending != BlacklistEntry.Ending.RENEWED:
            row.actor = row.ended_by or "system"
            expired = ending == BlacklistEntry.Ending.EXPIRED
            yield made(row, EntryKind.BLACKLIST_LIFTED, row.ended_at, expired=expired)


def _between(
    episodes: Sequence[RelationEpisode],
) -> Iterator[tuple[RelationEpisode | None, RelationEpisode, RelationEpisode | None]]:
    """Each with the one before and the one after."""
    padded = [None, *episodes, None]
    for (before, stay), (_stay, after) in pairwise(pairwise(padded)):
        assert stay
        yield before, stay, after


def _stay(before: RelationEpisode | None, stay: RelationEpisode, after: RelationEpisode | None) -> Iterator[Made]:
    employee = stay.employee_id
    facts: dict[str, Any] = {"employeeId": employee, "addWay": stay.add_way, "again": before is not None}
    began = made(stay, EntryKind.FOLLOWED, stay.began_at, employee_id=employee, addTime=to_wire(stay.began_at), **facts)
    # The beginning may have been another one when it was told, and so may the end.
    yield Made(began.entry, (before and before.ended_at) or FIRST, stay.ended_at or LAST)
    if stay.ended_at:
        how = ENDED_BY.get(RelationStatus(stay.ended_by), "unknown") if stay.ended_by else "unknown"
        ended = made(
            stay,
            EntryKind.UNFOLLOWED,
            stay.ended_at,
            employee_id=employee,
            employeeId=employee,
            endedBy=how,
            endedAt=to_wire(stay.ended_at),
        )
        yield Made(ended.entry, stay.began_at, after.began_at if after else LAST)
