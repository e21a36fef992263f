"""The form that says what an unknown state stands for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from corps.models import Corp
from customers import channels
from customers.channels import figures
from customers.models import Channel

# The last days in which states are looked for.
DAYS = 90
# Of whoever sees every company, so many are looked through.
_MOST_CORPS = 20


def unknown_of(actor: Any) -> list[dict[str, Any]]:
    """The states of the last days that no channel stands for, with their companies."""
    corps = Corp.objects.filter(active=True).order_by("pk")
    corps = corps if actor.sees_all_corps else corps.filter(pk=actor.corp_id)
    corps, days = corps[:_MOST_CORPS], figures.days_of
    found = ((corp, figures.unknown_states(corp, days(corp, None, None, usual=DAYS))) for corp in corps)
    return [row | {"corp": corp} for corp, rows in found for row in rows]


class NameStateForm(forms.Form):
    """Which state, and which channel it stands for: one that is there or a new one."""

    state: Any = forms.TypedChoiceField(label=gettext_lazy("Channel state"), widget=UnfoldAdminSelectWidget)
    channel = forms.ModelChoiceField(
        Channel.objects.none(), label=gettext_lazy("Channel"), required=False, widget=UnfoldAdminSelectWidget
    )
    name = forms.CharField(
        label=gettext_lazy("Or a new channel"), max_length=50, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, actor: Any, unknown: list[dict[str, Any]], data: Any = None) -> None:
        super().__init__(data)
        self._offered = {f"{row['corp'].pk}:{row['state']}": (row["corp"].pk, row["state"]) for row in unknown}
        field: Any = self.fields["state"]
        labels = {True: "{corp} / {state} ({added})", False: "{state} ({added})"}[actor.sees_all_corps]
        field.choices = [(key, labels.format(**row)) for key, row in zip(self._offered, unknown, strict=True)]
        field.coerce = self._offered.__getitem__
        picker: Any = self.fields["channel"]
        picker.queryset = Channel.objects.visible_to(actor).order_by("order", "id")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("channel")) == bool(data.get("name")):
            raise forms.ValidationError(gettext_lazy("Name either a channel or a new name."))
        return data

    def apply(self, *, by: Any) -> Channel:
        """Name it. Raises RuleViolation."""
        corp_id, state = self.cleaned_data["state"]
        channel, name = self.cleaned_data["channel"], self.cleaned_data["name"]
        return channels.name_state(corp_id=corp_id, state=state, channel=channel, name=name, by=by, source="operator")
