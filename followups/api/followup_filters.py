"""What follow-ups and communications can be narrowed by. Words are looked for in so many rows at most."""

from typing import Any

import django_filters as filters

from core.moments import MomentFilter
from customers.privacy.stars import PART
from followups import searching
from followups.choices import Direction, FollowUpKind, FollowUpOutcome, TalkKind
from followups.models import Communication, FollowUp

_ID = {"min_value": 1, "max_value": 2**63 - 1, "decimal_places": 0}


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
    """Within the company. Words are looked for by the door (``searching``), which knows how far it reads."""

    customerId = filters.NumberFilter("customer_id", **_ID)
    customer = filters.CharFilter(
        method="called",
        max_length=50,
        help_text="What the customer's name, remark or mobile holds; at most 200 of them.",
    )
    q = filters.CharFilter(method="as_it_is", min_length=2, max_length=50, help_text="In the content.")

    def called(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(customer_id__in=searching.called(value, self.request.user))

    def as_it_is(self, rows: Any, name: str, value: str) -> Any:
        return rows


class CommunicationFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=TalkKind.choices)
    direction = filters.ChoiceFilter(choices=Direction.choices)
    employeeId = filters.NumberFilter("employee_id", **_ID)
    atFrom = MomentFilter("at", lookup_expr="gte", help_text="At this time or later.")
    atTo = MomentFilter("at", lookup_expr="lt", help_text="Before this time.")

    class Meta:
        model = Communication
        fields: list[str] = []
