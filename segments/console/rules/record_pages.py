"""What rules did and how they ended: a page for all of it, and parts of the customer's page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_links import link, page_link
from core.console_lists import BoundedChangeList, DayRangeFilter, badge
from customers.admin import CustomerAdmin
from messaging.console import block
from segments.console.rules import telling
from segments.console.why_page import shown
from segments.models import RuleEffect, RuleOutcome
from segments.rules import recalling, wording
from segments.rules.codes import Outcome
from segments.rules.noted import Noted

COLOURS = {
    Outcome.CHANGED: "success",
    Outcome.LIMITED: "danger",
    Outcome.LOOP: "danger",
    Outcome.REFUSED: "danger",
    Outcome.OUTRANKED: "warning",
    Outcome.CHOSEN: "warning",
}


class Spoken:
    """How an effect is told, in lists and on a customer's page."""

    @display(description=gettext_lazy("rule"))
    def rule_label(self, row: RuleEffect) -> str:
        return page_link("segments_ruleeffect", row.pk, f"{row.rule} v{row.rule_version.number}")

    @display(description=gettext_lazy("changes"))
    def told(self, row: RuleEffect) -> str:
        names = getattr(row, "names", None) or wording.Names(wording.change_mentions(row.changes))
        return wording.change_sentence(row.changes, names)

    @display(description=gettext_lazy("taken back"))
    def back(self, row: RuleEffect) -> str:
        if row.undone_at is None:
            return "–"
        kept = ", ".join(dict.fromkeys(telling.why(one["why"]) for one in row.kept or ()))
        return kept or badge(_("taken back"), "info")


class NamedChangeList(BoundedChangeList):
    """The effects of a page with the names in them, by one statement for each kind of row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        names = wording.Names(place for row in rows for place in wording.change_mentions(row.changes))
        for row in rows:
            row.names = names
        self.result_list = rows


@admin.register(RuleEffect)
class RuleEffectAdmin(Spoken, ReadOnlyAdmin):
    list_display = ["rule_label", "who", "told", "event_name", "at", "back"]
    list_display_links = None
    list_select_related = ["rule", "rule_version", "customer"]
    list_filter = [("at", DayRangeFilter)]
    linked_by = ["run", "rule", "customer"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["who", "rule", "version", "told", "facts_told", "event_name", "event_id", "at", "back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("rule", "rule_version", "customer")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return NamedChangeList

    @display(description=gettext_lazy("customer"))
    def who(self, row: RuleEffect) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=gettext_lazy("version"))
    def version(self, row: RuleEffect) -> str:
        return f"v{row.rule_version.number}"

    @display(description=gettext_lazy("facts that matched"))
    def facts_told(self, row: RuleEffect) -> str:
        if known := recalling.explained(row, row.corp):
            return render_to_string("segments/explained.html", {"node": shown(known)})
        told = Noted().told(row.facts or {}, row.corp_id)
        return block("\n".join(f"{name}: {value}" for name, value in told.items())) or "–"


@admin.register(RuleOutcome)
class RuleOutcomeAdmin(ReadOnlyAdmin):
    list_display = ["rule", "who", "ended", "why", "event_name", "at"]
    list_display_links = None
    list_select_related = ["rule", "customer"]
    list_filter = [("code", ChoicesDropdownFilter)]
    linked_by = ["rule", "customer"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["rule", "who", "ended", "why", "detail", "number", "event_name", "event_id", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("rule", "customer")

    @display(description=gettext_lazy("customer"))
    def who(self, row: RuleOutcome) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=gettext_lazy("outcome"))
    def ended(self, row: RuleOutcome) -> str:
        return badge(row.get_code_display(), COLOURS.get(Outcome(row.code)))

    @display(description=gettext_lazy("why"))
    def why(self, row: RuleOutcome) -> str:
        address = reverse("admin:segments_tagrule_why", args=[row.rule_id])
        return link(f"{address}?customer={row.customer_id}", _("Why?"))


class RuleEffectInline(Spoken, ReadOnlyInline):
    """Why rules gave the customer what they did."""

    model = RuleEffect
    verbose_name_plural = gettext_lazy("by rules")
    fields = readonly_fields = ["rule_label", "told", "event_name", "at", "back"]
    ordering = ["-id"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("rule", "rule_version", "customer")


CustomerAdmin.inlines.append(RuleEffectInline)
