from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models.custom_field import CustomField
from customers.models.customer import Customer
from customers.models.relation import FollowRelation
from customers.querysets import OfVisibleCustomers


class CustomChange(models.Model):
    """One change of one value of a custom field. Rows are only added."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="custom_changes", verbose_name=_("customer"), db_index=False
    )
    relation = far(
        FollowRelation, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("relation")
    )
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="changes", verbose_name=_("custom field"), db_index=False
    )
    # In words, as it was called then: an option may have another name by now. Empty: no value.
    before = models.TextField(pgettext_lazy("field", "before"), blank=True, default="")
    after = models.TextField(pgettext_lazy("field", "after"), blank=True, default="")
    at = models.DateTimeField(_("changed"))
    actor = ExactCharField(_("changed by"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)

    objects = OfVisibleCustomers["CustomChange"].as_manager()

    class Meta:
        db_table = "custom_change"
        verbose_name = _("change of a custom field")
        verbose_name_plural = _("changes of custom fields")
        indexes = [
            # One customer's history, in the order of the changes (InnoDB appends the id).
            models.Index(fields=["customer"], name="ix_custom_change_customer"),
            # Whether a field ever held anything; and one field's history of one customer.
            models.Index(fields=["field", "customer"], name="ix_custom_change_field"),
            # A relation's history goes with it.
            models.Index(fields=["relation"], name="ix_custom_change_relation"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.field} · {self.at:%F}"
