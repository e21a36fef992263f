"""The pages that ask before something is done about a warning."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.console_scope import actor_of
from core.time import day_range
from insights.choices import Outcome
from insights.models import RiskAlert
from insights.risks import handling

SOURCE = "operator"


class HandleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("outcome"), choices=Outcome.choices, widget=UnfoldAdminSelectWidget()
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=handling.NOTE_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
    )


class MuteForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("last day"), widget=UnfoldAdminTextInputWidget({"type": "date"}))


def acknowledge(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def run(row: RiskAlert, _data: dict[str, Any]) -> str:
        handling.acknowledge(alert=row, by=actor_of(request), source=SOURCE)
        return _("Acknowledged.")

    text = _("Colleagues will see that you are looking after it.")
    return model_admin.act(request, object_id, title=_("Acknowledge the warning"), text=text, run=run)


def handle(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def run(row: RiskAlert, data: dict[str, Any]) -> str:
        handling.handle(alert=row, by=actor_of(request), source=SOURCE, **data)
        return _("Handled.")

    return model_admin.act(
        request,
        object_id,
        title=_("Handle the warning"),
        text=_("It is closed with what came of it."),
        form=lambda row, data: HandleForm(data),
        run=run,
    )


def mute(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def run(row: RiskAlert, data: dict[str, Any]) -> str:
        until = day_range(data["last_day"], ZoneInfo(row.corp.time_zone))[1]
        handling.mute(alert=row, until=until, by=actor_of(request), source=SOURCE)
        return _("Muted.")

    return model_admin.act(
        request,
        object_id,
        title=_("Mute the warning"),
        text=_("It leaves the list until then, and so do others of its kind about the same."),
        form=lambda row, data: MuteForm(data),
        run=run,
    )
