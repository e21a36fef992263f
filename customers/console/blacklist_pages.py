"""The acts that put a customer on the blacklist and take them off, and the history on their page."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from core.console_lists import badge
from core.console_scope import actor_of
from core.time import day_range
from customers import blacklist, finding
from customers.console.acted import ActedInline
from customers.models import BlacklistEntry, Customer


class BlacklistForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=blacklist.REASON_LENGTH, widget=UnfoldAdminTextInputWidget()
    )
    last_day = forms.DateField(
        label=gettext_lazy("last day"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody takes them off."),
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
    )


def put(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask why and until when, and put the person on the blacklist."""

    def run(row: Customer, data: dict[str, Any]) -> str:
        finding.check_changeable(row.pk, actor_of(request))
        last, zone = data["last_day"], ZoneInfo(row.corp.time_zone)
        until = day_range(last, zone)[1] if last else None
        blacklist.put(customer=row, reason=data["reason"], until=until, by=actor_of(request), source="operator")
        return _("Put on the blacklist.")

    return model_admin.act(
        request,
        object_id,
        title=_("Put on the blacklist"),
        text=_(
            "Customers on the blacklist are not assigned, not transferred and in no segment; when somebody adds them"
            " again or they join a group, a warning is raised."
        ),
        form=lambda row, data: BlacklistForm(data),
        run=run,
    )


def lift(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask, and take the person off the blacklist."""

    def run(row: Customer, _data: dict[str, Any]) -> str:
        finding.check_changeable(row.pk, actor_of(request))
        lifted = blacklist.lift(customer=row, by=actor_of(request), source="operator")
        return _("Taken off the blacklist.") if lifted else _("This customer was not on the blacklist.")

    return model_admin.act(request, object_id, title=_("Take off the blacklist"), run=run)


class BlacklistInline(ActedInline):
    """Each time that they were on the blacklist, and why."""

    model = BlacklistEntry
    verbose_name_plural = gettext_lazy("blacklist")
    fields = readonly_fields = ["how", "reason", "put_by", "since", "until", "ended_at"]
    ordering = ["-id"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer")

    @display(description=gettext_lazy("status"))
    def how(self, row: BlacklistEntry) -> str:
        return badge(row.get_ending_display()) if row.ending else badge(_("on the blacklist"), "danger")

    @display(description=gettext_lazy("put by"))
    def put_by(self, row: BlacklistEntry) -> str:
        return self.name_of(row.actor)
