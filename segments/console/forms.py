"""The form of a segment."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from core.console_shows import SCRIPT, shows
from core.errors import FieldError, RuleViolation
from customers.models import Customer
from customers.transfers import files
from segments.choices import Kind
from segments.console.widgets import ConditionField
from segments.models import Segment

_BATCH = 1_000


class SegmentForm(forms.ModelForm):
    """What it is called, and either what it asks or whom it lists. ``writer_corp_id`` is set for each request."""

    writer_corp_id: int | None = None

    condition = ConditionField(label=gettext_lazy("condition"), required=False)
    file = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("Of a static segment: an external userid in the first column of each line of a CSV."),
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Media:
        js = [SCRIPT]

    class Meta:
        model = Segment
        fields = ["name", "description", "kind", "condition", "announces"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["if_version"].initial = self.instance.version
            # A segment stays what it was made as.
            for name in ("kind", "file" if self.instance.is_dynamic else "condition"):
                self.fields.pop(name, None)
        else:
            shows(self.fields["kind"], {Kind.DYNAMIC: ["condition"], Kind.STATIC: ["file"]})
        if "condition" in self.fields:
            widget: Any = self.fields["condition"].widget
            widget.corp_id, widget.segment_id = self.instance.corp_id or self.writer_corp_id, self.instance.pk

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind") or self.instance.kind
        if kind == Kind.DYNAMIC and "condition" in self.fields and given.get("condition") is None:
            self.add_error("condition", _("A dynamic segment needs a condition."))
        return given


class NameForm(forms.Form):
    """What the new one is called."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=50, widget=UnfoldAdminTextInputWidget)


def listed(file: Any, corp_id: int, actor: Any) -> list[int]:
    """The customers of a file whom the actor may see. Raises RuleViolation: also where a line names nobody."""
    if file is None:
        return []
    read = files.read(file.read(files.MOST_BYTES + 1))
    known: dict[str, int] = {}
    for start in range(0, len(read.ids), _BATCH):
        some = [ident for _line, ident in read.ids[start : start + _BATCH]]
        rows = Customer.objects.visible_to(actor).filter(corp_id=corp_id, external_userid__in=some)
        known |= dict(rows.values_list("external_userid", "pk"))
    bad = [str(each["line"]) for each in read.bad]
    bad += [str(line) for line, ident in read.ids if ident not in known]
    if bad:
        message = _("These lines name no customer: %(lines)s.") % {"lines": ", ".join(bad[:20])}
        raise RuleViolation("customer_unknown", message, [FieldError("file", "customer_unknown", message)])
    return [known[ident] for _line, ident in read.ids]


def at_condition(refusal: RuleViolation) -> RuleViolation:
    """The same refusal with what is wrong within a condition told beside its field, each with its place."""
    told = [
        error
        if not (error.field == "" or error.field.startswith(("where", "version")))
        else FieldError("condition", error.code, f"{error.field}: {error.message}" if error.field else error.message)
        for error in refusal.errors
    ]
    return RuleViolation(refusal.code, refusal.message, told)
