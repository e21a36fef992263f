from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.choices import ENDINGS
from customers.columns import corp_of, far
from customers.models import Customer
from insights.querysets import LossQuerySet


class Loss(models.Model):
    """An ended stay of a customer with an employee, and how things stood when it ended.

    Kept in step with the ended episodes by losses.py. Tags and last contact are noted once, since the rows that they
    are read from go on changing.
    """

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="losses", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="losses", verbose_name=_("employee"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    # Empty where nobody told how: the customer was simply added again.
    ended_by = models.PositiveSmallIntegerField(
        _("ended by"), choices=[(e.value, e.label) for e in ENDINGS], null=True, blank=True
    )
    noticed = models.BooleanField(_("noticed later"), default=False)
    days = models.PositiveIntegerField(_("days kept"))
    add_way = models.PositiveSmallIntegerField(_("add way"), null=True, blank=True)
    state = ExactCharField(_("channel state"), max_length=64, blank=True, default="")
    # [[tag id, name], …] that the employee had put by then; NULL where that was not seen.
    tags = models.JSONField(_("tags at the end"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True)

    objects = LossQuerySet.as_manager()

    class Meta:
        db_table = "relation_loss"
        verbose_name = _("deletion record")
        verbose_name_plural = _("deletion records")
        constraints = [models.UniqueConstraint(fields=["customer", "employee", "began_at"], name="uk_loss")]
        indexes = [
            # The company's, newest first, and ranges of days.
            models.Index(fields=["corp", "ended_at"], name="ix_loss_ended"),
            # Who deleted whom.
            models.Index(fields=["corp", "ended_by", "ended_at"], name="ix_loss_how"),
            # An employee's: what staff and managers see.
            models.Index(fields=["employee", "ended_at"], name="ix_loss_employee"),
            # Of a channel.
            models.Index(fields=["corp", "state", "ended_at"], name="ix_loss_state"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer} · {self.ended_at:%F}"
