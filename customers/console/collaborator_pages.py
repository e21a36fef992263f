"""The page that says who may read a customer along."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.console_pickers import AutocompleteSelectMultiple
from core.console_scope import actor_of
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import collaborating, finding
from customers.models import Collaborator, Customer


class CollaboratorsForm(forms.Form):
    """All who may read the customer along, to be changed."""

    employees = forms.ModelMultipleChoiceField(Employee.objects.none(), required=False)

    def __init__(self, model_admin: Any, row: Customer, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["employees"]
        field.label = _("Employees")
        field.queryset = _offered(row)
        field.initial = list(Collaborator.objects.filter(customer=row).values_list("employee_id", flat=True))
        picker = AutocompleteSelectMultiple(Collaborator._meta.get_field("employee"), model_admin.admin_site)
        picker.attrs["class"] = "unfold-admin-autocomplete"
        picker.choices = field.choices
        field.widget = picker


def _offered(row: Customer) -> QuerySet[Employee]:
    """Who works here, and who is on it already, though gone since."""
    held = Collaborator.objects.filter(customer=row).values("employee_id")
    people = Employee.objects.of_corp(row.corp_id)
    return people.exclude(status=EmployeeStatus.LEFT) | people.filter(pk__in=held)


def change(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Choose who may read one customer along."""

    def run(row: Customer, data: dict[str, Any]) -> str:
        finding.check_changeable(row.pk, actor_of(request))
        wanted = {employee.pk for employee in data["employees"]}
        held = set(Collaborator.objects.filter(customer=row).values_list("employee_id", flat=True))
        act: Any = {"customer": row, "by": actor_of(request), "source": "operator"}
        with transaction.atomic():
            collaborating.remove_collaborators(employee_ids=held - wanted, **act)
            collaborating.add_collaborators(employee_ids=wanted - held, **act)
        return _("%(n)d employees may read this customer along.") % {"n": len(wanted)}

    return model_admin.act(
        request,
        object_id,
        title=_("Change collaborators"),
        text=_("They see the customer as a follower does, and change nothing."),
        form=lambda row, data: CollaboratorsForm(model_admin, row, data),
        run=run,
    )
