"""What can be asked of the statistics as files."""

from rest_framework import serializers

from core.exporting import KINDS
from insights.api.stats.asking import ChannelQuery, DaysQuery, ForecastQuery, MonthsQuery, PlainDaysQuery, ScopeQuery
from insights.stats.reports import departments, employees


def _kind() -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=KINDS, default="csv", help_text="A table as text, or a workbook.")


class OverviewFileQuery(ScopeQuery):
    """The same as a file."""

    format = _kind()


class DaysFileQuery(DaysQuery):
    """The same as a file."""

    format = _kind()


class GrowthFileQuery(ChannelQuery):
    """The same as a file."""

    format = _kind()


class ForecastFileQuery(ForecastQuery):
    """The same as a file."""

    format = _kind()


class MonthsFileQuery(MonthsQuery):
    """The same as a file."""

    format = _kind()


class EmployeesFileQuery(DaysFileQuery):
    """All of them, in the order of a number."""

    sort = serializers.ChoiceField(choices=employees.SORTS, default="new")


class DepartmentsFileQuery(DaysFileQuery):
    """All of them, in the order of a number."""

    employee_id = None  # type: ignore[assignment]
    sort = serializers.ChoiceField(choices=departments.SORTS, default="new")


class PlainDaysFileQuery(PlainDaysQuery):
    """The same as a file."""

    format = _kind()
