"""The form of a rule of assignment."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from corps.models import Department, Employee
from customers.console.way_forms import Clock, weekdays_offered
from customers.models import AssignmentRule, ContactWayMember

_PICKED = {"employees": "employee", "departments": "department"}


class AssignmentRuleForm(forms.ModelForm):
    """Who, whom, when, how many. ``actor`` is set for each request."""

    actor: Any = None

    employees = forms.ModelMultipleChoiceField(Employee.objects.none(), label=gettext_lazy("Employees"), required=False)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Departments"),
        required=False,
        help_text=gettext_lazy("With those below them."),
    )
    weekdays = forms.ChoiceField(label=gettext_lazy("weekdays"), widget=UnfoldAdminSelectWidget)
    start = forms.TimeField(label=gettext_lazy("from"), required=False, widget=Clock)
    end = forms.TimeField(label=gettext_lazy("until"), required=False, widget=Clock)
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = AssignmentRule
        fields = [
            *("name", "order", "active", "channel", "unnamed_state", "add_way", "also_lost"),
            *("strategy", "capacity", "day_cap", "weekdays", "start", "end", "spare"),
        ]
        help_texts = {
            "order": gettext_lazy("The lowest first. The first rule that is for a customer and has somebody decides."),
            "channel": gettext_lazy("Empty: however they came."),
            "unnamed_state": gettext_lazy("Only who came by a state that no channel stands for."),
            "also_lost": gettext_lazy("Also who was followed once. They don't go to somebody who had them before."),
            "capacity": gettext_lazy("Who follows so many is given no more. Empty: no bound."),
            "day_cap": gettext_lazy("By assignment, of all rules. Empty: no bound."),
            "spare": gettext_lazy("Gets them outside the hours, or when all have enough. Without one they wait."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.instance
        for name, one in _PICKED.items():
            field: Any = self.fields[name]
            picker = AutocompleteSelectMultiple(ContactWayMember._meta.get_field(one), admin.site)
            picker.attrs["class"] = "unfold-admin-autocomplete"
            picker.choices = field.choices
            field.widget = picker
            field.initial = getattr(rule, f"{one}_ids")
        people: Any = self.fields["employees"]
        people.queryset = Employee.objects.visible_to(self.actor)
        departments: Any = self.fields["departments"]
        departments.queryset = Department.objects.visible_to(self.actor)
        weekdays: Any = self.fields["weekdays"]
        weekdays.choices = weekdays_offered(rule.weekdays)
        self.fields["if_version"].initial = rule.version if rule.pk else None


def columns(data: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, as the rule takes it."""
    plain = ("name", "order", "active", "unnamed_state", "add_way", "also_lost", "strategy", "capacity", "day_cap")
    found = {name: data[name] for name in (*plain, "weekdays", "start", "end")}
    for name in ("channel", "spare"):
        found[f"{name}_id"] = data[name] and data[name].pk
    for name, one in _PICKED.items():
        found[f"{one}_ids"] = sorted(row.pk for row in data[name])
    return found
