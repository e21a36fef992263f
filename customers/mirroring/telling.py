"""The events of a page: each with a version of its own of its customer."""

from collections.abc import Iterable
from typing import Any, ClassVar

from customers import events
from customers.mirroring.rows import Case
from customers.models import Customer
from messaging import outbox


class _Moment:
    """A customer at one version, as the outbox wants its subjects."""

    __slots__ = ("corp_id", "pk", "version")
    _meta: ClassVar[Any] = Customer._meta

    def __init__(self, pk: int, corp_id: int, version: int) -> None:
        self.pk, self.corp_id, self.version = pk, corp_id, version


def number(case: Case) -> None:
    """Complete what is told of a customer and raise its version by as many steps."""
    row = case.row
    if case.new:
        case.told.insert(0, (events.CREATED, {"status": row.status, "channel": row.channel}))
    elif case.changed:
        case.told.append((events.UPDATED, {"changed": sorted(case.changed), "status": row.status}))
    row.version += len(case.told)


def record(cases: Iterable[Case], *, corp_id: int, actor: str, source: str) -> None:
    """Record what was numbered; the customers have their ids by now."""
    told = []
    for case in cases:
        row = case.row
        for version, (name, facts) in enumerate(case.told, start=row.version - len(case.told) + 1):
            told.append((name, _Moment(row.id, corp_id, version), _data(case, name, facts)))
    outbox.record_many(told, source=source, actor=actor)


def _data(case: Case, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    data = {"customerId": case.row.id} | facts
    if name in (events.CREATED, events.UPDATED):
        data |= {"externalUserid": case.row.external_userid, "followUserId": case.row.follow_user_id}
    return data
