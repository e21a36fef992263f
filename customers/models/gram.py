from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.models.customer import Customer


class CustomerGram(models.Model):
    """One or two characters that occur in what is known of a customer: the index of the keyword search."""

    pk = models.CompositePrimaryKey("corp_id", "gram", "customer_id")
    corp_id = models.BigIntegerField()
    gram = ExactCharField(max_length=2)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="grams", db_constraint=False, db_index=False
    )

    # Of the customer: with it a keyword's count is read from this table alone. Kept in step under the customer's lock.
    alive = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "customer_gram"
        verbose_name = _("search gram")
        verbose_name_plural = _("search grams")

    def __str__(self) -> str:
        return self.gram
