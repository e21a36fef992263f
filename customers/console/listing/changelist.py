"""The customer list as a page: what is asked, its chips, the rows with their tags."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.console_lists import BoundedChangeList
from core.console_scope import actor_of
from core.errors import RuleViolation
from corps.choices import Sight
from corps.policy import Act
from customers import reading, selection
from customers.console.listing import names, own, views
from customers.console.listing.asked import Chip
from customers.console.listing.tabs import ViewTabs


class CustomerList(ViewTabs, BoundedChangeList):
    """Attributes:
    refusal: why what was asked can't be, beside a list of nobody.
    """

    refusal: RuleViolation | None = None

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked = super().get_filters_params(params)
        return {name: values for name, values in asked.items() if name not in views.LOOKING}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """By a column's heading, as the view says, or the newest first."""
        sort = views.sort_of(request)
        if ORDER_VAR in self.params or not sort or actor_of(request).sees_all_corps:
            return super().get_ordering(request, queryset)
        return [sort, "-pk" if sort.startswith("-") else "pk"]

    def get_filters(self, request: HttpRequest) -> Any:
        self.request = request
        self.list_filter: list[Any] = [*self.list_filter, *own.filters(request)]
        specs, has_filters, others, duplicates, _active = super().get_filters(request)
        return specs, has_filters, others, duplicates, any(spec.active for spec in specs)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        try:
            asked = own.asked(self.filter_specs)
            for spec in self.filter_specs:
                asked |= spec.asked()
            rows = selection.narrowed(rows, asked, actor_of(request))
            for spec in self.filter_specs:
                rows = spec.last(rows)
            return rows
        except RuleViolation as refusal:
            self.refusal = refusal
            return rows.none()

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        tags = reading.tags_of([row.pk for row in rows]) if rows else {}
        self.result_list = rows
        for row in rows:
            row.numbers_shown = actor_of(request).sight is Sight.FULL
            row.tag_names = [tag["name"] for tag in tags.get(row.pk, [])]

    @cached_property
    def called(self) -> names.Called:
        """What the rows are called that the filters name."""
        return names.of(self.filter_specs)

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """Everything that is asked: its words, and the address without it."""
        return [chip._asdict() | {"without": self.address(chip.left)} for chip in self._chips()]

    @property
    def advanced(self) -> str:
        """Where a condition is built, if a package above offers one."""
        return next((spec.page(self) for spec in self.filter_specs if hasattr(spec, "page")), "")

    @property
    def connects(self) -> bool:
        """Whether whoever looks connects the company to WeCom."""
        return bool(actor_of(self.request).may(Act.WECOM_MANAGE))

    @property
    def cleared(self) -> str:
        """The address at which nothing is asked, of the view too."""
        return self.address({name: [] for name in self.filter_params if name not in views.LOOKING})

    def address(self, changed: dict[str, list[str]]) -> str:
        """This list with other values of some parameters, from its first page on; none: without them."""
        params = {name: [value for value in values if value] for name, values in self.filter_params.items()} | changed
        given = sorted((name, values) for name, values in params.items() if values)
        # An empty address would be that of the view with which the list begins.
        return "?" + (urlencode(given, doseq=True) or (f"{views.VIEW}={views.WHOLE}" if self.views.named else ""))

    def _chips(self) -> Iterator[Chip]:
        if self.query:
            yield Chip(_("search"), self.query, {SEARCH_VAR: []})
        for spec in self.filter_specs:
            yield from spec.chips(self)
