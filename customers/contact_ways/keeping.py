"""Have the right people on the codes as hours pass and days fill up: looked at every few minutes."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count
from django.db.transaction import atomic

from core.time import day_range, now
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Corp, Department, Employee
from customers.contact_ways import wanting
from customers.contact_ways.duty import Serving, on_duty
from customers.models import ContactWay, RelationEpisode
from messaging import commands

# state → employee id → how many came today.
Came = Mapping[str, Mapping[int, int]]


@atomic
def keep_duty(*, corp_id: int) -> int:
    """Want the codes of a company told to WeCom on which others should stand now. Returns how many."""
    corp = Corp.objects.get(pk=corp_id)
    ways = list(ContactWay.objects.of_corp(corp_id).filter(status=ContactWay.Status.ACTIVE).prefetch_related("members"))
    # One whose command waits already is left to it: wanted again, its pauses would begin anew.
    waiting = commands.open_keys(corp_id=corp_id, lanes=[wanting.lane(way.pk) for way in ways])
    settled = [way for way in ways if wanting.lane(way.pk) not in waiting]
    serving = serving_now(corp, settled)
    stale = [way for way in settled if way.serving != serving[way.pk].as_json()]
    wanting.want(stale, by=SYSTEM, source="rule")
    return len(stale)


def serving_now(corp: Corp, ways: Iterable[ContactWay]) -> dict[int, Serving]:
    """Who should be on each of these codes of one company now, by the code's id. Two statements beside the members'."""
    ways = list(ways)
    if not ways:
        return {}
    at = now().astimezone(corp.zone)
    came, able = _came(corp, [way for way in ways if _capped(way)]), _able(ways)
    return {way.pk: on_duty(way, way.members.all(), at=at, came=came.get(way.state, {}), able=able) for way in ways}


def names_on(way: ContactWay) -> list[str]:
    """The names of those whom WeCom was last told to have on the code."""
    people = Employee.objects.of_corp(way.corp_id).filter(pk__in=way.serving.get("employees", []))
    departments = Department.objects.of_corp(way.corp_id).filter(pk__in=way.serving.get("departments", []))
    return [str(row) for rows in (people, departments) for row in rows]


def _capped(way: ContactWay) -> bool:
    return any(row.day_cap is not None for row in way.members.all())


def _able(ways: Iterable[ContactWay]) -> Collection[int]:
    named = {row.employee_id for way in ways for row in way.members.all()} | {way.spare_id for way in ways}
    people = Employee.objects.filter(pk__in=[pk for pk in named if pk], can_follow=True, status=EmployeeStatus.ACTIVE)
    return set(people.values_list("pk", flat=True))


def _came(corp: Corp, ways: Collection[ContactWay]) -> Came:
    if not ways:
        return {}
    start, end = day_range(now().astimezone(corp.zone).date(), corp.zone)
    # Read along the index of a day's beginnings.
    today = RelationEpisode.objects.of_corp(corp.pk).filter(began_at__gte=start, began_at__lt=end)
    rows = today.filter(state__in=[way.state for way in ways]).order_by().values_list("state", "employee_id")
    found: dict[str, dict[int, int]] = {}
    for state, employee, number in rows.annotate(n=Count("pk")):
        found.setdefault(state, {})[employee] = number
    return found
