"""What the insights' lists can be narrowed by."""

from typing import Any

import django_filters as filters

from core.moments import MomentFilter
from core.time import now
from customers.choices import RelationStatus
from customers.events import ENDED_BY
from insights.choices import ChurnLevel, Kind, Level, State
from insights.models import ChurnScore, Loss, RiskAlert

ID = {"min_value": 1, "max_value": 2**63 - 1, "decimal_places": 0}
_DAYS = {"min_value": 0, "max_value": 40_000, "decimal_places": 0}
_ENDS: dict[str, RelationStatus | None] = {name: status for status, name in ENDED_BY.items()} | {"unknown": None}


class OfEmployeesFilter(filters.FilterSet):
    """What every list of employees' matters has."""

    employeeId = filters.NumberFilter("employee_id", help_text="Whose matter it is.", **ID)
    departmentId = filters.NumberFilter(
        method="of_department", help_text="Of the people in this department and below.", **ID
    )
    customerId = filters.NumberFilter("customer_id", **ID)

    def of_department(self, rows: Any, name: str, value: Any) -> Any:
        return rows.in_department(int(value), self.request.user)


class LossFilter(OfEmployeesFilter):
    endedBy = filters.ChoiceFilter(
        method="ended", choices=[(name, name) for name in _ENDS], help_text="Who ended it; unknown: nobody told."
    )
    endedFrom = MomentFilter("ended_at", lookup_expr="gte", help_text="Ended at this time or later.")
    endedTo = MomentFilter("ended_at", lookup_expr="lt", help_text="Ended before this time.")
    state = filters.CharFilter("state", max_length=64, help_text="The channel state, exactly.")
    addWay = filters.NumberFilter("add_way", min_value=0, max_value=32_767, decimal_places=0)
    daysMin = filters.NumberFilter("days", lookup_expr="gte", help_text="Kept so many days or more.", **_DAYS)
    daysMax = filters.NumberFilter("days", lookup_expr="lte", help_text="Kept so many days or fewer.", **_DAYS)
    stillFriend = filters.BooleanFilter(method="still", help_text="Is another employee's friend today, or isn't.")

    class Meta:
        model = Loss
        fields: list[str] = []

    def ended(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(ended_by=_ENDS[value])

    def still(self, rows: Any, name: str, value: bool) -> Any:
        return rows.still_friends(value)


class RiskFilter(OfEmployeesFilter):
    kind = filters.ChoiceFilter(choices=Kind.choices)
    level = filters.TypedChoiceFilter(choices=Level.choices, coerce=int, help_text="1 notice, 2 warning, 3 serious.")
    state = filters.ChoiceFilter(choices=State.choices, help_text="Without it, the open and the acknowledged.")
    openedFrom = MomentFilter("opened_at", lookup_expr="gte", help_text="Opened at this time or later.")
    openedTo = MomentFilter("opened_at", lookup_expr="lt", help_text="Opened before this time.")
    muted = filters.BooleanFilter(method="quiet", help_text="true: the muted too. Without it they are left out.")

    class Meta:
        model = RiskAlert
        fields: list[str] = []

    def quiet(self, rows: Any, name: str, value: bool) -> Any:
        return rows

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        given = self.form.cleaned_data
        rows = rows if given["state"] else rows.waiting()
        return rows if given["muted"] else rows.audible(now())


class ChurnFilter(OfEmployeesFilter):
    level = filters.ChoiceFilter(choices=ChurnLevel.choices)

    class Meta:
        model = ChurnScore
        fields: list[str] = []
