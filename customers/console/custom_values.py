"""What custom fields hold, on a customer's page: edited in place, listed with where it came from, and its history."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import display

from core.console_lists import badge
from core.console_scope import actor_of
from core.errors import RuleViolation
from customers import custom
from customers.choices import CustomSubject
from customers.console import custom_forms, essentials
from customers.console.acted import ActedInline
from customers.custom import finding, history, starring, values
from customers.custom.showing import state
from customers.custom.tells import words
from customers.models import CustomChange, Customer, CustomField, CustomValue
from customers.privacy import masking

_STATES = {
    "current": (gettext_lazy("current"), "success"),
    "otherKind": (gettext_lazy("of a former kind"), "warning"),
    "retired": (gettext_lazy("not in use"), None),
}


class CustomFieldsOnPage:
    """For the pages of customers: the fields in use below the others, for who may change the customer."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        fields = self._custom_fields(request, obj)
        hidden = any(field.personal for field in fields) and essentials.of(request, obj).starred
        inputs = custom_forms.inputs(fields, obj.pk, starred=hidden) if fields else {}
        if inputs:
            kwargs["form"] = type("CustomisedForm", (self.form,), inputs)  # type: ignore[attr-defined]
        return super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        names = [custom_forms.name_of(field) for field in self._custom_fields(request, obj)]
        pairs = [tuple(names[at : at + 2]) for at in range(0, len(names), 2)]
        return [*fieldsets, (gettext_lazy("Custom fields"), {"fields": pairs})] if names else fieldsets

    def write_custom(self, request: HttpRequest, row: Customer, form: Any) -> None:
        """Put what was changed into the fields. Raises RuleViolation, with the form's names of the fields."""
        fields = self._custom_fields(request, row)
        sent = custom_forms.sent(fields, form)
        try:
            if sent:
                custom.set_values(customer=row, values=sent, by=actor_of(request), source="operator")
        except RuleViolation as refusal:
            refusal.errors = custom_forms.renamed(refusal, fields)
            raise

    def _custom_fields(self, request: HttpRequest, obj: Any) -> list[CustomField]:
        """Read once a request."""
        if obj is None or not self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return []
        found: list[CustomField] | None = getattr(request, "custom_fields", None)
        if found is None:
            rows = finding.fields_of(obj.corp_id, CustomSubject.CUSTOMER).filter(active=True)
            found = request.custom_fields = list(rows)  # type: ignore[attr-defined]
        return found


class CustomValueInline(ActedInline):
    """All that custom fields hold of a customer and of the relations, also what is left of former times."""

    model = CustomValue
    verbose_name_plural = gettext_lazy("custom fields")
    fields = readonly_fields = ["field", "whose", "shown", "standing", "changed_by", "source", "update_time"]
    ordering = ["relation_key", "field__order", "field_id"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.labels = history.labels_of(obj.corp_id) if obj else {}
        self.zone = obj.corp.zone if obj else None
        self.hides = obj is not None and masking.hides(obj.pk, actor_of(request))
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("customer", "field", "relation__employee")
        return values.with_chosen(rows)

    @display(description=gettext_lazy("employee"))
    def whose(self, row: CustomValue) -> str:
        return str(row.relation.employee) if row.relation else "–"

    @display(description=gettext_lazy("value"))
    def shown(self, row: CustomValue) -> str:
        assert self.zone
        if self.hides and row.field.personal:
            return starring.stars_of(row)
        return words(row.kind, values.held(row), self.labels, self.zone)

    @display(description=gettext_lazy("standing"))
    def standing(self, row: CustomValue) -> str:
        text, colour = _STATES[state(row)]
        return badge(text, colour)

    @display(description=gettext_lazy("changed by"))
    def changed_by(self, row: CustomValue) -> str:
        return self.name_of(row.actor)


class CustomChangeInline(ActedInline):
    """Every change, the latest first."""

    model = CustomChange
    verbose_name_plural = gettext_lazy("history of custom fields")
    fields = readonly_fields = ["field", "whose", "was", "became", "at", "changed_by", "source"]
    ordering = ["-id"]
    per_page = 10

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.hides = obj is not None and masking.hides(obj.pk, actor_of(request))
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "field", "relation__employee")

    @display(description=pgettext_lazy("field", "before"))
    def was(self, row: CustomChange) -> str:
        return history.shown(row, row.before, hidden=self.hides)

    @display(description=pgettext_lazy("field", "after"))
    def became(self, row: CustomChange) -> str:
        return history.shown(row, row.after, hidden=self.hides)

    @display(description=gettext_lazy("employee"))
    def whose(self, row: CustomChange) -> str:
        return str(row.relation.employee) if row.relation else "–"

    @display(description=gettext_lazy("changed by"))
    def changed_by(self, row: CustomChange) -> str:
        return self.name_of(row.actor)
