from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import badge
from wecom.models import DriftCheck


@admin.register(DriftCheck)
class DriftCheckAdmin(ReadOnlyAdmin):
    list_display = ["checked_at", "drift", "employees", "pairs", "unequal", "verified", "differing"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = list_display

    @display(description=gettext_lazy("drift"))
    def drift(self, row: DriftCheck) -> str:
        return badge(f"{row.rate:.2%}", "warning" if row.is_much else "success")
