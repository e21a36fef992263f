"""The timeline on a customer's page, and the page that shows all of it."""

import datetime as dt
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.console import ReadOnlyInline
from core.console_scope import actor_of
from core.errors import BadRequest
from core.time import day_range
from corps.models import Employee
from customers.admin import CustomerAdmin
from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline.reading import Wanted
from insights.timeline import pages

MOST_PEOPLE = 100
_FIELDS = ("kind", "employee", "first", "last")


class NarrowingForm(forms.Form):
    """Which entries; days are those of the zone now active, both included."""

    kind = forms.ChoiceField(
        label=gettext_lazy("what"),
        choices=[("", gettext_lazy("everything")), *EntryKind.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    employee = forms.TypedChoiceField(
        label=gettext_lazy("person"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=UnfoldAdminSelectWidget(),
    )
    first = forms.DateField(
        label=gettext_lazy("from"), required=False, widget=UnfoldAdminTextInputWidget({"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("to"), required=False, widget=UnfoldAdminTextInputWidget({"type": "date"})
    )

    def __init__(self, customer: Customer, data: Any) -> None:
        super().__init__(data)
        # Who has to do with the customer, or had.
        people = Employee.objects.of_corp(customer.corp_id).filter(relations__customer=customer).order_by("name", "id")
        named = list(people.values_list("pk", "name")[:MOST_PEOPLE])
        self.fields["employee"].choices = [("", _("everybody")), *named]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was asked for; of what is none of the choices, nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        first, last = given.get("first"), given.get("last")
        return Wanted(given.get("kind") or "", given.get("employee"), _edge(first, 0), _edge(last, 1))


def _edge(day: dt.date | None, side: int) -> dt.datetime | None:
    return day_range(day, ZoneInfo(timezone.get_current_timezone_name()))[side] if day else None


class TimelineInline(ReadOnlyInline):
    """The newest entries, what is to be done, and the SOPs that run. It has no rows of a form: it reads by itself."""

    model = TimelineEntry
    verbose_name_plural = gettext_lazy("timeline")
    template = "insights/timeline_inline.html"
    # One that is read only: without any, a form of all would be made, with its choices.
    fields = readonly_fields = ["kind"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return TimelineEntry.objects.none()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.customer, self.actor = obj, actor_of(request)
        return super().get_formset(request, obj, **kwargs)

    @cached_property
    def shown(self) -> pages.Page | None:
        return pages.opening(self.customer, actor=self.actor) if self.customer else None


@action(description=gettext_lazy("Timeline"), url_path="timeline", icon="timeline", permissions=["view"])
def timeline(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """All that happened with a customer, narrowed and paged."""
    row = model_admin.get_object(request, unquote(str(object_id)))
    if row is None:
        nowhere: HttpResponse = model_admin.nowhere(request, object_id)
        return nowhere
    form = NarrowingForm(row, {name: request.GET[name] for name in _FIELDS if request.GET.get(name)})
    try:
        cursor = request.GET.get("older", "")
        page = pages.page(row, actor=actor_of(request), wanted=form.wanted(), cursor=cursor)
    except BadRequest:
        return redirect(request.path)
    query = urlencode([(name, value) for name in _FIELDS if (value := request.GET.get(name))])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Timeline"),
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "media": model_admin.media + form.media,
        "page": page,
        "query": query,
        "narrowed": bool(query or cursor),
        "start": f"?{query}" if cursor else "",
        "back": model_admin.page("change", row.pk),
    }
    return TemplateResponse(request, "insights/timeline.html", context)


CustomerAdmin.inlines.insert(0, TimelineInline)
CustomerAdmin.timeline = timeline  # type: ignore[attr-defined]
CustomerAdmin.actions_detail.insert(0, "timeline")
