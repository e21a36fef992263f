"""What can be asked of a page of statistics: days, by what, and of whom."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from core.console_pickers import AutocompleteSelect, pick
from corps.models import Corp, Employee
from corps.policy import Act
from corps.querysets import owns_narrowly
from customers.channels.figures import NONE, UNKNOWN
from customers.models import Channel
from insights.console.stats.reader import Reader
from insights.models import ChurnScore, RiskRule
from insights.stats.reports.chart import of_scope
from insights.stats.terms import Dim, Span

# Nothing here is older, and the calendar's first days overflow in other zones.
_FIRST, _LAST = dt.date(2015, 1, 1), dt.date(2100, 1, 1)
BY = {span.name.lower(): span for span in Span}
_BY = [
    ("day", pgettext_lazy("counted by", "day")),
    ("week", pgettext_lazy("counted by", "week")),
    ("month", pgettext_lazy("counted by", "month")),
]


class QuestionForm(forms.Form):
    """The fields that a report knows; of whom one may choose none, the field isn't there."""

    first = forms.DateField(label=_("from"), required=False, widget=UnfoldAdminDateWidget)
    last = forms.DateField(label=_("to"), required=False, widget=UnfoldAdminDateWidget)
    by = forms.ChoiceField(
        label=pgettext_lazy("span of time", "by"), choices=_BY, required=False, widget=UnfoldAdminSelectWidget
    )
    department: Any = forms.ModelChoiceField(None, label=_("department"), required=False)
    employee: Any = forms.ModelChoiceField(None, label=_("employee"), required=False)
    channel = forms.TypedChoiceField(
        label=_("channel"), coerce=int, empty_value=None, required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, reader: Reader, fields: Collection[str], data: Any) -> None:
        super().__init__(data)
        own = reader.own
        for name in set(self.fields) - set(fields) | _closed(reader, own.dim):
            del self.fields[name]
        if "employee" in self.fields:
            people = Employee.objects.visible_to(reader.actor)
            people = people.filter(pk__in=own.employees or ()) if owns_narrowly(reader.actor) else people
            self._pick("employee", people, ChurnScore)
        if "department" in self.fields:
            self._pick("department", of_scope(own), RiskRule)
        if "channel" in self.fields:
            self.fields["channel"].choices = _channels(reader)  # type: ignore[attr-defined]
        if reader.roams:
            companies = Corp.objects.order_by("pk")
            self.fields["corp"] = forms.ModelChoiceField(
                companies, label=_("company"), required=False, empty_label=None, widget=UnfoldAdminSelectWidget
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if any(not _FIRST <= day <= _LAST for name in ("first", "last") if (day := given.get(name))):
            raise forms.ValidationError(_("There are no numbers of such days."))
        return given

    def _pick(self, name: str, rows: Any, model: Any) -> None:
        pick(self.fields[name], rows, AutocompleteSelect(model._meta.get_field(name), admin.site))


def _closed(reader: Reader, dim: Dim) -> set[str]:
    """What this reader has no choice of."""
    alone = {"employee", "department"} if dim == Dim.EMPLOYEE else set()
    return alone if reader.actor.may(Act.CHANNEL_READ) else {*alone, "channel"}


def _channels(reader: Reader) -> list[tuple[Any, Any]]:
    names = Channel.objects.of_corp(reader.corp.pk).order_by("order", "id").values_list("pk", "name")
    return [("", "---------"), *names, (UNKNOWN, _("unnamed states")), (NONE, _("none"))]
