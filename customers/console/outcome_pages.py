"""The console's page of outcomes: each attempt of each customer, of all transfers or of one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter, badge
from customers.choices import ItemState
from customers.models import TransferItem
from customers.privacy import masking
from customers.privacy.stars import in_words
from customers.transfers import reasons

ITEM_COLOURS = {
    ItemState.EXCLUDED: "warning",
    ItemState.WAITING: "info",
    ItemState.SENDING: "info",
    ItemState.DONE: "success",
    ItemState.REFUSED: "danger",
    ItemState.OVER_LIMIT: "danger",
    ItemState.NO_RECORD: "danger",
    ItemState.FAILED: "danger",
}


class ReasonFilter(DropdownFilter):
    title = gettext_lazy("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return list(reasons.WORDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(reason=self.value()) if self.value() in reasons.WORDS else queryset


class JobFilter(DropdownFilter):
    """One transfer's, as its page links here."""

    title = gettext_lazy("transfer")
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        value = request.GET.get("job", "")
        return [(value, f"#{value}")] if value.isdecimal() else []

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(job=value) if value.isdecimal() and len(value) < 19 else queryset


@admin.register(TransferItem)
class TransferItemAdmin(ReadOnlyAdmin):
    """Each attempt of each customer, of all transfers or of one."""

    list_display = ["heading", "handover", "taker", "state_label", "why", "sent_at", "taken_over"]
    list_display_links = ["heading"]
    list_select_related = ["customer", "handover", "taker"]
    list_filter = [
        JobFilter,
        ("state", ChoicesDropdownFilter),
        ReasonFilter,
        ("handover", ScopedAutocompleteFilter),
        ("taker", ScopedAutocompleteFilter),
        ("sent_at", DayRangeFilter),
    ]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "customer",
        "job",
        "handover",
        "taker",
        "state_label",
        "why",
        "error_code",
        "sent_at",
        "taken_over",
        "settled_at",
        "carried_at",
        "carried",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "handover", "taker")

    @display(description=gettext_lazy("customer"), header=True)
    def heading(self, row: TransferItem) -> list[str]:
        customer = row.customer
        return [customer.name or "–", customer.external_userid, (customer.name or "?")[:1]]

    @display(description=gettext_lazy("state"))
    def state_label(self, row: TransferItem) -> str:
        return badge(row.get_state_display(), ITEM_COLOURS.get(ItemState(row.state)))

    @display(description=gettext_lazy("reason"))
    def why(self, row: TransferItem) -> str:
        told = str(reasons.sentence(row.reason))
        return f"{told} ({row.error_code})" if row.error_code else told or "–"

    @display(description=gettext_lazy("takeover"))
    def taken_over(self, row: TransferItem) -> str:
        """When it was, or will be: of what came to nothing there is none, though one had been told."""
        tells = row.takeover_time and row.state in (ItemState.WAITING, ItemState.DONE)
        return date_format(localtime(row.takeover_time), "DATETIME_FORMAT") if tells else "–"

    @display(description=gettext_lazy("carried over"))
    def carried(self, row: TransferItem) -> str:
        noted = row.snapshot
        words = [in_words(noted.get(name) or "") for name in ("remark", "description", "remark_corp_name")]
        words += [masking.hidden(number) for number in noted.get("remark_mobiles") or []]
        words += [tag[-1] for tag in noted.get("personal_tags") or [] if tag]
        tags = len(noted.get("tag_ids") or [])
        told = [str(word) for word in words if word] + ([_("%(n)d tags") % {"n": tags}] if tags else [])
        return " · ".join(told) or "–"
