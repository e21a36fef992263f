"""Userids that change: WeCom lets an administrator give a member another one, and all that is theirs stays theirs."""

from django.db import models, transaction

from core.locks import lock
from core.time import now
from corps import events
from corps.actors import Actor
from corps.models import Corp, DepartmentMember, Employee
from corps.tally import Tally


@transaction.atomic
def rename_employee(*, corp_id: int, userid: str, new_userid: str, by: Actor, source: str) -> Tally:
    """Give an employee another userid; all that belongs to them stays theirs.

    Somebody else may have told of the new userid first, so that it has a row already. Where nothing hangs on that row,
    it goes and the known employee takes its place. Else both stay: which of two histories goes on is for a person.

    Returns: changed 1; same 1 where it is renamed already; refused 1, with both ids in ``sample``, where both stay.
    """
    lock(Corp(pk=corp_id))
    rows = {row.userid: row for row in Employee.objects.of_corp(corp_id).filter(userid__in=[userid, new_userid])}
    row, other = rows.get(userid), rows.get(new_userid)
    if row is None or userid == new_userid:
        return Tally(same=1)
    told = []
    if other is not None:
        if _is_needed(other):
            return Tally(refused=1, sample=[f"employee {row.pk} can't take the userid of employee {other.pk}"])
        told += _drop(other)
    row.userid = new_userid
    told.append(events.step(events.EMPLOYEE_UPDATED, row, changed=["userid"]))
    row.update_time = now()
    row.save(update_fields=["userid", "version", "update_time"])
    events.tell(told, by=by, source=source)
    return Tally(changed=1)


def _is_needed(row: Employee) -> bool:
    """Whether any table, also of the packages above this one, names the employee; places in departments don't count."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in Employee._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not DepartmentMember
    )


def _drop(row: Employee) -> list[events.Told]:
    """Delete the row; who was told of it is told that it has gone. A placeholder was never told of."""
    told = [] if row.fetch_seq == 0 and not row.name else [events.step(events.EMPLOYEE_LEFT, row)]
    row.delete()
    return told
