"""The history of values as the wire carries it."""

from collections.abc import Sequence
from typing import Any

from core.time import to_wire
from corps.actors import Actor
from corps.models import Employee
from corps.names import names_of
from customers import merging
from customers.history import reading
from customers.history.fields import FACTS
from customers.models import Customer, ValueChange
from customers.privacy import masking

_FOLLOWER = FACTS["follow_user_id"]


def page(customer: Customer, *, actor: Actor, **wanted: Any) -> dict[str, Any]:
    """A page of the changes of a customer and of the records merged into it, as the actor may see them.

    Args:
        wanted: as ``reading.page`` takes it.

    Returns: ``{list, nextBefore, records}``; ``records`` tells how each record was made, and whether all of its changes
        since then are on record.
    """
    ids = merging.ids_of(customer.pk)
    rows, made = list(reading.page(ids, **wanted)), list(reading.made(ids))
    labels = {row.actor for row in rows} | {by for _pk, _source, by, *_rest in made if by}
    names, people = names_of(labels, corp_id=customer.corp_id), _people(rows)
    hidden = masking.hidden_among(ids, actor)
    return {
        "list": [_told(row, names, people, starred=row.customer_id in hidden) for row in rows],
        "nextBefore": rows[-1].pk if len(rows) == reading.PAGE else None,
        "records": [_record(row, names) for row in made],
    }


def _told(row: ValueChange, names: dict[str, str], people: dict[int, str], *, starred: bool) -> dict[str, Any]:
    before, after = row.before, row.after
    if starred:
        before, after = (masking.noted({row.field: value})[row.field] for value in (before, after))
    return {
        "id": row.pk,
        "customerId": row.customer_id,
        "employeeId": row.employee_id,
        "employeeName": people.get(row.employee_id or 0, ""),
        "field": row.field,
        "before": before,
        "beforeName": _name(row.field, before, people),
        "after": after,
        "afterName": _name(row.field, after, people),
        "at": to_wire(row.at),
        "source": row.source,
        "actor": row.actor,
        "actorName": names.get(row.actor, ""),
        "runId": row.run_id,
    }


def _name(field: str, value: Any, people: dict[int, str]) -> str:
    return people.get(value, "") if field == _FOLLOWER else ""


def _people(rows: Sequence[ValueChange]) -> dict[int, str]:
    """The names of employees whose notes changed, and of who followed."""
    followers = {value for row in rows if row.field == _FOLLOWER for value in (row.before, row.after)}
    wanted = [pk for pk in followers | {row.employee_id for row in rows} if pk]
    return dict(Employee.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _record(row: Sequence[Any], names: dict[str, str]) -> dict[str, Any]:
    pk, source, actor, run, at = row
    how = {"source": source, "actor": actor, "actorName": names.get(actor, ""), "runId": run}
    return {"customerId": pk, "createTime": to_wire(at), "whole": source is not None, **how}
