"""What can be asked of the statistics: query strings as shapes, which the documentation shows too."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from core.pagination import SIZE_DEFAULT, SIZE_MAX
from core.serializers import CamelSerializer
from corps.callers import caller, company
from corps.models import Corp
from groups.api.queries import asked_of
from groups.api.serializers import whole_id
from insights.stats import reading, scopes
from insights.stats.periods import MOST, Period, period
from insights.stats.reports import departments, employees
from insights.stats.scopes import Scope
from insights.stats.terms import Span

# Nothing here is older, and the calendar's first days overflow in other zones.
_FIRST, _LAST = dt.date(2015, 1, 1), dt.date(2100, 1, 1)
_WHOSE = ("employee_id", "department_id", "channel_id")
_BY = {span.name.lower(): span for span in Span}


def _day(about: str) -> serializers.DateField:
    return serializers.DateField(required=False, help_text=about)


class ScopeQuery(CamelSerializer):
    """Whose numbers; without a name, all that the caller may see."""

    employee_id = whole_id(required=False, help_text="Of this employee.")
    department_id = whole_id(required=False, help_text="Of the people in this department and below.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        days = [day for name in ("from_day", "to_day") if (day := attrs.get(name))]
        if any(not _FIRST <= day <= _LAST for day in days):
            raise serializers.ValidationError("invalid", code="invalid")
        return attrs


class DaysQuery(ScopeQuery):
    """Days in the company's zone, both included, up to yesterday."""

    from_day = _day(f"At most {MOST[Span.DAY]} days, {MOST[Span.WEEK]} weeks or {MOST[Span.MONTH]} months.")
    to_day = _day("Yesterday by default; later days aren't counted yet.")
    by = serializers.ChoiceField(
        choices=list(_BY), default="day", help_text="Whole weeks and months: those that the two days lie in."
    )


class ChannelQuery(DaysQuery):
    """Also of one channel, of the whole company then."""

    channel_id = serializers.IntegerField(
        min_value=-1, required=False, help_text="0: by none, -1: by states that have none."
    )


class ForecastQuery(ScopeQuery):
    """Of whom; the days are those after the newest that was counted."""

    channel_id = serializers.IntegerField(min_value=-1, required=False, help_text="As of growth.")


class MonthsQuery(ScopeQuery):
    """Months of adding, by a day in the first and one in the last."""

    from_day = _day(f"At most {MOST[Span.MONTH]} months.")
    to_day = _day("Yesterday by default.")
    channel_id = serializers.IntegerField(min_value=-1, required=False)


class EmployeesQuery(DaysQuery):
    """Which employees, and in which order."""

    sort = serializers.ChoiceField(choices=employees.SORTS, default="new", help_text="The greatest first.")
    page = serializers.IntegerField(min_value=1, max_value=100, default=1)
    size = serializers.IntegerField(min_value=1, max_value=SIZE_MAX, default=SIZE_DEFAULT)


class DepartmentsQuery(DaysQuery):
    """Which departments, and in which order."""

    # Whoever is somebody's alone has no department.
    employee_id = None  # type: ignore[assignment]
    sort = serializers.ChoiceField(choices=departments.SORTS, default="new", help_text="The greatest first.")
    page = serializers.IntegerField(min_value=1, max_value=100, default=1)
    size = serializers.IntegerField(min_value=1, max_value=SIZE_MAX, default=SIZE_DEFAULT)


class PlainDaysQuery(CamelSerializer):
    """Days in the company's zone, both included, up to yesterday."""

    from_day = _day(f"At most {MOST[Span.DAY]} days.")
    to_day = _day("Yesterday by default.")
    validate = ScopeQuery.validate


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller wants to know: of whom, of which days, and what else the query string says."""

    corp: Corp
    scope: Scope
    period: Period
    more: dict[str, Any]


def question(request: Request, shape: Any, *, span: Span | None = None, most: Any = None) -> Question:
    """The question of a query string.

    Args:
        span: by what is counted where the query doesn't say.
        most: span → how many of them at most.

    Raises: BadRequest, ValidationError, NotFound.
    """
    asked = asked_of(shape, request)
    corp = Corp.objects.get(pk=company(request))
    scope = scopes.asked(caller(request), **{name: asked.get(name) for name in _WHOSE})
    by = span or _BY[asked["by"]]
    days = period(corp, by, asked.get("from_day"), asked.get("to_day"), most=most and most[by])
    return Question(corp, scope, days, asked)


def lately(request: Request, shape: Any = ScopeQuery) -> Question:
    """The thirty days up to the newest that has been counted."""
    asked = asked_of(shape, request)
    corp = Corp.objects.get(pk=company(request))
    scope = scopes.asked(caller(request), **{name: asked.get(name) for name in _WHOSE})
    return Question(corp, scope, period(corp, Span.DAY, None, reading.newest(corp.pk)), asked)


def whose(request: Request, shape: Any) -> tuple[Scope, dict[str, Any]]:
    """Of whom, where the days are no choice; and what else the query string says."""
    asked = asked_of(shape, request)
    return scopes.asked(caller(request), **{name: asked.get(name) for name in _WHOSE}), asked
