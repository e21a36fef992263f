"""The fields of a rule's form: pickers of rows, choices, and JSON."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from core.console_pickers import AutocompleteSelectMultiple, pick
from corps.models import Employee
from customers.models import Channel, ContactWay, ContactWayMember, CustomerTag
from groups.models import GroupChat, GroupMember
from segments.models import Segment, SegmentStay
from tags.models import Tag

FOR = [
    ("main", _("the main follower")),
    ("concerned", _("whom it concerns")),
    ("all", _("everybody who follows")),
]
# Field → the rows it picks, and a reference by which they are searched for.
PICKERS: dict[str, tuple[Any, Any, str]] = {
    "channels": (Channel, ContactWay, "channel"),
    "employees": (Employee, ContactWayMember, "employee"),
    "trigger_tags": (Tag, CustomerTag, "tag"),
    "chats": (GroupChat, GroupMember, "chat"),
    "segments": (Segment, SegmentStay, "segment"),
    "add_tags": (Tag, CustomerTag, "tag"),
    "remove_tags": (Tag, CustomerTag, "tag"),
}


def picked(model: Any, label: Any, **options: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(model.objects.none(), label=label, required=False, **options)


def narrow(field: Any, name: str, actor: Any) -> None:
    """Have a field offer the actor's rows, found by typing."""
    model, source, reference = PICKERS[name]
    rows = model.objects.visible_to(actor)
    picker = AutocompleteSelectMultiple(source._meta.get_field(reference), admin.site)
    pick(field, rows.live() if hasattr(rows, "live") else rows, picker)


def choice(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of these, the first unless another is chosen."""
    widget = UnfoldAdminSelectWidget()
    return forms.ChoiceField(label=label, choices=choices, initial=choices[0][0], widget=widget, **options)


def choices(label: Any, offered: Any, **options: Any) -> forms.MultipleChoiceField:
    widget = UnfoldAdminSelectMultipleWidget(attrs={"size": 6})
    return forms.MultipleChoiceField(label=label, choices=offered, required=False, widget=widget, **options)


class TypedJson(forms.JSONField):
    """JSON as a person types it: nothing is nothing, and Chinese stays Chinese."""

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, (str, InvalidJSONInput)):
            return value
        return json.dumps(value, ensure_ascii=False)


def typed_json(label: Any, rows: int = 4, **options: Any) -> TypedJson:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return TypedJson(label=label, required=False, widget=widget, **options)
