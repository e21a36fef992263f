from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from customers.choices import CustomKind, Source
from customers.columns import corp_of, far
from customers.models.custom_field import CustomField, CustomOption
from customers.models.customer import Customer
from customers.models.relation import FollowRelation
from customers.querysets import OfVisibleCustomers


class CustomValue(models.Model):
    """What a custom field holds of one customer or one relation; none where it holds nothing.

    It is in the one column that is its kind's; what is chosen is in ``CustomChosen``. A value of another kind than its
    field's is one that the field had before: it is shown as it was, and answers to nothing.
    """

    corp = corp_of()
    # References that the database keeps: a field can't vanish while somebody fills it in, and who changes it waits.
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="values", verbose_name=_("custom field"), db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="custom_values", verbose_name=_("customer"), db_index=False
    )
    relation = far(
        FollowRelation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="custom_values",
        verbose_name=_("relation"),
    )
    kind = models.PositiveSmallIntegerField(pgettext_lazy("field", "kind"), choices=CustomKind)
    # Texts that are compared; those that nobody compares as a whole may be longer, and have no key.
    text = models.CharField(pgettext_lazy("kind of field", "text"), max_length=500, null=True, blank=True)
    long_text = models.TextField(pgettext_lazy("kind of field", "long text"), null=True, blank=True)
    # Numbers, and of yes or no 1 or 0. Fifteen digits come back from SQLite, which keeps floats, as they went in.
    number = models.DecimalField(
        pgettext_lazy("kind of field", "number"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    # Instants; a date, which is the same in every zone, is its midnight in UTC.
    time = models.DateTimeField(pgettext_lazy("kind of field", "date and time"), null=True, blank=True)
    actor = ExactCharField(_("changed by"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)
    update_time = models.DateTimeField(_("changed"))
    # NULLs are all different to a unique key; 0 stands for "the customer's own".
    relation_key: Any = models.GeneratedField(
        expression=Coalesce("relation_id", Value(0)), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = OfVisibleCustomers["CustomValue"].as_manager()

    class Meta:
        db_table = "custom_value"
        verbose_name = pgettext_lazy("field", "value")
        verbose_name_plural = pgettext_lazy("field", "values")
        constraints = [
            # Also the way from a customer to all of its values.
            models.UniqueConstraint(fields=["customer", "field", "relation_key"], name="uk_custom_value"),
        ]
        # Who has which value. Behind the field comes the kind, so that what is left of another one is passed over in
        # the key; the customer ends it, so that rows needn't be read. Who has any value is read along any of these.
        indexes = [
            models.Index(fields=["field", "kind", "text", "customer"], name="ix_custom_value_text"),
            models.Index(fields=["field", "kind", "number", "customer"], name="ix_custom_value_number"),
            models.Index(fields=["field", "kind", "time", "customer"], name="ix_custom_value_time"),
            # A relation's values go with it.
            models.Index(fields=["relation"], name="ix_custom_value_relation"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.field}"


class CustomChosen(models.Model):
    """One option that a value has chosen."""

    corp = corp_of()
    value = models.ForeignKey(
        CustomValue, on_delete=models.CASCADE, related_name="chosen", verbose_name=_("value"), db_index=False
    )
    # A reference that the database keeps: an option can't vanish while somebody chooses it.
    option = models.ForeignKey(
        CustomOption, on_delete=models.PROTECT, related_name="chosen", verbose_name=_("option"), db_index=False
    )
    # The value's, with which the row goes: who has chosen an option is read from one key.
    customer = far(Customer, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("customer"))
    relation = far(
        FollowRelation, null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("relation")
    )

    objects = OfVisibleCustomers["CustomChosen"].as_manager()

    class Meta:
        db_table = "custom_chosen"
        verbose_name = _("chosen option")
        verbose_name_plural = _("chosen options")
        constraints = [models.UniqueConstraint(fields=["value", "option"], name="uk_custom_chosen")]
        indexes = [
            # Who has chosen an option, and whether anybody has.
            models.Index(fields=["option", "customer", "relation"], name="ix_custom_chosen_option"),
            # A customer's, when they are erased.
            models.Index(fields=["customer"], name="ix_custom_chosen_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.option}"
