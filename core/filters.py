"""Query parameters that mean what they say: a misspelt one is refused instead of silently widening the list."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend

from core.errors import BadRequest, FieldError
from core.pagination import PARAMETERS


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raises BadRequest ``unknown_parameter`` naming each parameter that is given and not known."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = _("There is no such parameter.")
        raise BadRequest(
            "unknown_parameter", message, [FieldError(name, "unknown_parameter", message) for name in unknown]
        )


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter for views with a ``filterset_class``; the view's ``extra_parameters`` are known too."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset_class(view, queryset)
        paged = PARAMETERS if getattr(view, "pagination_class", None) else ()
        known = [*paged, *getattr(view, "extra_parameters", ()), *(filterset.base_filters if filterset else ())]
        refuse_unknown(request.query_params, known)
        return super().filter_queryset(request, queryset, view)
