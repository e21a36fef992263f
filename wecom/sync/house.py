"""Read departments and members; then ask again, one by one, for whoever is no longer among them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.time import now
from corps import mirroring
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.facts import DepartmentFacts, EmployeeFacts
from corps.models import Department, Employee
from corps.tally import Tally
from customers.models import FollowRelation
from wecom import mapping
from wecom.client import house
from wecom.client.errors import Gone, OutOfRange, TooBig, WecomError
from wecom.models import SyncRun
from wecom.sync import safety
from wecom.sync.steps import Failure, Sitting, Stages, Step, Unusable

# Departments whose members make a page, and members asked for in one.
DEPARTMENTS, EMPLOYEES = 5, 20
_ONE = (Gone, OutOfRange, TooBig)


def start(sitting: Sitting) -> Step:
    """The departments; their numbers are the plan. A company has at least one."""
    ticket, shown = sitting.ticket(), _departments(sitting)
    return Step(
        cursor={"stage": "members", "at": 0},
        apply=partial(_store_departments, sitting, shown, ticket, whole=False),
        plan=[department.wecom_id for department in shown],
        done=0,
    )


def members(sitting: Sitting) -> Step:
    """The members of some departments. Who is in several is stored once."""
    run = sitting.run
    at = run.cursor["at"]
    ids = run.plan[at : at + DEPARTMENTS]
    ticket = sitting.ticket()
    answers = sitting.ask_all([partial(_members, department_id=number) for number in ids])
    people: dict[str, EmployeeFacts] = {}
    failures = []
    for number, answer in zip(ids, answers, strict=True):
        if isinstance(answer, _ONE):
            failures.append(Failure(f"department {number}", answer.code))
        elif isinstance(answer, WecomError):
            raise answer
        else:
            people |= {facts.userid: facts for facts in map(mapping.employee, answer)}
    at += len(ids)
    cursor = {
        "stage": "members" if at < len(run.plan) else "departments",
        "at": at,
        # Who was not listed may be in there: nobody is taken for gone then.
        "unsure": bool(failures) or run.cursor.get("unsure", False),
    }
    apply = partial(_store_people, sitting, list(people.values()), ticket)
    return Step(cursor=cursor, apply=apply, done=at, failures=failures)


def departments(sitting: Sitting) -> Step:
    """Remove departments that two readings have not shown."""
    run = sitting.run
    onward = run.cursor | {"stage": "check"}
    known = Department.objects.of_corp(run.corp_id).filter(wecom_id__isnull=False, fetch_seq__gt=0)
    gone = list(known.exclude(wecom_id__in=run.plan).values_list("wecom_id", flat=True))
    if not gone:
        return Step(cursor=onward)
    if held := safety.hold(run, "departments", len(gone), known.count(), list(map(str, gone))):
        return Step(cursor=run.cursor, hold=held)
    ticket, shown = sitting.ticket(), _departments(sitting)
    if set(run.plan) - {department.wecom_id for department in shown}:
        # The second reading lacks what the first one had: neither can be trusted to be whole.
        return Step(cursor=onward, failures=[Failure("department/list", 0)])
    return Step(cursor=onward, apply=partial(_store_departments, sitting, shown, ticket, whole=True))


def check(sitting: Sitting) -> Step:
    """Count the members who are missing, and stop for a person where that is too many."""
    run = sitting.run
    missing = unseen(run)
    going = missing.count()
    if not going or run.cursor.get("unsure"):
        return Step(cursor=None)
    working = Employee.objects.of_corp(run.corp_id).exclude(status=EmployeeStatus.LEFT).count()
    held = safety.hold(run, "employees", going, working, list(missing.values_list("userid", flat=True)[:50]))
    return Step(cursor=run.cursor | {"stage": "end", "after": 0}, hold=held)


def end(sitting: Sitting) -> Step:
    """Ask for some of the missing members; who is unknown to WeCom has left."""
    run = sitting.run
    rows = unseen(run).filter(pk__gt=run.cursor["after"]).order_by("pk")[:EMPLOYEES]
    found = dict(rows.values_list("userid", "pk"))
    if not found:
        return Step(cursor=None)
    ticket = sitting.ticket()
    answers = dict(zip(found, sitting.ask_all([partial(house.user, userid=userid) for userid in found]), strict=True))
    failures = [Failure(userid, a.code) for userid, a in answers.items() if isinstance(a, OutOfRange)]
    for answer in answers.values():
        if isinstance(answer, WecomError) and not isinstance(answer, (Gone, OutOfRange)):
            raise answer
    cursor = run.cursor | {"after": max(found.values())}
    return Step(cursor=cursor, apply=partial(_settle, sitting, answers, ticket), failures=failures)


def unseen(run: SyncRun) -> QuerySet[Employee]:
    """Members that WeCom once told of, and that nobody has read since this run began.

    A colleague who is only named somewhere, as in a group chat, may be one whom the app is not to see.
    """
    shown = FollowRelation.objects.filter(employee=OuterRef("pk"), fetch_seq__gt=0)
    told = Q(fetch_seq__gt=0) | Q(can_follow=True) | Exists(shown)
    known = Employee.objects.of_corp(run.corp_id).filter(told, fetch_seq__lt=run.first_ticket)
    return known.exclude(status=EmployeeStatus.LEFT)


def _departments(sitting: Sitting) -> list[DepartmentFacts]:
    shown = [mapping.department(row) for row in sitting.ask(house.departments)]
    if not shown:
        raise Unusable("no_departments")
    return shown


def _members(client: Any, *, department_id: int) -> Any:
    return house.department_members(client, department_id)


def _store_departments(sitting: Sitting, shown: Sequence[DepartmentFacts], ticket: int, *, whole: bool) -> Tally:
    return mirroring.apply_departments(
        corp_id=sitting.corp_id, departments=shown, ticket=ticket, whole=whole, by=SYSTEM, source="sync"
    )


def _store_people(sitting: Sitting, people: Sequence[EmployeeFacts], ticket: int) -> Tally:
    return mirroring.apply_employees(corp_id=sitting.corp_id, employees=people, ticket=ticket, by=SYSTEM, source="sync")


def _settle(sitting: Sitting, answers: dict[str, Any], ticket: int) -> Tally:
    here = [mapping.employee(answer) for answer in answers.values() if not isinstance(answer, WecomError)]
    left = [userid for userid, answer in answers.items() if isinstance(answer, Gone)]
    tally = _store_people(sitting, here, ticket)
    return tally.add(
        mirroring.mark_left(corp_id=sitting.corp_id, userids=left, ticket=ticket, at=now(), by=SYSTEM, source="sync")
    )


STAGES: Stages = {"start": start, "members": members, "departments": departments, "check": check, "end": end}
