"""The numbers on a customer's page, for who sees them starred out."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.console import ScopedModelAdmin
from customers.console import essentials
from customers.models import Customer
from customers.privacy import masking

_STARRED = {"mobile": "starred_mobile", "unionid": "starred_unionid"}


class MaskedNumbers(ScopedModelAdmin):
    """Shown to read and not in the form, so that stars are never saved over a number."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if obj is None or not essentials.of(request, obj).starred:
            return sets
        return [(title, options | {"fields": [_starred(row) for row in options["fields"]]}) for title, options in sets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *_STARRED.values()]

    @display(description=_("mobile"))
    def starred_mobile(self, row: Customer) -> str:
        return masking.hidden(row.mobile) or "–"

    @display(description=_("unionid"))
    def starred_unionid(self, row: Customer) -> str:
        return masking.hidden(row.unionid) or "–"


def _starred(row: Any) -> Any:
    return tuple(map(_starred, row)) if isinstance(row, tuple) else _STARRED.get(row, row)
