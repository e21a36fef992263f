"""The pages of contact ways: the code to print, who serves when, what came of it, and what went wrong."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ScopedInline, ScopedModelAdmin
from core.console_lists import ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from corps.policy import Act
from customers import contact_ways
from customers.console.figure_columns import FigureColumns, FiguredByWay
from customers.console.way_forms import ContactWayForm, MemberForm, MemberFormSet, shifts_of
from customers.models import ContactWay, ContactWayMember

_Status = ContactWay.Status
COLOURS = {_Status.DRAFT: "info", _Status.ACTIVE: "success", _Status.FAILED: "danger", _Status.DELETED: None}


def _link(address: str, text: str) -> str:
    return format_html(
        '<a class="font-medium text-primary-600 dark:text-primary-500" href="{}" target="_blank" rel="noopener">{}</a>',
        address,
        text,
    )


class MemberInline(ScopedInline):
    """Who serves on the code, and when; a row each shift."""

    model = ContactWayMember
    form = MemberForm
    formset = MemberFormSet
    fields = ["employee", "department", "weekdays", "start", "end", "day_cap"]
    autocomplete_fields = ["employee", "department"]
    ordering = ["id"]
    extra = 1
    tab = False
    verbose_name_plural = gettext_lazy("who serves, and when")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee", "department")


@admin.register(ContactWay)
class ContactWayAdmin(FigureColumns, ScopedModelAdmin):
    """``advise``: what to do about an error code of WeCom's; the wall says it."""

    advise: ClassVar[Callable[[int], Any]] = staticmethod(lambda code: "")

    form = ContactWayForm
    list_display = ["name", "channel", "status_label", "code_link", "added", "lost", "kept"]
    list_select_related = ["channel"]
    list_filter = [("status", ChoicesDropdownFilter), ("channel", ScopedAutocompleteFilter)]
    search_fields = ["name", "state"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    autocomplete_fields = ["channel", "spare"]
    inlines = [MemberInline]
    actions_detail = ["retry"]
    readonly_fields = ["status_label", "code", "state", "trouble", "on_it"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("channel", "spare")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DjangoChangeList]:
        return FiguredByWay

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what = [("name", "channel"), ("type", "skip_verify"), "spare"]
        gets = ["tags", "remark_template", "welcome_text", "if_version"]
        shown = [("status_label", "state"), "code", "on_it", "trouble"]
        parts = [(None, {"fields": what}), (gettext_lazy("Who comes by it gets"), {"fields": gets})]
        if obj:
            parts.insert(0, (None, {"fields": shown if obj.last_error else shown[:-1]}))
        return parts

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *(["type"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        # A class of this request's own.
        form.actor = actor_of(request)
        return form

    def has_write_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CHANNEL_WRITE))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.status != _Status.DELETED)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    # --- Columns ---

    @display(description=gettext_lazy("status"))
    def status_label(self, row: ContactWay) -> str:
        return badge(row.get_status_display(), COLOURS[_Status(row.status)])

    @display(description=gettext_lazy("picture of the code"))
    def code_link(self, row: ContactWay) -> str:
        return _link(row.qr_code, pgettext("link", "open")) if row.qr_code else "–"

    # --- One code ---

    @display(description=gettext_lazy("picture of the code"))
    def code(self, row: ContactWay) -> str:
        if row.qr_code:
            return _link(row.qr_code, _("Open the picture, to print it"))
        return _("There is none yet: WeCom makes it within seconds, if the company is connected.")

    @display(description=gettext_lazy("on it now"))
    def on_it(self, row: ContactWay) -> str:
        return ", ".join(contact_ways.names_on(row)) or "–"

    @display(description=gettext_lazy("trouble"))
    def trouble(self, row: ContactWay) -> str:
        return f"{row.last_error} {type(self).advise(row.error_code or 0)}"

    # --- Writing ---

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Left to ``save_related``, where the members are known too: one act, by one rule."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        data, obj = form.cleaned_data, form.instance
        fields = {name: data[name] for name in ("name", "skip_verify", "remark_template", "welcome_text")}
        fields |= {"spare_id": data["spare"] and data["spare"].pk, "tag_ids": sorted(tag.pk for tag in data["tags"])}
        act: Any = {"members": shifts_of(formsets), "by": actor_of(request), "source": "operator"}
        if change:
            fields["channel_id"] = data["channel"].pk
            row = contact_ways.update_way(
                way=ContactWay.objects.get(pk=obj.pk), if_version=data["if_version"], **fields, **act
            )
        else:
            row = contact_ways.create_way(channel=data["channel"], type=data["type"], **fields, **act)
        obj.__dict__.update(row.__dict__)
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        contact_ways.delete_way(way=obj, by=actor_of(request), source="operator")

    @action(description=gettext_lazy("Tell WeCom again"), url_path="retry", icon="replay", permissions=["write"])
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: ContactWay, data: dict[str, Any]) -> str:
            contact_ways.retry_way(way=row, by=actor_of(request), source="operator")
            return _("It will be sent in a moment, as the rows are then.")

        text = _("Do this once the cause of the trouble has been mended.")
        return self.act(request, object_id, title=_("Tell WeCom again"), text=text, run=run)
