from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleCustomers
from followups.choices import StopReason, StopState
from followups.models.enrolment import SopEnrolment


class SopStop(models.Model):
    """That the operation service is to be told to stop an SOP: once for each, sent until it has been taken."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    enrolment = far(SopEnrolment, on_delete=models.CASCADE, related_name="stops", verbose_name=_("SOP"))
    reason = models.CharField(_("why"), max_length=12, choices=StopReason)
    # The same at each try, so that the service can tell a repeat from a second one.
    key = ExactCharField(max_length=36, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=StopState, default=StopState.WAITING)
    # Counted before the try begins: whoever finds another number than they wrote has been overtaken.
    tries = models.PositiveIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"))
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    create_time = models.DateTimeField(_("asked"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = OfVisibleCustomers["SopStop"].as_manager()

    class Meta:
        db_table = "sop_stop"
        verbose_name = _("stop of an SOP")
        verbose_name_plural = _("stops of SOPs")
        constraints = [models.UniqueConstraint(fields=["enrolment"], name="uk_sop_stop")]
        indexes = [
            # What is due.
            models.Index(fields=["state", "due_at"], name="ix_sop_stop_due"),
            # The console's list of one company, newest first.
            models.Index(fields=["corp", "-id"], name="ix_sop_stop_corp"),
            # A customer's, when all about them is exported.
            models.Index(fields=["customer"], name="ix_sop_stop_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_reason_display()}"
