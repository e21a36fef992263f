"""Lists of the console that cost the same at a thousand rows and at a million: bounded counts, filters on indexes."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter, TextFilter
from unfold.views import ChangeList

from core.console_scope import actor_of, visible
from core.pagination import bounded_count
from core.time import day_range


def badge(text: Any, colour: str | None = None) -> str:
    """A coloured label, for lists and single rows alike: ``success``, ``info``, ``warning`` or ``danger``."""
    return render_to_string("unfold/helpers/label.html", {"text": text, "type": colour})


class BoundedPaginator(Paginator):
    """Counts no further than a bound, so no page lies deeper than that; "10000+" tells that there is more."""

    template_name = "console/pagination.html"
    bound = settings.TOTAL_BOUND

    @cached_property
    def counted(self) -> tuple[int, bool]:
        return bounded_count(self.object_list, self.bound)  # type: ignore[arg-type]

    @property
    def count(self) -> int:  # type: ignore[override]
        return self.counted[0]

    @property
    def shown(self) -> str:
        """The count as people read it."""
        number, exact = self.counted
        return f"{number}" if exact else f"{number}+"


class BoundedChangeList(ChangeList):
    """Says how many there are once, at its foot, and sorts so that an index can be read along."""

    @property
    def narrowed(self) -> bool:
        """Whether something was asked for, so that it may be this which leaves nothing."""
        asked = self.get_filters_params()
        return bool(self.query) or any(value for values in asked.values() for value in values)

    def get_ordering_field(self, field_name: str) -> Any:
        """None for what has no index: Django offers no heading for it, but sorts by it if the address says so."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        # Django ends each order with the newest first; an ascending one would then be sorted by hand.
        first, *others = super().get_ordering(request, queryset)
        rising = isinstance(first, str) and not first.startswith("-") and others in (["-pk"], ["-id"])
        return [first, "pk"] if rising else [first, *others]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class DayRangeFilter(RangeDateFilter):
    """From one day to another, both included, as the days of the zone now active."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        zone = ZoneInfo(timezone.get_current_timezone_name())
        start, end = self._day("from"), self._day("to")
        if start:
            queryset = queryset.filter(**{f"{self.field_path}__gte": day_range(start, zone)[0]})
        if end:
            queryset = queryset.filter(**{f"{self.field_path}__lt": day_range(end, zone)[1]})
        return queryset

    def _day(self, side: str) -> Any:
        try:
            return parse_date(self.used_parameters.get(f"{self.parameter_name}_{side}") or "")
        except ValueError:
            # The thirtieth of February filters nothing, as an empty field does.
            return None

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            for field in choice["form"].fields.values():
                field.widget.format = "%Y-%m-%d"
            yield choice


class ExactFilter(TextFilter):
    """A typed value compared as a whole, so that an index answers it. Subclasses name the column."""

    column = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        return queryset.filter(**{self.column: value}) if value else queryset


class ScopedAutocompleteFilter(AutocompleteSelectFilter):
    """A related row picked by typing. What is picked is named in the field, so a foreign id must name nothing."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            for field in choice["form"].fields.values():
                field.queryset = visible(field.queryset, actor_of(self.request))
            yield choice
