"""The console's pages of follow-ups: to look through, to write, and to take along."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core import file_answers
from core.console_links import page_link
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of, visible
from corps.names import names_of
from corps.policy import Act
from customers import finding
from customers.console.leaving import LeavingAdmin
from customers.privacy import wording
from followups import searching, sheet, writing
from followups.choices import FollowUpOutcome
from followups.console import calendar_pages, followup_acts
from followups.console.forms import WriteForm, named
from followups.console.inlines import AttachmentInline, CommentInline
from followups.console.shown import Worded
from followups.models import FollowUp, FollowUpAttachment, FollowUpTemplate, FollowUpVersion

_COLOURS: dict[str, str | None] = {
    FollowUpOutcome.AGREED: "success",
    FollowUpOutcome.INTERESTED: "info",
    FollowUpOutcome.DECLINED: "danger",
    FollowUpOutcome.NO_ANSWER: "warning",
}
_WRITTEN = ["customer", ("kind", "outcome"), "content", ("happened_at", "next_at"), "mentions"]
_SHOWN = ["who", ("kind", "outcome"), "said", ("employee", "writer"), ("happened_at", "next_at"), "told", "former"]


@admin.register(FollowUp)
class FollowUpAdmin(Worded, LeavingAdmin):
    """Everybody's follow-ups. What stands there is changed by acts that keep how it read."""

    leaves_as, file_name, newest_by, numbers = "followups", "follow-ups", "happened_at", False
    form = WriteForm
    list_display = ["short", "who", "kind", "outcome_label", "employee", "happened_at", "next_at"]
    list_select_related = ["customer", "employee"]
    # The words are looked for by the rule that bounds it.
    search_fields = ["content"]
    search_help_text = _("Words of the content; the newest 20,000 that the filters leave are looked through.")
    list_filter = [
        ("customer", ScopedAutocompleteFilter),
        ("employee", ScopedAutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("happened_at", DayRangeFilter),
    ]
    linked_by = ["customer"]
    list_before_template = "console/followup_links.html"
    change_form_before_template = "console/followup_templates.html"
    sortable_by: list[str] = []
    ordering = ["-happened_at", "-id"]
    autocomplete_fields = ["customer"]
    inlines = [CommentInline, AttachmentInline]
    actions_detail = ["edit", "comment", "attach", "show_numbers", "remove"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_write_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.FOLLOWUP_WRITE))

    def has_unmask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_UNMASK))

    # --- One ---

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": _SHOWN if obj else _WRITTEN})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = [name for place in _SHOWN for name in (place if isinstance(place, tuple) else (place,))]
        return names if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.inlines) if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = actor_of(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whom it is about, and the words of the template that was picked."""
        chosen = request.GET.get("template", "")
        rows = visible(FollowUpTemplate.objects.all(), actor_of(request))
        template = rows.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
        initial = {"customer": request.GET.get("customer", "")}
        return initial | ({"content": template.content, "kind": template.kind} if template else {})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        templates = visible(FollowUpTemplate.objects.order_by("kind", "order", "id"), actor_of(request))
        customer = request.GET.get("customer", "")
        offered = {"templates": templates[:50], "about": customer if customer.isdecimal() else ""}
        return super().add_view(request, form_url, {**(extra_context or {}), **offered})

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data, by = form.cleaned_data, actor_of(request)
        finding.check_changeable(data["customer"].pk, by)
        names = ("customer", "content", "kind", "outcome", "happened_at", "next_at")
        given = {name: data[name] for name in names}
        row = writing.write(mention_ids=named(data), by=by, source="operator", **given)
        obj.__dict__.update(row.__dict__)

    @display(description=_("content"))
    def short(self, row: FollowUp) -> str:
        text = self.said(row)
        return text if len(text) <= 60 else f"{text[:60]}…"

    @display(description=_("customer"))
    def who(self, row: FollowUp) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=pgettext_lazy("follow-up", "outcome"))
    def outcome_label(self, row: FollowUp) -> str:
        return badge(row.get_outcome_display(), _COLOURS.get(row.outcome)) if row.outcome else "–"

    @display(description=_("written by"))
    def writer(self, row: FollowUp) -> str:
        return names_of([row.actor], corp_id=row.corp_id).get(row.actor, row.actor)

    @display(description=_("colleagues named"))
    def told(self, row: FollowUp) -> str:
        mentions = row.mentions.filter(comment=None).select_related("employee").order_by("id")
        return "、".join(str(one.employee) for one in mentions) or "–"

    @display(description=_("how it read before"))
    def former(self, row: FollowUp) -> str:
        versions = list(FollowUpVersion.objects.filter(follow_up_id=row.pk).order_by("-number")[:50])
        names = names_of([one.revised_by for one in versions], corp_id=row.corp_id)
        for one in versions:
            one.said = wording.shown(row, one.content)  # type: ignore[attr-defined]
            one.who = names.get(one.revised_by, one.revised_by)  # type: ignore[attr-defined]
        return render_to_string("console/followup_versions.html", {"versions": versions})

    # --- Acts ---

    @action(description=_("Change"), url_path="edit", icon="edit", permissions=["write"])
    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return followup_acts.edit(self, request, object_id)

    @action(description=_("Comment"), url_path="comment", icon="comment", permissions=["write"])
    def comment(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return followup_acts.comment(self, request, object_id)

    @action(description=_("Add file"), url_path="attach", icon="attach_file", permissions=["write"])
    def attach(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return followup_acts.attach(self, request, object_id)

    @action(description=_("Show numbers"), url_path="unmask", icon="visibility", permissions=["unmask"])
    def show_numbers(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return followup_acts.show(self, request, object_id)

    @action(description=_("Delete"), url_path="remove", icon="delete", permissions=["write"])
    def remove(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return followup_acts.delete(self, request, object_id)

    # --- Beside them ---

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        own = [
            path("calendar/", guarded(self.calendar), name="followups_followup_calendar"),
            path("files/<int:pk>/", guarded(self.attachment), name="followups_followup_attachment"),
        ]
        return [*own, *super().get_urls()]

    def calendar(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            return self.nowhere(request, "calendar")
        return calendar_pages.page(self, request)

    def attachment(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows: QuerySet[Any] = visible(FollowUpAttachment.objects.exclude(follow_up=None), actor_of(request))
        row = rows.filter(pk=pk).first() if self.has_view_permission(request) and pk < 2**63 else None
        return file_answers.answer(row) if row else self.nowhere(request, pk)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        words = search_term.strip()
        if getattr(request, "leaving", False):
            return searching.whole(queryset, words), False
        found, last = searching.reach(queryset, words)
        # The page says so, and leads further back.
        request.searched_back_to = last[0] if last else None  # type: ignore[attr-defined]
        return found, False

    def joined(self, rows: Any) -> Any:
        return sheet.joined(rows)

    def lines(self, rows: Iterable[Any], zone: ZoneInfo) -> Iterator[list[str]]:
        return sheet.table(rows, zone)
