from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.console import ScopedModelAdmin
from core.console_lists import badge
from wecom.health import ARCHIVE_BEHIND
from wecom.models import MessageArchive

_STATE = ["seq", "lag", "read_at", "message_at", "messages", "counted", "last_error"]


@admin.register(MessageArchive)
class MessageArchiveAdmin(ScopedModelAdmin):
    """Where a company's messages come from, and how far they have been read."""

    list_display = ["__str__", "source", "active", *_STATE]
    sortable_by: list[str] = []
    ordering = ["-id"]
    readonly_fields = _STATE

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        self.fields = ["source", "active", *(_STATE if obj else [])]
        return super().get_fieldsets(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # With the place that was reached.
        return False

    @display(description=gettext_lazy("behind"))
    def lag(self, row: MessageArchive) -> str:
        if row.behind is None:
            return "–"
        return badge(str(row.behind), "warning" if row.behind > ARCHIVE_BEHIND else "success")
