"""The console's pages of segments."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ScopedModelAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.errors import RuleViolation
from core.exporting import as_file
from core.headers import address_of
from corps.policy import Act
from customers.choices import Source
from segments import catalogue, freshness, ringing
from segments.choices import Kind
from segments.console import ask_page, asked, forms, sheet, why, why_page
from segments.members import table, taking
from segments.models import Segment, SegmentRun
from segments.refreshing import requesting


@admin.register(Segment)
class SegmentAdmin(ScopedModelAdmin):
    form = forms.SegmentForm
    list_display = ["name", "kind", "size", "fresh_label", "as_of"]
    list_filter = [("kind", ChoicesDropdownFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["name", "id"]
    change_form_before_template = "segments/sheet.html"
    actions_detail = ["refresh", "cancel_refresh", "why", "export", "workbook", "copy", "freeze"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return freshness.with_standing(super().get_queryset(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        last = ["kind", "condition", "file"] if obj is None else ["condition"] if obj.is_dynamic else ["file"]
        self.fieldsets = [(None, {"fields": ["name", "description", *last, "announces", "if_version"]})]
        return super().get_fieldsets(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.writer_corp_id = actor_of(request).corp_id
        return form

    def get_urls(self) -> list[Any]:
        ask = self.admin_site.admin_view(lambda request: ask_page.page(self, request))
        return [path("ask/", ask, name="segments_segment_ask"), *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Also from a list of customers that asks a condition: that condition."""
        before = asked.written(request)
        return super().get_changeform_initial_data(request) | ({} if before is None else {"condition": before})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.SEGMENT_WRITE))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the segment can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        hidden = {"refresh"} if row is None or not row.is_dynamic else set()
        hidden |= set() if row is not None and row.open_runs else {"cancel_refresh"}
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if not each.action_name.endswith(tuple(hidden or ("-",)))]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, unquote(object_id))
        told = {"sheet": sheet.of(row)} if row else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    # --- Columns ---

    @display(description=gettext_lazy("members"))
    def size(self, row: Any) -> int:
        return int(row.standing.size)

    @display(description=gettext_lazy("freshness"))
    def fresh_label(self, row: Segment) -> str:
        found = freshness.of(row)
        return badge(WORDS[found.state], sheet.COLOURS.get(found.state))

    @display(description=gettext_lazy("as of"))
    def as_of(self, row: Any) -> Any:
        return row.standing.as_of

    # --- Writing ---

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            row = _changed(request, obj, form) if change else _made(request, obj, form)
        except RuleViolation as refusal:
            raise forms.at_condition(refusal) from refusal
        obj.__dict__.update({name: value for name, value in row.__dict__.items() if name != "_state"})
        ringing.for_refreshes()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        catalogue.delete_segment(segment=obj, by=actor_of(request), source="operator")

    # --- Acts ---

    @action(description=gettext_lazy("Refresh"), url_path="refresh", icon="refresh", permissions=["run"])
    def refresh(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: Segment, data: dict[str, Any]) -> str:
            requesting.refresh(segment=row, by=actor_of(request))
            ringing.for_refreshes()
            return _("The refresh is under way.")

        text = _("All customers are asked anew. Until that is done the members of before are shown.")
        return self.act(request, object_id, title=_("Refresh"), text=text, run=run)

    @action(
        description=gettext_lazy("Call off the refresh"), url_path="cancel", icon="stop_circle", permissions=["run"]
    )
    def cancel_refresh(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: Segment, data: dict[str, Any]) -> str:
            for each in SegmentRun.objects.filter(segment=row, open_mark=1):
                requesting.cancel(run=each, by=actor_of(request))
            return _("The refresh is called off.")

        text = _("The members of before go on being shown.")
        return self.act(request, object_id, title=_("Call off the refresh"), text=text, run=run)

    @action(description=gettext_lazy("Why?"), url_path="why", icon="help", permissions=["view"])
    def why(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("Why somebody is in it, or isn't: part by part of the condition, as it is now.")
        return why_page.page(self, request, object_id, why.tell, text)

    @action(description=gettext_lazy("Export as CSV"), url_path="export", icon="download", permissions=["view"])
    def export(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._taken_along(request, object_id, "csv")

    @action(description=gettext_lazy("Export as Excel"), url_path="workbook", icon="table", permissions=["view"])
    def workbook(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._taken_along(request, object_id, "xlsx")

    def _taken_along(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponseBase:
        row, actor = self.get_object(request, unquote(object_id)), actor_of(request)
        if row is None:
            return self.nowhere(request, object_id)
        try:
            taking.note(row, kind=kind, by=actor, source=Source.OPERATOR, address=address_of(request.META))
        except RuleViolation as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return redirect(self.page("change", row.pk))
        return as_file(table.of(row, actor, own=True), f"segment-{row.pk}", kind, numbers=False)

    @action(description=gettext_lazy("Copy"), url_path="copy", icon="content_copy", permissions=["run"])
    def copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("A second segment with the same condition, or a list of the same customers.")
        return self._of_another(request, object_id, catalogue.copy_segment, _("Copy"), text)

    @action(description=gettext_lazy("Freeze"), url_path="freeze", icon="ac_unit", permissions=["run"])
    def freeze(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("A list of those who are in it now. It stays what it is when they change.")
        return self._of_another(request, object_id, catalogue.freeze_segment, _("Freeze"), text)

    def _of_another(self, request: HttpRequest, object_id: str, rule: Any, title: str, text: str) -> HttpResponse:
        def run(row: Segment, data: dict[str, Any]) -> HttpResponse:
            made = rule(segment=row, name=data["name"], by=actor_of(request), source="operator")
            ringing.for_refreshes()
            return redirect(self.page("change", made.pk))

        form: Any = lambda row, data: forms.NameForm(data)  # noqa: E731
        return self.act(request, object_id, title=title, text=text, form=form, run=run)


def _made(request: HttpRequest, obj: Any, form: Any) -> Segment:
    data = form.cleaned_data
    given: dict[str, Any] = {name: data[name] for name in ("name", "description", "announces")}
    given |= {"corp_id": obj.corp_id, "by": actor_of(request), "source": "operator"}
    if data["kind"] == Kind.DYNAMIC:
        return catalogue.create_segment(condition=data["condition"], **given)
    return catalogue.create_list(customer_ids=forms.listed(data["file"], obj.corp_id, actor_of(request)), **given)


def _changed(request: HttpRequest, obj: Any, form: Any) -> Segment:
    data, stored = form.cleaned_data, Segment.objects.get(pk=obj.pk)
    by: dict[str, Any] = {"by": actor_of(request), "source": "operator"}
    fields = {name: data[name] for name in ("name", "description", "announces", "condition") if name in data}
    row = catalogue.update_segment(segment=stored, if_version=data["if_version"], **fields, **by)
    if data.get("file"):
        ids = forms.listed(data["file"], obj.corp_id, actor_of(request))
        catalogue.add_members(segment=row, customer_ids=ids, **by)
    return row


WORDS = {
    freshness.FRESH: gettext_lazy("fresh"),
    freshness.STALE: gettext_lazy("stale"),
    freshness.COUNTING: gettext_lazy("being counted"),
    freshness.REFRESHING: gettext_lazy("being refreshed"),
    freshness.FAILED: gettext_lazy("failed"),
    freshness.LISTED: gettext_lazy("list"),
}
