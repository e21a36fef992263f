"""Who saw whom, and who was erased: pages for the administrators, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import BoundedChangeList, DayRangeFilter, ExactFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from corps.names import names_of
from customers.models import AccessRecord, Tombstone

_COLOURS = {
    AccessRecord.Kind.VIEW: "info",
    AccessRecord.Kind.UNMASK: "warning",
    AccessRecord.Kind.EXPORT: "danger",
    AccessRecord.Kind.PERSON: "danger",
}


class ActorFilter(ExactFilter):
    """A user or an account by the label that records have: user:7."""

    title = _("who")
    parameter_name = "who"
    column = "actor"


class NamedChangeList(BoundedChangeList):
    """The rows of a page with the names of those who acted, by two statements for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        self.result_list = rows
        for corp_id in {row.corp_id for row in rows}:
            names = names_of({row.actor for row in rows}, corp_id=corp_id)
            for row in rows:
                if row.corp_id == corp_id:
                    row.who_name = names.get(row.actor, row.actor)


class ActedAdmin(ReadOnlyAdmin):
    sortable_by: list[str] = []
    ordering = ["-id"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return NamedChangeList

    @display(description=_("who"))
    def who(self, row: Any) -> str:
        return getattr(row, "who_name", row.actor)


@admin.register(AccessRecord)
class AccessRecordAdmin(ActedAdmin):
    list_display = ["at", "who", "how", "customer", "seen", "reason", "address"]
    list_display_links = ["at"]
    list_select_related = ["customer"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("employee", ScopedAutocompleteFilter),
        ("customer", ScopedAutocompleteFilter),
        ActorFilter,
        ("at", DayRangeFilter),
    ]
    fields = readonly_fields = [
        "at",
        "who",
        "employee",
        "how",
        "customer",
        "seen",
        "facts",
        "reason",
        "source",
        "address",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")

    def get_ordering(self, request: HttpRequest) -> Any:
        # The indexes begin with the company.
        return ["-id"] if actor_of(request).sees_all_corps else ["-at", "-id"]

    @display(description=_("kind"))
    def how(self, row: AccessRecord) -> str:
        return badge(row.get_kind_display(), _COLOURS[AccessRecord.Kind(row.kind)])

    @display(description=_("what"))
    def seen(self, row: AccessRecord) -> str:
        if row.kind == AccessRecord.Kind.EXPORT:
            return f"{row.what} · " + ngettext("%(n)d row", "%(n)d rows", row.number) % {"n": row.number}
        times = ngettext("%(n)d time", "%(n)d times", row.number) % {"n": row.number}
        if row.kind == AccessRecord.Kind.UNMASK and "key" in row.facts:
            return f"{row.what}.{row.facts['key']}"
        return row.what or (times if row.number > 1 else "–")


@admin.register(Tombstone)
class TombstoneAdmin(ActedAdmin):
    list_display = ["at", "customer_id", "reason", "who"]
    list_display_links = ["at"]
    list_filter = [("at", DayRangeFilter)]
    fields = readonly_fields = ["at", "customer_id", "reason", "who"]
