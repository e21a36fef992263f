"""What follow-ups and communications can be narrowed by. Words are looked for only where few rows have to be read."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.moments import MomentFilter
from customers.privacy.stars import PART
from followups.choices import Direction, FollowUpKind, FollowUpOutcome, TalkKind
from followups.models import Communication, FollowUp

_ID = {"min_value": 1, "max_value": 2**63 - 1, "decimal_places": 0}
SPAN = dt.timedelta(days=93)


class OfOneFilter(filters.FilterSet):
    """Within one customer."""

    kind = filters.ChoiceFilter(choices=FollowUpKind.choices)
    outcome = filters.ChoiceFilter(choices=[choice for choice in FollowUpOutcome.choices if choice[0]])
    employeeId = filters.NumberFilter("employee_id", help_text="Whose work it was.", **_ID)
    happenedFrom = MomentFilter("happened_at", lookup_expr="gte", help_text="Happened at this time or later.")
    happenedTo = MomentFilter("happened_at", lookup_expr="lt", help_text="Happened before this time.")
    q = filters.CharFilter(method="saying", min_length=2, max_length=50, help_text="In the content.")

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def saying(self, rows: Any, name: str, value: str) -> Any:
        """With digits or an address in it only what the reader sees whole: else a number could be spelled out."""
        found = rows.filter(content__icontains=value)
        return found.filter(hides_numbers=False) if PART.search(value) else found


class FollowUpFilter(OfOneFilter):
    """Within the company: words of one customer's, or of one employee's in at most 93 days."""

    customerId = filters.NumberFilter("customer_id", **_ID)

    def filter_queryset(self, queryset: Any) -> Any:
        asked = self.form.cleaned_data
        if asked["q"] and not (asked["customerId"] or (asked["employeeId"] and _short(asked))):
            message = _("Look for words in one customer, or in one employee's work of at most 93 days.")
            raise BadRequest("search_unbounded", message, [FieldError("q", "search_unbounded", message)])
        return super().filter_queryset(queryset)


def _short(asked: dict[str, Any]) -> bool:
    start, end = asked["happenedFrom"], asked["happenedTo"]
    return bool(start and end and end - start <= SPAN)


class CommunicationFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=TalkKind.choices)
    direction = filters.ChoiceFilter(choices=Direction.choices)
    employeeId = filters.NumberFilter("employee_id", **_ID)
    atFrom = MomentFilter("at", lookup_expr="gte", help_text="At this time or later.")
    atTo = MomentFilter("at", lookup_expr="lt", help_text="Before this time.")

    class Meta:
        model = Communication
        fields: list[str] = []
