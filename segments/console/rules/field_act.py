"""The part of a rule's form that says what goes into a custom field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.console_shows import shows
from customers.choices import CustomSubject
from customers.custom import altering, typed
from customers.custom.finding import fields_of
from customers.custom.kinds import CHOOSING
from customers.models import CustomField
from segments.console.rules.fields import choice

NAMES = ("field", "field_op", "field_options", "field_value")
_OPS = [
    (altering.SET, gettext_lazy("put in")),
    (altering.CLEAR, gettext_lazy("empty it")),
    (altering.ADD, gettext_lazy("add options")),
    (altering.REMOVE, gettext_lazy("take options away")),
]


def fields() -> dict[str, forms.Field]:
    """The four fields of the form."""
    return {
        "field": forms.ModelChoiceField(
            CustomField.objects.none(),
            label=gettext_lazy("Custom field"),
            required=False,
            widget=UnfoldAdminSelectWidget(),
        ),
        "field_op": choice(gettext_lazy("What is done"), _OPS, required=False),
        "field_options": forms.MultipleChoiceField(
            label=gettext_lazy("Options"), required=False, widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 6})
        ),
        "field_value": forms.CharField(
            label=gettext_lazy("Value"),
            required=False,
            widget=UnfoldAdminTextInputWidget(),
            help_text=gettext_lazy("A day as 2026-01-31, a time as 2026-01-31 08:30, yes or no."),
        ),
    }


def narrow(form: Any, corp_id: int | None) -> None:
    """Offer the fields of the company's customers, and the options of each under its name."""
    rows = fields_of(corp_id or 0, CustomSubject.CUSTOMER).filter(active=True)
    found = list(rows.prefetch_related("options"))
    form.fields["field"].queryset = rows
    choosing = [field for field in found if field.kind in CHOOSING]
    form.fields["field_options"].choices = [
        (field.name, [(str(option.pk), option.label) for option in field.options.all() if option.active])
        for field in choosing
    ]
    of = {str(f.pk): ["field_options" if f.kind in CHOOSING else "field_value"] for f in found}
    shows(form.fields["field"], of)


def said(given: dict[str, Any]) -> dict[str, Any]:
    """The action that was filled in. Raises ValueError with a sentence: the text is no value of the field."""
    field, op = given["field"], given["field_op"] or altering.SET
    found = {"fieldId": field.pk, "op": op}
    if op == altering.CLEAR:
        return found
    if field.kind in CHOOSING:
        return found | {"optionIds": sorted(int(one) for one in given["field_options"])}
    if not given["field_value"]:
        raise ValueError(_("Say here what goes into the field."))
    return found | {"value": typed.read(field, given["field_value"])}


def initial(action: dict[str, Any]) -> dict[str, Any]:
    """The form of an action."""
    value = action.get("value", "")
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    found = {"field": action["fieldId"], "field_op": action["op"], "field_value": str(value)}
    return found | {"field_options": [str(pk) for pk in action.get("optionIds", ())]}
