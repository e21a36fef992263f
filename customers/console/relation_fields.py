"""The page that fills in the custom fields of what one employee has with a customer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from core.errors import RuleViolation
from corps.actors import Actor
from corps.models import Employee
from corps.policy import Act
from corps.querysets import owns_narrowly
from customers import custom
from customers.choices import CustomSubject
from customers.console import custom_forms, essentials
from customers.custom.finding import fields_of
from customers.models import Customer, CustomField, FollowRelation
from customers.remarks import GONE


class RelationFieldsForm(forms.Form):
    """The fields in use, with what is held. Carries the version that was shown; cleaned it has ``values`` to write."""

    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, row: Customer, own: Sequence[CustomField], inputs: dict[str, forms.Field], data: Any) -> None:
        super().__init__(data, initial={"if_version": row.version})
        self.own = own
        self.fields |= inputs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return cleaned if self.errors else cleaned | {"values": custom_forms.sent(self.own, self)}


def change(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Fill in the fields of one relation: of the employee whom ``?employee=`` names, by default of the first whose
    relation the user may change."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        return model_admin.nowhere(request, object_id)  # type: ignore[no-any-return]
    if not may(row, request):
        raise PermissionDenied
    relation = _chosen(row, request)
    fields = list(in_use(row.corp_id)) if relation else []

    def form(customer: Customer, data: Any) -> RelationFieldsForm:
        starred = any(field.personal for field in fields) and essentials.of(request, customer).starred
        inputs = custom_forms.inputs(fields, customer.pk, relation.pk, starred=starred) if relation else {}
        return RelationFieldsForm(customer, fields, inputs, data)

    def run(customer: Customer, data: dict[str, Any]) -> str:
        act: Any = {"by": actor_of(request), "source": "operator", "if_version": data["if_version"]}
        try:
            if relation and data["values"]:
                whose: Any = {"customer": customer, "employee_id": relation.employee_id}
                custom.set_values(values=data["values"], **whose, **act)
        except RuleViolation as refusal:
            refusal.errors = custom_forms.renamed(refusal, fields)
            raise
        return _("The fields of the relation were saved.") if data["values"] else _("Nothing was changed.")

    told: Any = {"title": _("Fill in the relation's fields"), "text": _text(relation, fields)}
    told |= {"form": form, "run": run, "shown": lambda _row: {"button": _("Save")}}
    return model_admin.act(request, object_id, **told)  # type: ignore[no-any-return]


def addresses(customer: Customer, request: HttpRequest) -> dict[int, str]:
    """Employee → where the fields of their relation are filled in, of those whose the user may change."""
    if not (in_use(customer.corp_id).exists() and may(customer, request)):
        return {}
    page = reverse("admin:customers_customer_relation_fields", args=[customer.pk])
    employees = writable(customer, actor_of(request)).values_list("employee_id", flat=True)
    return {employee: f"{page}?employee={employee}" for employee in employees}


def in_use(corp_id: int) -> QuerySet[CustomField]:
    """The fields of relations that take values."""
    return fields_of(corp_id, CustomSubject.RELATION).filter(active=True)


def may(row: Customer, request: HttpRequest) -> bool:
    """Whether the user may change the customer whom they see."""
    actor = actor_of(request)
    return actor.may(Act.CUSTOMER_WRITE) and (not owns_narrowly(actor) or essentials.of(request, row).changeable)


def writable(row: Customer, actor: Actor) -> QuerySet[FollowRelation]:
    """The relations whose fields the actor may change, as ``finding.check_own`` has it."""
    rows = FollowRelation.objects.filter(customer=row).exclude(status__in=GONE).order_by("status", "id")
    if owns_narrowly(actor):
        rows = rows.filter(employee__in=Employee.objects.managed_or_self(actor))
    return rows


def _chosen(row: Customer, request: HttpRequest) -> FollowRelation | None:
    """Raises Http404: the named employee has none that the user may change."""
    rows, named = writable(row, actor_of(request)).select_related("employee"), request.GET.get("employee")
    if not named:
        return rows.first()
    found = rows.filter(employee_id=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    if found is None:
        raise Http404
    return found


def _text(relation: FollowRelation | None, fields: Sequence[CustomField]) -> str:
    if relation is None:
        return _("There is no relation here whose fields you may fill in.")
    if not fields:
        return _("There are no custom fields of relations in use.")
    return _("What %(employee)s has with this customer.") % {"employee": relation.employee}
