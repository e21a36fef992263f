"""What an employee can send from the sidebar."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from customers.models import Customer, Stage
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.texts import LENGTH


class FollowUpForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=FollowUpKind, required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("outcome"), choices=FollowUpOutcome, required=False)
    next_at = forms.DateTimeField(
        label=gettext_lazy("next time"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or FollowUpKind.NOTE


class TagForm(forms.Form):
    """One tag, put on or taken off."""

    add = forms.IntegerField(required=False, min_value=1)
    remove = forms.IntegerField(required=False, min_value=1)

    def asked(self) -> dict[str, Any]:
        """As ``change_tags`` takes it. Raises RuleViolation: ``tag_unknown``."""
        if not self.is_valid() or not any(self.cleaned_data.values()):
            raise RuleViolation("tag_unknown", _("Choose a tag."))
        return {name: [value] for name, value in self.cleaned_data.items() if value}


class StageForm(forms.Form):
    """A stage of the customer's company, or none."""

    stage = forms.ModelChoiceField(Stage.objects.none(), required=False)

    def __init__(self, data: Any, *, customer: Customer) -> None:
        super().__init__(data)
        self.fields["stage"].queryset = Stage.objects.of_corp(customer.corp_id)  # type: ignore[attr-defined]

    def asked(self) -> Stage | None:
        """Raises RuleViolation: ``stage_unknown``."""
        if not self.is_valid():
            raise RuleViolation("stage_unknown", _("There is no such stage in this company."))
        return self.cleaned_data["stage"]
