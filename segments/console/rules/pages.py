"""The pages of the rules: the list, the form, and the acts of a rule."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ScopedModelAdmin
from core.console_lists import BoundedChangeList, badge
from core.console_scope import actor_of
from core.retry import atomic_retry
from corps.policy import Act
from segments import ringing
from segments.console import why_page
from segments.console.rules import hygiene_page, why
from segments.console.rules.forms import TagRuleForm, columns
from segments.models import TagRule
from segments.rules import changing, jobs, saying, states, wording

State = TagRule.State
COLOURS = {State.ACTIVE: "success", State.PAUSED: "warning", State.DRAFT: "info"}


class SpokenChangeList(BoundedChangeList):
    """The rules of a page with what they say, the names in it by one statement for each kind of row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        self.result_list = rows
        for row in rows:
            row.said = next(said for said in row.versions.all() if said.number == row.number)
        names = wording.Names(place for row in rows for place in wording.mentioned(row.said.trigger, row.said.actions))
        for row in rows:
            row.when = wording.trigger_sentence(row.said.trigger, names)
            row.does = " · ".join(wording.action_sentence(action, names) for action in row.said.actions)


@admin.register(TagRule)
class TagRuleAdmin(ScopedModelAdmin):
    form = TagRuleForm
    list_display = ["name", "order", "when", "does", "state_label", "numbers"]
    list_filter = [("state", ChoicesDropdownFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["order", "id"]
    actions_list = ["hygiene"]
    actions_detail = ["try_out", "activate", "pause", "backfill", "why", "retire"]
    readonly_fields = ["state_label", "numbers"]
    fieldsets = [
        (None, {"fields": [("name", "order", "hourly_limit"), ("state_label", "numbers")]}),
        (
            gettext_lazy("What sets it off"),
            {
                "fields": [
                    "kind",
                    ("channels", "employees"),
                    ("add_ways", "stages"),
                    ("trigger_tags", "chats"),
                    "segments",
                    ("hour", "reached", "days"),
                    ("words", "match"),
                    ("event", "customer_path", "customer_by"),
                    "compare",
                ]
            },
        ),
        (gettext_lazy("Whom it is for"), {"fields": ["condition"]}),
        (
            gettext_lazy("What it does"),
            {
                "fields": [
                    "does",
                    ("add_tags", "add_for", "exclusive"),
                    ("remove_tags", "remove_for"),
                    ("stage", "remark"),
                    ("warn", "follow_up"),
                    ("field", "field_op"),
                    ("field_options", "field_value"),
                ]
            },
        ),
        (
            gettext_lazy("For experts"),
            {"fields": ["trigger_json", "actions_json", "if_version"], "classes": ["collapse"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DjangoChangeList]:
        return SpokenChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        # A class of this request's own.
        form.actor = actor_of(request)
        return form

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.RULE_WRITE))

    def has_read_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.RULE_READ))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what the rule can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        state = row.state if row else State.RETIRED
        fresh = row is not None and row.live_number != row.number
        takes = {
            "try_out": state != State.RETIRED,
            "activate": state in (State.DRAFT, State.PAUSED) or (state == State.ACTIVE and fresh),
            "pause": state == State.ACTIVE,
            "backfill": state == State.ACTIVE,
            "why": row is not None,
            "retire": state != State.RETIRED,
        }
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if any(takes[name] for name in takes if each.action_name.endswith(name))]

    @display(description=gettext_lazy("when"))
    def when(self, row: Any) -> str:
        return row.when

    @display(description=gettext_lazy("does"))
    def does(self, row: Any) -> str:
        return row.does

    @display(description=gettext_lazy("state"))
    def state_label(self, row: TagRule) -> str:
        if not row.pk:
            return "–"
        label = badge(row.get_state_display(), COLOURS.get(State(row.state)))
        return f"{label} {row.get_stopped_display()}" if row.stopped and not label else label

    @display(description=gettext_lazy("version"))
    def numbers(self, row: TagRule) -> str:
        if row.live_number in (None, row.number):
            return f"v{row.number}"
        return _("v%(new)d (v%(old)d in force)") % {"new": row.number, "old": row.live_number}

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        act: Any = {"by": actor_of(request), "source": "operator"} | columns(form.cleaned_data)
        if change:
            stored = TagRule.objects.get(pk=obj.pk)
            row = changing.update_rule(rule=stored, if_version=form.cleaned_data["if_version"], **act)
        else:
            row = changing.create_rule(corp_id=obj.corp_id, **act)
        obj.__dict__.update(row.__dict__)

    # --- Acts ---

    @action(description=gettext_lazy("Tag hygiene"), url_path="hygiene", icon="cleaning_services", permissions=["read"])
    def hygiene(self, request: HttpRequest) -> HttpResponse:
        return hygiene_page.page(self, request)

    @action(description=gettext_lazy("Try it"), url_path="try", icon="science", permissions=["run"])
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("Counts exactly whom the newest version would change. Nothing is changed.")
        return self._job(request, object_id, jobs.begin_trial, _("Dry run"), text)

    @action(description=gettext_lazy("Run over all"), url_path="backfill", icon="history", permissions=["run"])
    def backfill(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What is in force comes to the customers there are. It can be paused, called off and taken back.")
        return self._job(request, object_id, jobs.begin_backfill, _("Run over all customers"), text)

    @action(description=gettext_lazy("Why?"), url_path="why", icon="help", permissions=["read"])
    def why(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What it did for a customer, or why it did nothing, and how they stand to its condition now.")
        return why_page.page(self, request, object_id, why.tell, text)

    @action(description=gettext_lazy("Activate"), url_path="activate", icon="play_arrow", permissions=["run"])
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, states.activate, _("Activate"), _("The rule is in force."))

    @action(description=gettext_lazy("Pause"), url_path="pause", icon="pause", permissions=["run"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, states.pause, _("Pause"), _("The rule rests."))

    @action(description=gettext_lazy("Retire"), url_path="retire", icon="archive", permissions=["run"])
    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, states.retire, _("Retire"), _("The rule is out of use for good."))

    def _move(self, request: HttpRequest, object_id: str, act: Any, title: str, done: str) -> HttpResponse:
        def run(row: TagRule, _data: dict[str, Any]) -> str:
            act(rule=row, by=actor_of(request), source="operator")
            return done

        return self.act(request, object_id, title=title, text=self._spoken(request, object_id), run=run)

    def _job(self, request: HttpRequest, object_id: str, begin: Any, title: str, text: str) -> HttpResponse:
        @atomic_retry
        def run(row: TagRule, _data: dict[str, Any]) -> HttpResponse:
            job = begin(rule=row, by=actor_of(request), source="operator")
            ringing.for_rule_run(job.pk)
            return redirect(reverse("admin:segments_rulerun_change", args=[job.pk]))

        return self.act(request, object_id, title=title, text=text, run=run)

    def _spoken(self, request: HttpRequest, object_id: str) -> str:
        row = self.get_object(request, unquote(str(object_id)))
        if row is None:
            return ""
        said = saying.newest(row)
        names = wording.Names(wording.mentioned(said.trigger, said.actions))
        does = " · ".join(wording.action_sentence(action, names) for action in said.actions)
        return f"{wording.trigger_sentence(said.trigger, names)} → {does}"
