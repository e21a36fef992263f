from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp, Employee
from customers.models import Customer
from followups.querysets import FollowUpQuerySet


class FollowUp(Stamped):
    """What somebody did for a customer, in their words."""

    corp = models.ForeignKey(
        Corp, on_delete=models.PROTECT, db_constraint=False, db_index=False, verbose_name=_("company")
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="follow_ups", verbose_name=_("customer"), db_index=False
    )
    employee = models.ForeignKey(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    # Who wrote it: "user:7" or "api:3". The employee is whose work it was.
    actor = ExactCharField(_("written by"), max_length=40)
    content = models.TextField(_("content"))
    happened_at = models.DateTimeField(_("happened"))
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        db_table = "follow_up"
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            # A customer's history, newest first.
            models.Index(fields=["customer", "-happened_at"], name="ix_followup_customer"),
            # The company's, newest first.
            models.Index(fields=["corp", "-happened_at"], name="ix_followup_corp"),
        ]

    def __str__(self) -> str:
        return self.content[:40]
