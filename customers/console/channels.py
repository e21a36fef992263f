"""The pages of channels: what they stand for, what came of them, and the states that nobody has named."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from core.console import ScopedModelAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.errors import RuleViolation
from customers import channels
from customers.choices import AddWay
from customers.console.figure_columns import FigureColumns, FiguredChangeList
from customers.console.naming import NameStateForm, unknown_of
from customers.models import Channel


class ChannelForm(forms.ModelForm):
    """A channel with its states, one a line, and its add ways."""

    states = forms.CharField(
        label=gettext_lazy("States"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=gettext_lazy("One a line, as the code or link carries it."),
    )
    add_ways = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Add ways"),
        required=False,
        coerce=int,
        choices=AddWay.choices,
        widget=UnfoldAdminSelectMultipleWidget({"size": 8}),
        help_text=gettext_lazy("For customers who came without a state."),
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Channel
        fields = ["name", "active", "order", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            self.fields["states"].initial = "\n".join(row.states)
            self.fields["add_ways"].initial = row.add_ways
            self.fields["if_version"].initial = row.version


@admin.register(Channel)
class ChannelAdmin(FigureColumns, ScopedModelAdmin):
    form = ChannelForm
    list_display = ["name", "stands_for", "added", "lost", "net", "kept", "use_label"]
    list_filter = [("active", BooleanRadioFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["order", "id"]
    fieldsets = [
        (None, {"fields": ["name", "states", "add_ways", ("active", "order"), "note", "if_version"]}),
    ]
    actions_list = ["name_states"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("keys")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DjangoChangeList]:
        return FiguredChangeList

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    @display(description=gettext_lazy("stands for"))
    def stands_for(self, row: Channel) -> str:
        ways = [str(AddWay(way).label) if way in AddWay else str(way) for way in row.add_ways]
        told = [*row.states, *ways]
        return ", ".join(told[:3]) + (f" +{len(told) - 3}" if len(told) > 3 else "") or "–"

    @display(description=gettext_lazy("in use"))
    def use_label(self, row: Channel) -> str:
        return badge(_("in use"), "success") if row.active else badge(_("not in use"))

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data = form.cleaned_data
        states = [line.strip() for line in data["states"].splitlines() if line.strip()]
        fields = {name: data[name] for name in ("name", "active", "order", "note", "add_ways")} | {"states": states}
        by: Any = {"by": actor_of(request), "source": "operator"}
        if change:
            row = channels.update_channel(
                channel=Channel.objects.get(pk=obj.pk), if_version=data["if_version"], **fields, **by
            )
        else:
            row = channels.create_channel(corp_id=obj.corp_id, **fields, **by)
        obj.__dict__.update(row.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        channels.delete_channel(channel=obj, by=actor_of(request), source="operator")

    @action(description=gettext_lazy("Unnamed states"), url_path="states", icon="help", permissions=["change"])
    def name_states(self, request: HttpRequest) -> HttpResponse:
        """The states that nobody has named, how many came by each, and a form that names one."""
        unknown = unknown_of(actor_of(request))
        form = NameStateForm(actor_of(request), unknown, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                row = form.apply(by=actor_of(request))
            except RuleViolation as refusal:
                form.add_error(None, str(refusal.message))
            else:
                told = {"state": form.cleaned_data["state"][1], "channel": row}
                messages.success(request, _("%(state)s stands for %(channel)s now, for the past too.") % told)
                return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Unnamed states"),
            "button": _("Name it"),
            "text": "",
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
            "unknown": unknown,
            "back": self.page("changelist"),
        }
        return TemplateResponse(request, "console/unknown_states.html", context)
