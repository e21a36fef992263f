"""What a company wants done when it loses somebody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.console import ScopedModelAdmin
from insights.models import RiskRule, RiskSetting


@admin.register(RiskSetting)
class RiskSettingAdmin(ScopedModelAdmin):
    list_display = ["__str__", "deserter_tag", "deliver", "update_time"]
    list_select_related = ["deserter_tag"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = [
        "deserter_tag",
        "deliver",
        "tell_managers",
        "digest_hour",
        "quiet_from",
        "quiet_until",
        "churn_watch",
        "churn_high",
    ]
    autocomplete_fields = ["deserter_tag"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RiskRule)
class RiskRuleAdmin(ScopedModelAdmin):
    """What a company wants to be warned of; where it says nothing the usual holds (docs/risk.md)."""

    list_display = ["__str__", "department", "stage", "active", "threshold", "level"]
    list_select_related = ["department", "stage"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = ["kind", "department", "stage", "active", "threshold", "level"]
