"""What a contact way may be: WeCom's bounds (page 96348), and rows of its own company."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.choices import EmployeeStatus
from corps.models import Department, Employee
from customers.contact_ways.duty import Hours
from customers.models import Channel, ContactWay
from tags.models import Tag

NAME_LENGTH = 30
REMARK_LENGTH = 20
# WeCom counts the bytes of a welcome message.
WELCOME_BYTES = 4000
MOST_PEOPLE = 100
MOST_TAGS = 20
NAME = "{name}"
_WEEK = "1234567"


@dataclass(frozen=True, slots=True)
class Shift:
    """One member's time on a code: an employee or a department, and when.

    Attributes:
        weekdays: ``"12345"`` is Monday to Friday.
        start, end: both or neither; one that ends before it starts goes on past midnight.
    """

    employee_id: int | None = None
    department_id: int | None = None
    weekdays: str = _WEEK
    start: dt.time | None = None
    end: dt.time | None = None
    day_cap: int | None = None

    def columns(self) -> dict[str, Any]:
        """As ``ContactWayMember`` has them."""
        return asdict(self)


def shifts_of(way: ContactWay) -> list[Shift]:
    """The shifts that are stored, in their order."""
    columns = ("employee_id", "department_id", "weekdays", "start", "end", "day_cap")
    return [Shift(*row) for row in way.members.order_by("pk").values_list(*columns)]


def name(text: str) -> str:
    """Without outer blanks. Raises RuleViolation: ``name_invalid``."""
    given = text.strip()
    if not 1 <= len(given) <= NAME_LENGTH or not given.isprintable():
        raise wrong(
            "name", _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}, "name_invalid"
        )
    return given


@dataclass(frozen=True, slots=True)
class Named:
    """Ids of the rows that a code names."""

    people: frozenset[int | None] = frozenset()
    departments: frozenset[int | None] = frozenset()
    tags: frozenset[int] = frozenset()


def named(way: ContactWay, shifts: Iterable[Shift]) -> Named:
    """What a code names, with these shifts."""
    shifts = list(shifts)
    people = frozenset(shift.employee_id for shift in shifts) | {way.spare_id}
    return Named(people, frozenset(shift.department_id for shift in shifts), frozenset(way.tag_ids))


def check(way: ContactWay, shifts: Sequence[Shift], held: Named = Named()) -> None:
    """Refuse what WeCom would refuse, and rows of other companies.

    Args:
        held: what it named before. A leaver or a deleted tag among that keeps nobody from changing something else:
            they are passed over when it comes to serving and tagging.

    Raises:
        RuleViolation: see ``changing.create_way``.
    """
    _check_shifts(way, shifts)
    _check_rows(way, shifts, held)
    template = way.remark_template
    if not template.isprintable() or len(template.replace(NAME, "")) > REMARK_LENGTH - bool(NAME in template):
        text = _("A remark has at most %(n)d characters; {name} stands for the customer's name.") % {"n": REMARK_LENGTH}
        raise wrong("remarkTemplate", text, "remark_invalid")
    if len(way.welcome_text.encode()) > WELCOME_BYTES:
        raise wrong("welcomeText", _("The text is too long for WeCom. Shorten it."), "welcome_too_long")


def _check_shifts(way: ContactWay, shifts: Sequence[Shift]) -> None:
    people = {shift.employee_id for shift in shifts if shift.employee_id}
    told = ""
    if not shifts:
        told = _("Name at least one employee or department.")
    elif any((shift.employee_id is None) == (shift.department_id is None) for shift in shifts):
        told = _("Each row names an employee or a department.")
    elif way.type == ContactWay.Type.SINGLE and (len(people) != 1 or any(s.department_id for s in shifts)):
        told = _("A code of one employee has exactly one, and no department.")
    elif len(people) > MOST_PEOPLE:
        told = _("At most %(n)d employees are on a code.") % {"n": MOST_PEOPLE}
    elif not all(map(is_time, shifts)):
        told = _("Choose at least one weekday, and both hours or none.")
    elif any(shift.department_id and shift.day_cap is not None for shift in shifts):
        told = _("How many a day is said of employees, not of departments.")
    if told:
        raise wrong("members", told, "members_invalid")


def is_time(hours: Hours) -> bool:
    """Whether these are weekdays, each once, and both hours or none."""
    days = set(hours.weekdays)
    both = (hours.start is None) == (hours.end is None) and (hours.start is None or hours.start != hours.end)
    return both and bool(days) and days <= set(_WEEK) and len(days) == len(hours.weekdays)


def _check_rows(way: ContactWay, shifts: Sequence[Shift], held: Named) -> None:
    wanted = named(way, shifts)
    working = Employee.objects.of_corp(way.corp_id).exclude(status=EmployeeStatus.LEFT)
    if missing(wanted.people - held.people, working):
        text = _("There is no such employee in this company.")
        raise wrong("members", text, "employee_unknown")
    if missing(wanted.departments - held.departments, Department.objects.of_corp(way.corp_id)):
        raise wrong("members", _("There is no such department in this company."), "department_unknown")
    if len(way.tag_ids) > MOST_TAGS or missing(wanted.tags - held.tags, Tag.objects.of_corp(way.corp_id).live()):
        raise wrong("tagIds", _("There is no such tag in this company."), "tag_unknown")
    if missing({way.channel_id}, Channel.objects.of_corp(way.corp_id)):
        raise wrong("channelId", _("There is no such channel in this company."), "channel_unknown")


def missing(ids: Iterable[int | None], rows: Any) -> bool:
    """Whether one of these ids is not among the rows."""
    wanted = {one for one in ids if one is not None}
    return bool(wanted) and rows.filter(pk__in=wanted).count() < len(wanted)


def wrong(field: str, message: str, code: str) -> RuleViolation:
    """The refusal of what one field holds."""
    return RuleViolation(code, message, [FieldError(field, code, message)])
