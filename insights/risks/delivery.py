"""Who is to be told of a warning by a message in WeCom, and when: at once, once a day, never in the quiet hours."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from corps.choices import EmployeeStatus
from corps.models import Corp, DepartmentMember, Employee
from insights.choices import Delivery
from insights.models import RiskAlert, RiskSetting

# Of somebody's leaders; nobody has more.
MOST = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """``at``: None where nobody is to be told."""

    recipients: list[int] = field(default_factory=list)
    at: dt.datetime | None = None


def plans(alerts: Sequence[RiskAlert], moment: dt.datetime) -> list[Plan]:
    """A plan for each of these warnings, all of one company, in their order."""
    setting = RiskSetting.objects.of_corp(alerts[0].corp_id).first() if alerts else None
    if setting is None or setting.deliver == Delivery.NONE:
        return [Plan() for _alert in alerts]
    at = due(setting, moment, Corp.objects.get(pk=setting.corp_id).zone)
    owners = {alert.employee_id for alert in alerts if alert.employee_id}
    told = _recipients(owners, leaders=setting.tell_managers)
    people = [told[alert.employee_id or 0] for alert in alerts]
    return [Plan(some, at) if some else Plan() for some in people]


def due(setting: RiskSetting, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When what happens now is told: by the clock on the wall of the company."""
    local = moment.astimezone(zone)
    if setting.deliver == Delivery.DAILY:
        return _next(local, setting.digest_hour).astimezone(dt.UTC)
    if _quiet(local.hour, setting.quiet_from, setting.quiet_until):
        told = _next(local, setting.quiet_until).astimezone(dt.UTC)
        # A clock that is put forward may leave out the one hour that isn't quiet: then the next day has it.
        if _quiet(told.astimezone(zone).hour, setting.quiet_from, setting.quiet_until):
            return _next(told.astimezone(zone), setting.quiet_until).astimezone(dt.UTC)
        return told
    return moment


def _quiet(hour: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


def _next(local: dt.datetime, hour: int) -> dt.datetime:
    """The next time that the clock shows this hour."""
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > local else today + dt.timedelta(days=1)


def _recipients(owners: Collection[int], *, leaders: bool) -> dict[int, list[int]]:
    """Owner → who is told: the owner, and who leads one of the owner's departments. Leavers are told nothing."""
    found: dict[int, list[int]] = defaultdict(list)
    here = Employee.objects.filter(pk__in=owners).exclude(status=EmployeeStatus.LEFT)
    for owner in here.values_list("pk", flat=True):
        found[owner].append(owner)
    if leaders:
        for owner, leader in _leaders(owners):
            if leader not in found[owner] and len(found[owner]) < MOST:
                found[owner].append(leader)
    return found


def _leaders(owners: Collection[int]) -> Iterator[tuple[int, int]]:
    places: dict[int, list[int]] = defaultdict(list)
    own = DepartmentMember.objects.filter(employee_id__in=owners)
    for department, owner in own.values_list("department_id", "employee_id"):
        places[department].append(owner)
    leading = DepartmentMember.objects.filter(department_id__in=places, is_leader=True)
    rows = leading.exclude(employee__status=EmployeeStatus.LEFT).order_by("employee_id")
    for department, leader in rows.values_list("department_id", "employee_id"):
        yield from ((owner, leader) for owner in places[department])
