"""What the pages of follow-ups ask."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from core.console_pickers import AutocompleteSelectMultiple
from core.console_scope import visible
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.privacy import wording
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.models import FollowUp, FollowUpMention
from followups.texts import COMMENT_LENGTH, LENGTH

TELL = _("They are told by a message in WeCom.")


def mentions_field(actor: Any) -> forms.ModelMultipleChoiceField:
    """Colleagues of the actor's company, picked by typing."""
    people = visible(Employee.objects.exclude(status=EmployeeStatus.LEFT), actor)
    field = forms.ModelMultipleChoiceField(people, label=_("name colleagues"), required=False, help_text=TELL)
    picker = AutocompleteSelectMultiple(FollowUpMention._meta.get_field("employee"), admin.site)
    picker.attrs["class"] = "unfold-admin-autocomplete"
    picker.choices = field.choices
    field.widget = picker
    return field


def named(data: dict[str, Any]) -> list[int]:
    """The ids that were picked."""
    return [employee.pk for employee in data["mentions"]]


class WriteForm(forms.ModelForm):
    """A new follow-up. ``actor`` is set for each request."""

    actor: Any
    mentions = forms.ModelMultipleChoiceField(Employee.objects.none(), required=False)

    class Meta:
        model = FollowUp
        fields = ["customer", "kind", "outcome", "content", "happened_at", "next_at"]
        widgets = {"content": UnfoldAdminTextareaWidget({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "mentions" in self.fields:
            self.fields["mentions"] = mentions_field(self.actor)
        if "happened_at" in self.fields:
            self.fields["happened_at"].required = False
            self.fields["happened_at"].help_text = _("Empty: now.")


class EditForm(forms.Form):
    """Another text, kind, outcome or next time."""

    content = forms.CharField(label=_("content"), max_length=LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 4}))
    kind = forms.ChoiceField(
        label=pgettext_lazy("follow-up", "kind"), choices=FollowUpKind.choices, widget=UnfoldAdminSelectWidget()
    )
    outcome = forms.ChoiceField(
        label=pgettext_lazy("follow-up", "outcome"),
        choices=FollowUpOutcome.choices,
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    next_at = forms.SplitDateTimeField(
        label=_("next time"), required=False, widget=UnfoldAdminSplitDateTimeWidget(), help_text=_("Empty: none.")
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, row: FollowUp, data: Any, actor: Any) -> None:
        shown = {name: getattr(row, name) for name in ("kind", "outcome", "next_at")}
        # Stars that come back say that the text is left as it is.
        shown["content"] = wording.shown(row, row.content)
        super().__init__(data, initial=shown | {"if_version": row.version})
        self.fields["mentions"] = mentions_field(actor)

    def changes(self) -> dict[str, Any]:
        """What was changed of what was shown: a time is shown without its seconds, and they are no change."""
        names = {"content", "kind", "outcome", "next_at"} & set(self.changed_data)
        return {name: self.cleaned_data[name] for name in names}


class CommentForm(forms.Form):
    content = forms.CharField(
        label=_("comment"), max_length=COMMENT_LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )

    def __init__(self, data: Any, actor: Any) -> None:
        super().__init__(data)
        self.fields["mentions"] = mentions_field(actor)


class AttachForm(forms.Form):
    file = forms.FileField(label=_("file"), widget=UnfoldAdminFileFieldWidget())
