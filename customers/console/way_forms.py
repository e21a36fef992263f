"""The form of a contact way and of its members."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.utils.translation import gettext_lazy
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from customers.contact_ways.checking import Shift
from customers.models import ContactWay, ContactWayMember, CustomerTag
from tags.models import Tag

WEEKDAYS = [
    ("1", gettext_lazy("Monday")),
    ("2", gettext_lazy("Tuesday")),
    ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")),
    ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
]


class ContactWayForm(forms.ModelForm):
    """A code, and what is done with who comes by it. ``actor`` is set for each request."""

    actor: Any = None

    tags = forms.ModelMultipleChoiceField(Tag.objects.none(), label=gettext_lazy("tags"), required=False)
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


class MemberForm(forms.ModelForm):
    """One row of who serves and when."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("weekdays"),
        choices=WEEKDAYS,
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
    )

    class Meta:
        model = ContactWayMember
        fields = ["employee", "department", "start", "end", "day_cap"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = list(self.instance.weekdays)


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
                    weekdays="".join(sorted(data["days"])) or "1234567",
                    start=data["start"],
                    end=data["end"],
                    day_cap=data["day_cap"],
                )
            )
    return found
