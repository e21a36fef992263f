"""The console's pages of warnings: what waits, and what to do about it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_acts import each
from core.console_links import page_link
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from core.time import now
from corps.names import names_of
from corps.policy import Act
from customers.admin import CustomerAdmin
from insights.choices import Level, State
from insights.console import risk_acts
from insights.console.words import facts_of
from insights.models import RiskAlert
from insights.risks import handling

LEVEL_COLOURS = {Level.NOTICE: "info", Level.WARNING: "warning", Level.SERIOUS: "danger"}
STATE_COLOURS = {State.OPEN: "danger", State.ACKNOWLEDGED: "warning", State.HANDLED: "success", State.PASSED: None}


class StateFilter(DropdownFilter):
    """What waits by default; what is over, or muted, is looked for on purpose."""

    title = _("state")
    parameter_name = "state"
    all_option = ["", _("waiting")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*State.choices, ("muted", _("muted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value()
        if value in State.values:
            return queryset.filter(state=value)
        if value == "muted":
            return queryset.waiting().filter(muted_until__gt=now())
        return queryset.waiting().audible(now())


class Shown:
    """How the columns of a warning look, in lists and on its page."""

    @display(description=_("kind"))
    def what(self, row: RiskAlert) -> str:
        return row.get_kind_display()

    @display(description=_("level"))
    def how_bad(self, row: RiskAlert) -> str:
        return badge(row.get_level_display(), LEVEL_COLOURS[Level(row.level)])

    @display(description=_("state"))
    def how_far(self, row: RiskAlert) -> str:
        return badge(row.get_state_display(), STATE_COLOURS[State(row.state)])

    @display(description=_("facts"))
    def told(self, row: RiskAlert) -> str:
        return facts_of(row) or "–"


@admin.register(RiskAlert)
class RiskAlertAdmin(Shown, ReadOnlyAdmin):
    list_display = ["what", "how_bad", "who", "employee", "told", "how_far", "opened_at"]
    list_display_links = ["what"]
    list_select_related = ["customer", "employee"]
    list_filter = [
        StateFilter,
        ("kind", ChoicesDropdownFilter),
        ("level", ChoicesDropdownFilter),
        ("employee", ScopedAutocompleteFilter),
        ("opened_at", DayRangeFilter),
    ]
    linked_by = ["customer"]
    list_before_template = "console/no_risks.html"
    sortable_by: list[str] = []
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("what", "how_bad"),
                    ("who", "employee"),
                    ("how_far", "told"),
                    ("opened_at", "closed_at"),
                    ("acknowledged_at", "seen_by"),
                    ("done_by", "outcome"),
                    ("muted_until", "note"),
                ]
            },
        )
    ]
    readonly_fields = ["what", "how_bad", "who", "how_far", "told", "seen_by", "done_by"]
    actions = ["acknowledge_all"]
    actions_detail = ["acknowledge", "handle", "mute"]

    def get_ordering(self, request: HttpRequest) -> Any:
        # The index on the opening begins with the company.
        return ["-id"] if actor_of(request).sees_all_corps else ["-opened_at", "-id"]

    def has_handle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.RISK_HANDLE))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the warning can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        offered = super().get_actions_detail(request, object_id) if row and row.closed_at is None else []
        seen = row is not None and row.state == State.ACKNOWLEDGED
        return [act for act in offered if not (seen and act.action_name.endswith("acknowledge"))]

    @display(description=_("customer"))
    def who(self, row: RiskAlert) -> str:
        if row.customer is None:
            return "–"
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=_("acknowledged by"))
    def seen_by(self, row: RiskAlert) -> str:
        return _named(row, row.acknowledged_by)

    @display(description=_("handled by"))
    def done_by(self, row: RiskAlert) -> str:
        return _named(row, row.handled_by)

    # --- Acts ---

    @admin.action(description=_("Acknowledge"), permissions=["handle"])
    def acknowledge_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by = actor_of(request)
        done, refused = each(queryset, lambda row: handling.acknowledge(alert=row, by=by, source="operator"))
        told = ngettext("%(n)d warning acknowledged.", "%(n)d warnings acknowledged.", done) % {"n": done}
        level = messages.WARNING if refused else messages.SUCCESS
        self.message_user(request, " ".join([told, *dict.fromkeys(refused)]), level)

    @action(description=_("Acknowledge"), url_path="acknowledge", icon="visibility", permissions=["handle"])
    def acknowledge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return risk_acts.acknowledge(self, request, object_id)

    @action(description=_("Handle"), url_path="handle", icon="task_alt", permissions=["handle"])
    def handle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return risk_acts.handle(self, request, object_id)

    @action(description=_("Mute"), url_path="mute", icon="notifications_off", permissions=["handle"])
    def mute(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return risk_acts.mute(self, request, object_id)


class RiskInline(Shown, ReadOnlyInline):
    """A customer's warnings, on their page."""

    model = RiskAlert
    verbose_name_plural = _("warnings")
    fields = readonly_fields = ["linked", "how_bad", "employee", "told", "how_far", "opened_at"]
    ordering = ["-opened_at"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")

    @display(description=_("kind"))
    def linked(self, row: RiskAlert) -> str:
        return page_link("insights_riskalert", row.pk, row.get_kind_display())


CustomerAdmin.inlines.append(RiskInline)


def _named(row: RiskAlert, label: str) -> str:
    return names_of([label], corp_id=row.corp_id).get(label, label or "–")
