"""The company's people, as WeCom tells them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from core.locks import lock
from core.sql import rewrite
from core.time import now
from corps import events
from corps.actors import Actor
from corps.choices import EmployeeStatus
from corps.facts import EmployeeFacts
from corps.mirroring import changes, places
from corps.mirroring.placeholders import ensure_employees
from corps.models import Corp, Employee
from corps.tally import Tally


@transaction.atomic
def apply_employees(*, corp_id: int, employees: Sequence[EmployeeFacts], ticket: int, by: Actor, source: str) -> Tally:
    """Store members and their places as they were read under ``ticket``; what a reading doesn't tell stays.

    Somebody who had left and is read again has come back. Some ten statements for any number of people.

    Returns: how many were made, changed, met unchanged, found to have left, and refused since they were read later.
    """
    lock(Corp(pk=corp_id))
    told = {one.userid: one for one in employees}
    ensure_employees(corp_id=corp_id, userids=told)
    rows = list(_rows(corp_id, told).order_by("pk"))
    read = [row for row in rows if row.fetch_seq < ticket]
    moves = places.compare(corp_id, {row.pk: told[row.userid] for row in read})
    happened = {row.pk: changes.take_over(row, told[row.userid], moved=row.pk in moves.people) for row in read}
    _store([row for row in read if happened[row.pk]])
    moves.store()
    Employee.objects.filter(pk__in=happened).update(fetch_seq=ticket)
    events.tell([one for each in happened.values() for one in each], by=by, source=source)
    # One listing shows a member of two departments twice, under the same ticket.
    again = sum(row.fetch_seq == ticket for row in rows)
    return _tally(happened.values(), same=again, refused=len(rows) - len(read) - again)


@transaction.atomic
def mark_left(*, corp_id: int, userids: Collection[str], ticket: int, at: dt.datetime, by: Actor, source: str) -> Tally:
    """Note that these have left. Their customers wait to be inherited, so no relation ends, and no place.

    Args:
        at: when they left, or when it was noticed.
    """
    lock(Corp(pk=corp_id))
    rows = list(_rows(corp_id, userids).filter(fetch_seq__lt=ticket).order_by("pk"))
    leaving = [row for row in rows if row.status != EmployeeStatus.LEFT]
    told = [changes.leave(row, at) for row in leaving]
    _store(leaving)
    Employee.objects.filter(pk__in=[row.pk for row in rows]).update(fetch_seq=ticket)
    events.tell(told, by=by, source=source)
    return Tally(same=len(rows) - len(leaving), ended=len(leaving))


@transaction.atomic
def set_followers(*, corp_id: int, userids: Collection[str], by: Actor, source: str) -> Tally:
    """Note who may have customers (``can_follow``): exactly these, but for who has left in the meantime."""
    lock(Corp(pk=corp_id))
    ensure_employees(corp_id=corp_id, userids=userids)
    rows = Employee.objects.of_corp(corp_id)
    may = _rows(corp_id, userids).filter(can_follow=False).exclude(status=EmployeeStatus.LEFT)
    changed = [*may, *rows.filter(can_follow=True).exclude(userid__in=userids)]
    told = [events.step(events.EMPLOYEE_UPDATED, row, changed=["canFollow"]) for row in changed]
    for row in changed:
        row.can_follow = not row.can_follow
    for value in (True, False):
        some = [row.pk for row in changed if row.can_follow is value]
        rows.filter(pk__in=some).update(can_follow=value, version=F("version") + 1, update_time=now())
    events.tell(told, by=by, source=source)
    return Tally(changed=len(changed), same=len(userids) - sum(row.can_follow for row in changed))


def _rows(corp_id: int, userids: Iterable[str]) -> QuerySet[Employee]:
    return Employee.objects.of_corp(corp_id).filter(userid__in=list(userids))


def _store(rows: Sequence[Employee]) -> None:
    for row in rows:
        row.update_time = now()
    rewrite(rows, changes.COLUMNS)


def _tally(happened: Iterable[Sequence[events.Told]], *, same: int, refused: int) -> Tally:
    first = [told[0][0] if told else "" for told in happened]
    new, left = first.count(events.EMPLOYEE_CREATED), first.count(events.EMPLOYEE_LEFT)
    nothing = first.count("")
    return Tally(new, len(first) - new - left - nothing, same + nothing, left, refused)
