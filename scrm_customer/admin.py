"""The libraries' models in the console: the timetable in its look, and away with what nobody needs there."""

from typing import Any

# Imported so that they have registered what is then taken back.
import django.contrib.auth.admin  # noqa: F401
import django_celery_beat.admin  # noqa: F401
import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from scrm_customer.celery import app

# Secrets of second factors are nobody's to look at; a user's page has "reset".
for model in (
    Group,
    TOTPDevice,
    StaticDevice,
    PeriodicTask,
    IntervalSchedule,
    CrontabSchedule,
    SolarSchedule,
    ClockedSchedule,
):
    admin.site.unregister(model)


class PeriodicTaskForm(forms.ModelForm):
    """Offers the tasks that exist, by their names."""

    task = forms.ChoiceField(label=_("task"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app.loader.import_default_modules()
        names = {name for name in app.tasks if not name.startswith("celery.")} | {self.instance.task or ""}
        self.fields["task"].choices = [(name, name) for name in sorted(names)]  # type: ignore[attr-defined]

    class Meta:
        model = PeriodicTask
        fields = ["name", "task", "enabled", "interval", "crontab", "args", "kwargs"]


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ModelAdmin):
    """Beat reads its timetable from here and notices a change within seconds."""

    form = PeriodicTaskForm
    list_display = ["name", "task", "schedule_shown", "enabled", "last_run_at"]
    list_select_related = ["interval", "crontab", "solar", "clocked"]
    list_filter = ["enabled"]
    search_fields = ["name", "task"]
    autocomplete_fields = ["interval", "crontab"]
    readonly_fields = ["last_run_at", "total_run_count"]
    fields = ["name", "task", "enabled", ("interval", "crontab"), "args", "kwargs", ("last_run_at", "total_run_count")]

    @admin.display(description=_("schedule"))
    def schedule_shown(self, row: PeriodicTask) -> str:
        return str(row.interval or row.crontab or row.solar or row.clocked or "–")


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ModelAdmin):
    list_display = ["__str__", "every", "period"]
    search_fields = ["period"]


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ModelAdmin):
    list_display = ["__str__", "timezone"]
    search_fields = ["minute", "hour"]
    fields = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
