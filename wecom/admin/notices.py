from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import ScopedAutocompleteFilter, badge
from wecom.client.codes import advice_on
from wecom.models import Notice

COLOURS = {
    Notice.State.WAITING: "info",
    Notice.State.SENT: "success",
    Notice.State.WITHDRAWN: None,
    Notice.State.DEAD: "danger",
}


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state_label", "due_at", "attempts", "settled_at"]
    list_select_related = ["employee"]
    list_filter = [("state", ChoicesDropdownFilter), ("employee", ScopedAutocompleteFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "employee",
        "kind",
        "level",
        "state_label",
        "create_time",
        "due_at",
        "attempts",
        "settled_at",
        "last_error",
        "advice",
    ]

    @display(description=gettext_lazy("state"))
    def state_label(self, row: Notice) -> str:
        return badge(row.get_state_display(), COLOURS[Notice.State(row.state)])

    @display(description=gettext_lazy("what to do"))
    def advice(self, row: Notice) -> Any:
        return advice_on(row.error_code) if row.error_code is not None else "–"
