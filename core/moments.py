"""Query parameters that are instants."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField


class MomentField(IsoDateTimeField):
    """An instant in UTC here already: the first and last hours of the calendar overflow in the driver otherwise."""

    def to_python(self, value: Any) -> dt.datetime | None:
        # In a query string the plus of an offset arrives as a blank.
        moment = super().to_python(str(value or "").replace(" ", "+"))
        try:
            return moment and moment.astimezone(dt.UTC)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = MomentField
