from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far
from customers.models import Customer


class TransferFailure(models.Model):
    """That WeCom told of a transfer that came to nothing: warnings are rebuilt from here, as no other table knows."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"), db_index=False
    )
    taker = far(Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee"))
    reason = ExactCharField(_("reason"), max_length=64)
    # The event that told of it: heard twice, it is one failure.
    event_id = ExactCharField(max_length=64, unique=True)
    happened_at = models.DateTimeField(_("happened"))

    objects = CorpQuerySet["TransferFailure"].as_manager()

    class Meta:
        db_table = "transfer_failure"
        verbose_name = _("failed transfer")
        verbose_name_plural = _("failed transfers")
        # A customer's, when they are settled.
        indexes = [models.Index(fields=["customer", "happened_at"], name="ix_transfer_failure")]

    def __str__(self) -> str:
        return self.reason
