"""What lists of employees can be narrowed by."""

import django_filters as filters
from django.db.models import Q
from django.db.models.functions import Lower

from corps.choices import EmployeeStatus
from corps.models import Employee
from corps.querysets import EmployeeQuerySet


class EmployeeFilter(filters.FilterSet):
    departmentId = filters.NumberFilter(method="below", min_value=1, max_value=2**63 - 1, decimal_places=0)
    status = filters.ChoiceFilter(choices=EmployeeStatus.choices)
    canFollow = filters.BooleanFilter("can_follow")
    keyword = filters.CharFilter(method="named", max_length=64)

    class Meta:
        model = Employee
        fields: list[str] = []

    def below(self, rows: EmployeeQuerySet, name: str, value: int) -> EmployeeQuerySet:
        """Those of a department and of the ones below it."""
        return rows.in_department(int(value), self.request.user)

    def named(self, rows: EmployeeQuerySet, name: str, value: str) -> EmployeeQuerySet:
        """Those whose name or userid begins with the text, in any case."""
        # The column of the userid tells capitals apart on MySQL, so it is compared in small letters.
        rows = rows.alias(small_userid=Lower("userid"))
        return rows.filter(Q(name__istartswith=value) | Q(small_userid__startswith=value.lower()))
