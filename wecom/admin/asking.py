from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from corps.models import Corp
from wecom.models import SyncRun


class AskForm(forms.Form):
    """What to read."""

    corp = forms.ModelChoiceField(
        label=gettext_lazy("company"), queryset=Corp.objects.none(), widget=UnfoldAdminSelectWidget
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("what"),
        choices=[("", gettext_lazy("everything, in order")), *SyncRun.Kind.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("dry run"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Only tell what would change."),
    )

    def __init__(self, actor: Any, data: Any = None) -> None:
        super().__init__(data)
        if actor.sees_all_corps:
            self.fields["corp"].queryset = Corp.objects.filter(mirrored=True)  # type: ignore[attr-defined]
        else:
            del self.fields["corp"]
