from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.choices import Source
from customers.columns import corp_of
from customers.models.customer import Customer
from customers.models.stage import Stage
from customers.querysets import OfVisibleCustomers


class StageChange(models.Model):
    """One step of a customer from one stage to another. Rows are only added: the time in a stage is between two."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="stage_changes", verbose_name=_("customer"), db_index=False
    )
    # Empty: the customer was, or is then, in none. References that the database keeps: a stage can't vanish while
    # somebody is put into it.
    from_stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="left",
        verbose_name=_("from stage"),
        db_index=False,
    )
    to_stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entered",
        verbose_name=_("to stage"),
        db_index=False,
    )
    at = models.DateTimeField(_("changed"))
    actor = ExactCharField(_("changed by"), max_length=40)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)

    objects = OfVisibleCustomers["StageChange"].as_manager()

    class Meta:
        db_table = "customer_stage_change"
        verbose_name = _("change of stage")
        verbose_name_plural = _("changes of stage")
        indexes = [
            # One customer's history, in the order of the steps (InnoDB appends the id).
            models.Index(fields=["customer"], name="ix_stage_change_customer"),
            # A funnel: who came into a stage in some days; whether anybody ever did.
            models.Index(fields=["to_stage", "at", "customer"], name="ix_stage_change_entered"),
            # Who left it, and how long they had been there.
            models.Index(fields=["from_stage", "at", "customer"], name="ix_stage_change_left"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.to_stage} · {self.at:%F}"
