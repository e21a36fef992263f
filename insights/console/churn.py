"""The console's page of who is likely to leave, and the same on a customer's page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_links import page_link
from core.console_lists import ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from customers.admin import CustomerAdmin
from insights.choices import ChurnLevel
from insights.churn import words
from insights.models import ChurnScore

LEVEL_COLOURS = {ChurnLevel.CALM: "success", ChurnLevel.WATCH: "warning", ChurnLevel.HIGH: "danger"}


class Shown:
    """How the columns of a score look, in the list and on a customer's page."""

    @display(description=_("level"))
    def how_bad(self, row: ChurnScore) -> str:
        return badge(row.get_level_display(), LEVEL_COLOURS[ChurnLevel(row.level)])

    @display(description=_("reasons"))
    def why(self, row: ChurnScore) -> str:
        return format_html_join(" · ", "{}", ((text,) for text in words.sentences(row.reasons))) or "–"


@admin.register(ChurnScore)
class ChurnScoreAdmin(Shown, ReadOnlyAdmin):
    list_display = ["who", "employee", "how_bad", "score", "why", "as_of"]
    # The customer is linked already.
    list_display_links = ["score"]
    list_select_related = ["customer", "employee"]
    list_filter = [("level", ChoicesDropdownFilter), ("employee", ScopedAutocompleteFilter)]
    linked_by = ["customer"]
    list_before_template = "console/no_churn.html"
    sortable_by: list[str] = []
    fields = readonly_fields = ["who", "employee", "how_bad", "score", "why", "as_of"]

    def get_ordering(self, request: HttpRequest) -> Any:
        # The index on the score begins with the company.
        return ["-id"] if actor_of(request).sees_all_corps else ["-score", "-id"]

    @display(description=_("customer"))
    def who(self, row: ChurnScore) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))


class ChurnInline(Shown, ReadOnlyInline):
    """How likely each relation of a customer is to end, on their page."""

    model = ChurnScore
    verbose_name_plural = _("likely to leave")
    fields = readonly_fields = ["linked", "how_bad", "employee", "why", "as_of"]
    ordering = ["-score"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")

    @display(description=_("score"))
    def linked(self, row: ChurnScore) -> str:
        return page_link("insights_churnscore", row.pk, row.score)


CustomerAdmin.inlines.append(ChurnInline)
