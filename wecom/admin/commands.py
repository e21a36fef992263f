from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_acts import each
from core.console_links import link
from core.console_lists import badge
from core.console_scope import actor_of
from messaging.console import among_newest, page_of
from messaging.models import Command
from wecom.push import asking, reasons

State = Command.State
COLOURS = {State.WAITING: "warning", State.DONE: "success", State.DEAD: "danger"}
_KINDS = {
    "customer.tag": gettext_lazy("tag of a customer"),
    "customer.remark": gettext_lazy("note on a customer"),
    "contact_way": gettext_lazy("contact way"),
    "tag": gettext_lazy("tag"),
    "tag_group": gettext_lazy("tag group"),
    "tag.order": gettext_lazy("order of tags"),
}
# A key of the subject → the table of the row it names.
_TABLES = {"customerId": "customer", "employeeId": "employee", "tagId": "tag", "tagGroupId": "tag_group"}
_TABLES |= {"contactWayId": "contact_way"}


class KindFilter(DropdownFilter):
    title = gettext_lazy("kind, among the newest")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return list(_KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return among_newest(queryset, kind=self.value()) if self.value() in _KINDS else queryset


@admin.register(Command)
class CommandAdmin(ReadOnlyAdmin):
    list_display = ["label", "about", "state_label", "attempts", "due_at", "trouble"]
    list_filter = [("state", ChoicesDropdownFilter), KindFilter]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "label",
        "about",
        "state_label",
        "trouble",
        "last_error",
        "attempts",
        "due_at",
        "source",
        "actor",
        "create_time",
        "settled_at",
    ]
    actions = ["send_selected_again"]
    actions_detail = ["send_again", "give_up"]

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("messaging.change_command"))  # type: ignore[union-attr]

    # --- Columns ---

    @display(description=gettext_lazy("what"))
    def label(self, row: Command) -> str:
        return str(_KINDS.get(row.kind, row.kind))

    @display(description=gettext_lazy("about"))
    def about(self, row: Command) -> str:
        named = ((_TABLES[key], number) for key, number in row.subject.items() if key in _TABLES and number)
        links = [(link(page_of(table, number) or "#", f"{table} {number}"),) for table, number in named]
        return format_html_join(" · ", "{}", links) or "–"

    @display(description=gettext_lazy("state"))
    def state_label(self, row: Command) -> str:
        return badge(row.get_state_display(), COLOURS[State(row.state)])

    @display(description=gettext_lazy("trouble"))
    def trouble(self, row: Command) -> str:
        sentence = reasons.sentence(row)
        return format_html("{} {}", row.error_code or "", sentence) if sentence else "–"

    # --- Acts ---

    @action(description=gettext_lazy("Send again"), url_path="again", icon="replay", permissions=["replay"])
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: Command, data: dict[str, Any]) -> str:
            asking.send_again(command=row, by=actor_of(request))
            return _("It will be sent in a moment, as the rows are then.")

        text = _("Do this once the cause of the trouble has been mended.")
        return self.act(request, object_id, title=_("Send again"), text=text, run=run)

    @action(description=gettext_lazy("Give up"), url_path="give-up", icon="block", permissions=["replay"])
    def give_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: Command, data: dict[str, Any]) -> str:
            asking.give_up(command=row, by=actor_of(request))
            return _("It is not sent any more.")

        text = _("The change stays here until WeCom is read again; then what WeCom has takes its place.")
        return self.act(request, object_id, title=_("Give up"), text=text, run=run)

    @admin.action(description=gettext_lazy("Send again"), permissions=["replay"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked, refused = each(queryset, lambda row: asking.send_again(command=row, by=actor_of(request)))
        counts = {"asked": asked, "refused": len(refused)}
        text = _("%(asked)d commands will be sent again, %(refused)d refused.") % counts
        self.message_user(request, text, messages.WARNING if refused else messages.SUCCESS)
