"""The rules of a company with their people as they are now: read by the same few statements however many they are."""

from collections.abc import Collection, Sequence

from django.db.models import Count, Q

from core.time import day_range, now
from corps.choices import EmployeeStatus
from corps.models import Corp, DepartmentMember, Employee
from customers.assigning.choosing import Seat, Team
from customers.assigning.deciding import Desk
from customers.choices import RelationStatus
from customers.contact_ways.duty import is_on
from customers.models import Assignment, AssignmentRule, FollowRelation

_LEAST = AssignmentRule.Strategy.LEAST_LOADED


def desk_of(corp: Corp, rules: Sequence[AssignmentRule]) -> Desk:
    """The desk of these rules, which are the company's own and in their order."""
    at = now().astimezone(corp.zone)
    people = _people(corp.pk, rules)
    named = {pk for ids in people.values() for pk in ids} | {rule.spare_id for rule in rules if rule.spare_id}
    able = Employee.objects.of_corp(corp.pk).filter(pk__in=named, can_follow=True, status=EmployeeStatus.ACTIVE)
    seats = {pk: Seat(pk) for pk in sorted(able.values_list("pk", flat=True))} if named else {}
    _count(corp, rules, people, seats)
    return Desk([(rule, _team(rule, people[rule.pk], seats, at_work=is_on(rule, at))) for rule in rules])


def _team(rule: AssignmentRule, ids: Collection[int], seats: dict[int, Seat], *, at_work: bool) -> Team:
    return Team(
        seats=[seat for pk, seat in seats.items() if pk in ids],
        strategy=rule.strategy,
        pointer=rule.pointer,
        capacity=rule.capacity,
        day_cap=rule.day_cap,
        at_work=at_work,
        spare=seats.get(rule.spare_id or 0),
    )


def _people(corp_id: int, rules: Sequence[AssignmentRule]) -> dict[int, set[int]]:
    """Rule id → employees it names, by themselves or by a department of theirs or one above it."""
    wanted = {pk for rule in rules for pk in rule.department_ids}
    # Each path names the departments above: "/1/4/" is below 1.
    rows = DepartmentMember.objects.of_corp(corp_id).filter(_below(wanted)) if wanted else ()
    members = [
        (employee, {int(part) for part in path.split("/") if part})
        for employee, path in (rows.values_list("employee_id", "department__path") if rows else ())
    ]
    return {
        rule.pk: {*rule.employee_ids, *(pk for pk, above in members if above & set(rule.department_ids))}
        for rule in rules
    }


def _below(departments: Collection[int]) -> Q:
    found = Q()
    for pk in departments:
        found |= Q(department__path__contains=f"/{pk}/")
    return found


def _count(corp: Corp, rules: Sequence[AssignmentRule], people: dict[int, set[int]], seats: dict[int, Seat]) -> None:
    """How many each has, and was given today, for those alone of whom a rule asks it."""
    weighed = {
        pk
        for rule in rules
        if rule.capacity is not None or rule.strategy == _LEAST
        for pk in people[rule.pk]
        if pk in seats
    }
    if weighed:
        living = FollowRelation.objects.filter(employee_id__in=weighed, status=RelationStatus.ACTIVE)
        for pk, number in living.order_by().values_list("employee_id").annotate(Count("pk")):
            seats[pk].load = number
    if seats and any(rule.day_cap is not None or rule.strategy == _LEAST for rule in rules):
        start, _end = day_range(now().astimezone(corp.zone).date(), corp.zone)
        today = Assignment.objects.filter(employee_id__in=list(seats), create_time__gte=start)
        for pk, number in today.order_by().values_list("employee_id").annotate(Count("pk")):
            seats[pk].today = number
