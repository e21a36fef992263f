"""The form of a contact way and of its members."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.console_pickers import AutocompleteSelectMultiple
from customers.contact_ways.checking import Shift
from customers.models import ContactWay, ContactWayMember, CustomerTag
from tags.models import Tag

_DAYS = {
    "1": gettext_lazy("Monday"),
    "2": gettext_lazy("Tuesday"),
    "3": gettext_lazy("Wednesday"),
    "4": gettext_lazy("Thursday"),
    "5": gettext_lazy("Friday"),
    "6": gettext_lazy("Saturday"),
    "7": gettext_lazy("Sunday"),
}
EVERY_DAY = "1234567"
_USUAL = {
    EVERY_DAY: gettext_lazy("every day"),
    "12345": gettext_lazy("Monday to Friday"),
    "67": gettext_lazy("Saturday and Sunday"),
}


class ContactWayForm(forms.ModelForm):
    """A code, and what is done with who comes by it. ``actor`` is set for each request."""

    actor: Any = None

    tags = forms.ModelMultipleChoiceField(Tag.objects.none(), label=gettext_lazy("Tags"), required=False)
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ContactWay
        fields = ["name", "channel", "type", "skip_verify", "spare", "remark_template", "welcome_text"]
        widgets = {"welcome_text": UnfoldAdminTextareaWidget({"rows": 3})}
        help_texts = {
            "spare": gettext_lazy("Serves when nobody below is on duty. Without one, all of them serve then."),
            "remark_template": gettext_lazy("{name} stands for the customer's name: {name}-expo"),
            "welcome_text": gettext_lazy("Instead of the app's welcome message."),
            "skip_verify": gettext_lazy("The customer is added without an employee confirming it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["tags"]
        picker = AutocompleteSelectMultiple(CustomerTag._meta.get_field("tag"), admin.site)
        picker.attrs["class"] = "unfold-admin-autocomplete"
        picker.choices = field.choices
        field.widget = picker
        field.queryset = Tag.objects.visible_to(self.actor).live().select_related("group")
        if self.instance.pk:
            field.initial = self.instance.tag_ids
            self.fields["if_version"].initial = self.instance.version


class Clock(UnfoldAdminTextInputWidget):
    """The browser's own field for a time of day: it knows no zone, of which Django's would warn."""

    input_type = "time"

    def format_value(self, value: Any) -> str | None:
        return value.strftime("%H:%M") if isinstance(value, dt.time) else value


class MemberForm(forms.ModelForm):
    """One row of who serves and when."""

    weekdays = forms.ChoiceField(label=gettext_lazy("weekdays"), widget=UnfoldAdminSelectWidget({"class": "min-w-32"}))
    start = forms.TimeField(label=gettext_lazy("from"), required=False, widget=Clock)
    end = forms.TimeField(label=gettext_lazy("until"), required=False, widget=Clock)

    class Meta:
        model = ContactWayMember
        fields = ["employee", "department", "weekdays", "start", "end", "day_cap"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weekdays: Any = self.fields["weekdays"]
        weekdays.choices = weekdays_offered(self.instance.weekdays)
        for name in ("employee", "department"):
            picker: Any = self.fields[name].widget
            for act in ("add", "change", "delete", "view"):
                setattr(picker, f"can_{act}_related", False)


def weekdays_offered(held: str) -> list[tuple[str, Any]]:
    """The usual sets, single days, and whatever set the row has already."""
    offered = {**_USUAL, **_DAYS}
    if held not in offered:
        offered[held] = ", ".join(str(_DAYS[day]) for day in held if day in _DAYS)
    return list(offered.items())


class MemberFormSet(PaginationInlineFormSet):
    """Only collects: the rule writes all members at once (``ContactWayAdmin.save_related``)."""

    def save(self, commit: bool = True) -> list[Any]:
        return []


def shifts_of(formsets: Iterable[Any]) -> list[Shift]:
    """The rows as they were filled in, those marked for deletion left out."""
    found = []
    for formset in formsets:
        for form in formset.forms:
            data = form.cleaned_data
            if not data or data.get("DELETE") or not (data["employee"] or data["department"]):
                continue
            found.append(
                Shift(
                    employee_id=data["employee"] and data["employee"].pk,
                    department_id=data["department"] and data["department"].pk,
                    weekdays=data["weekdays"],
                    start=data["start"],
                    end=data["end"],
                    day_cap=data["day_cap"],
                )
            )
    return found
