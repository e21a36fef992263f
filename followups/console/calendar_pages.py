"""The calendar of what is planned: a month or a week, of one colleague or of all."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from core.console_pickers import AutocompleteSelect
from core.console_scope import actor_of, visible
from core.time import now
from corps.choices import Role
from corps.models import Employee
from followups import diary
from followups.models import Reminder


class PersonForm(forms.Form):
    """Whose calendar it is."""

    def __init__(self, actor: Any, data: Any) -> None:
        super().__init__(data)
        field = forms.ModelChoiceField(visible(Employee.objects.all(), actor), label=_("employee"), required=False)
        picker = AutocompleteSelect(Reminder._meta.get_field("employee"), admin.site)
        picker.attrs |= {"class": "unfold-admin-autocomplete", "style": "width: 14rem"}
        picker.choices = field.choices
        field.widget = picker
        self.fields["employee"] = field

    def chosen(self) -> int | None:
        person = self.cleaned_data.get("employee") if self.is_valid() else None
        return person.pk if person else None


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    zone, actor = ZoneInfo(timezone.get_current_timezone_name()), actor_of(request)
    today = now().astimezone(zone).date()
    span = diary.WEEK if request.GET.get("span") == diary.WEEK else diary.MONTH
    day = _day(request.GET.get("day", "")) or today
    # Staff begin with their own; everybody else with all that they may see.
    own = actor.employee_id if actor.role == Role.STAFF else None
    form = PersonForm(actor, request.GET if "employee" in request.GET else {"employee": own or ""})
    whose = form.chosen()
    found = diary.page(actor, day=day, span=span, zone=zone, employee_id=whose)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Calendar"),
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "page": found,
        "day": day,
        "today": today,
        "span": span,
        "links": {name: _address(*where, whose) for name, where in _places(day, today, span).items()},
    }
    return TemplateResponse(request, "console/calendar.html", context)


def _places(day: dt.date, today: dt.date, span: str) -> dict[str, tuple[dt.date, str]]:
    return {
        "before": (diary.beside(day, span, -1), span),
        "after": (diary.beside(day, span, 1), span),
        "today": (today, span),
        "month": (day, diary.MONTH),
        "week": (day, diary.WEEK),
    }


def _address(day: dt.date, span: str, whose: int | None) -> str:
    return "?" + urlencode({"span": span, "day": day.isoformat(), "employee": whose or ""})


def _day(text: str) -> dt.date | None:
    """The day that the address names, of years that have days on all sides."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None
