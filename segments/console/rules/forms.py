"""The form of a rule: what sets it off and what it does by fields, the condition as JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from core.console_shows import SCRIPT, shows
from corps.models import Employee
from customers.choices import AddWay
from customers.models import Channel, Stage
from groups.models import GroupChat
from segments.console.rules import field_act, fields, said
from segments.console.rules.fields import FOR, PICKERS, choice, choices, picked, typed_json
from segments.console.widgets import ConditionField
from segments.models import Segment, TagRule
from segments.rules import saying, wording
from segments.rules.triggers.kinds import KINDS
from tags.models import Tag

_NONE: list[tuple[str, Any]] = [("", "–")]
_LEVELS = [("1", pgettext_lazy("level", "notice")), ("2", _("warning")), ("3", _("serious"))]


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=UnfoldAdminTextInputWidget(), help_text=help_text)


def _number(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, widget=UnfoldAdminIntegerFieldWidget(), help_text=help_text)


class TagRuleForm(forms.ModelForm):
    """``actor`` is set for each request."""

    actor: Any = None

    kind = choice(_("When"), [(key, kind.label) for key, kind in KINDS.items()])
    channels = picked(Channel, _("Channels"), help_text=_("Followed: by any of these. Empty: however they came."))
    add_ways = choices(_("Add ways"), AddWay.choices)
    employees = picked(Employee, _("Employees"), help_text=_("Followed by, or follow-up of, any of these."))
    trigger_tags = picked(Tag, _("Tags"), help_text=_("Given or lost."))
    stages = picked(
        Stage,
        _("Stages"),
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 5}),
        help_text=_("Came into any of these. Empty: into any."),
    )
    segments = picked(Segment, _("Segments"), help_text=_("Came into, or left, any of these."))
    chats = picked(GroupChat, _("Group chats"), help_text=_("Joined or left. Empty: any."))
    hour = _number(_("Hour"), _("Daily: 0 to 23, in the company's zone."))
    reached = choice(_("Reached"), [*_NONE, ("added", _("days since added")), ("silence", _("days of silence"))])
    days = _number(_("Days"))
    words = forms.CharField(
        label=_("Keywords"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("One a line."),
    )
    match = choice(_("Match"), [("contains", _("contains")), ("is", _("is exactly"))])
    event = _text(_("Event"), _("Of another service, as order.paid."))
    customer_path = _text(_("Where the customer stands"), _("In its data: buyer.externalUserid."))
    customer_by = choice(_("Named by"), [("externalUserid", "externalUserid"), ("customerId", "customerId")])
    compare = typed_json(_("Compare"), rows=2, help_text='{"path": "amount", "op": "gte", "value": 100}')
    condition = ConditionField(label=_("Condition"), required=False)
    does = forms.MultipleChoiceField(
        label=_("Does"),
        required=False,
        choices=lambda: list(wording.doings().items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("All of what is chosen is done, or nothing."),
    )
    add_tags = picked(Tag, _("Add tags"))
    add_for = choice(_("for"), FOR)
    exclusive = forms.BooleanField(
        label=_("One of its group"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text=_("Takes off what rules that go after it put of the group; leaves what a person chose."),
    )
    remove_tags = picked(Tag, _("Remove tags"))
    remove_for = choice(_("for"), FOR)
    stage = forms.ModelChoiceField(
        Stage.objects.none(), label=_("Set the stage"), required=False, widget=UnfoldAdminSelectWidget()
    )
    remark = _text(_("Write the remark"), _("{name}, {city}, {channel} and {date} are filled in; 20 characters."))
    warn = choice(_("Open a warning"), _LEVELS, required=False)
    follow_up = _text(_("Write a follow-up"))
    field, field_op, field_options, field_value = field_act.fields().values()
    trigger_json = typed_json(_("Trigger as JSON"), help_text=_("Instead of the fields above."))
    actions_json = typed_json(_("Actions as JSON"), help_text=_("Instead of the fields above."))
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Media:
        js = [SCRIPT]

    class Meta:
        model = TagRule
        fields = ["name", "order", "hourly_limit"]
        help_texts = {
            "order": _("The lowest goes first, and holds a tag group that rules share."),
            "hourly_limit": _("One customer more in an hour, and the rule stops and waits for you."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rule = kwargs.get("instance")
        if rule is not None and rule.pk:
            known = said.initial(saying.newest(rule)) | {"if_version": rule.version}
            kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        own: Any = self.instance.corp_id or (self.actor and self.actor.corp_id)
        self.fields["condition"].widget.corp_id = own  # type: ignore[attr-defined]
        for name in PICKERS:
            fields.narrow(self.fields[name], name, self.actor)
        for name in ("stages", "stage"):
            field: Any = self.fields[name]
            field.queryset = Stage.objects.visible_to(self.actor).filter(active=True)
        field_act.narrow(self, own)
        for name in ("reached", "match", "customer_by"):
            self.fields[name].required = False
        shows(self.fields["kind"], {kind: said.fields_of(kind) for kind in KINDS})
        shows(self.fields["does"], said.FIELDS_OF_ACTS)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for do in given.get("does", []) if not given.get("actions_json") else []:
            for name in said.FIELDS_OF_ACTS[do][:1]:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        if given.get("field") and "setField" in given.get("does", []):
            try:
                given["field_said"] = field_act.said(given)
            except ValueError as wrong:
                self.add_error("field_value", str(wrong))
        return given


def columns(data: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, as the rule takes it."""
    found = {name: data[name] for name in ("name", "order", "hourly_limit")}
    found["condition"] = data["condition"] or None
    return found | {"trigger": said.trigger(data), "actions": said.actions(data)}
