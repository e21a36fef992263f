"""What can be asked of the figures: query strings as shapes, which the documentation shows too."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.pagination import SIZE_DEFAULT, SIZE_MAX
from core.serializers import CamelSerializer
from groups.analysis.people import FRIENDS
from groups.analysis.scope import MOST_DAYS
from groups.api.serializers import whole_id

# WeCom's customer groups are younger than this; and the calendar's first days overflow in other zones.
_FIRST, _LAST = dt.date(2015, 1, 1), dt.date(2100, 1, 1)
# A page of the list of people ends where its total does.
MOST_PAGES = 100


class WindowQuery(CamelSerializer):
    """Days in the company's zone, both included, 92 at most; by default the last 30."""

    from_day = serializers.DateField(required=False)
    to_day = serializers.DateField(required=False)
    owner_id = whole_id(required=False, help_text="Of this owner's groups.")
    department_id = whole_id(required=False, help_text="Owner in this department or below.")
    group_id = whole_id(required=False, help_text="Of this group alone.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from_day"), attrs.get("to_day")
        wrong = [day for day in (first, last) if day and not _FIRST <= day <= _LAST]
        if wrong or (first and last and not 0 <= (last - first).days < MOST_DAYS):
            message = _("Name at most %(n)d days, from the first to the last.") % {"n": MOST_DAYS}
            raise BadRequest("invalid_parameter", message, [FieldError("toDay", "out_of_bounds", message)])
        return attrs


class PeopleQuery(CamelSerializer):
    """Who is in how many groups now."""

    min_groups = serializers.IntegerField(min_value=1, max_value=1000, default=2, help_text="In so many at least.")
    friend = serializers.ChoiceField(
        choices=FRIENDS, default="any", help_text="nobody: no colleague's customer now; somebody; any."
    )
    page = serializers.IntegerField(min_value=1, max_value=MOST_PAGES, default=1)
    size = serializers.IntegerField(min_value=1, max_value=SIZE_MAX, default=SIZE_DEFAULT)


def asked_of(shape: Any, request: Request) -> dict[str, Any]:
    """The query string as ``shape`` reads it; an empty value is one not given. Raises BadRequest, ValidationError."""
    form = shape(data={name: value for name, value in request.query_params.items() if value != ""})
    refuse_unknown(request.query_params, form.fields)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)
