from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from corps.models import Employee
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models.customer import Customer
from customers.querysets import OfVisibleCustomers


class ValueChange(models.Model):
    """One change of one fact of a customer, or of one note of a relation. Rows are only added.

    A creation leaves none: what nothing has changed is as the record itself was made.
    """

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="value_changes", verbose_name=_("customer"), db_index=False
    )
    # Whose note it is; NULL for a fact of the customer.
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    # As the wire calls it.
    field = ExactCharField(_("field"), max_length=20)
    # As the wire has it; NULL: no value.
    before = models.JSONField(pgettext_lazy("field", "before"), null=True, blank=True)
    after = models.JSONField(pgettext_lazy("field", "after"), null=True, blank=True)
    at = models.DateTimeField(_("changed"))
    actor = ExactCharField(_("changed by"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    # What it was part of, by the source: a full sync, a run of a rule, the receipt of a callback.
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)

    objects = OfVisibleCustomers["ValueChange"].as_manager()

    class Meta:
        db_table = "value_change"
        verbose_name = _("change of a value")
        verbose_name_plural = _("changes of values")
        indexes = [
            # One customer's history, in the order of the changes (InnoDB appends the id).
            models.Index(fields=["customer"], name="ix_value_change_customer"),
            # The last change of each value, from the key alone; the history of one of them.
            models.Index(fields=["customer", "employee", "field"], name="ix_value_change_field"),
            # What is older than the company keeps.
            models.Index(fields=["corp", "at"], name="ix_value_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.field} · {self.at:%F}"
