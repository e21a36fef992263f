from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleWords
from followups.choices import Direction, TalkKind


class Communication(models.Model):
    """A call or a message between an employee and a customer (沟通记录). Rows are only added."""

    # For the event of its beginning, which has no second.
    version = 1

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TalkKind)
    direction = models.CharField(_("begun"), max_length=3, choices=Direction)
    seconds = models.PositiveIntegerField(_("seconds"), default=0)
    at = models.DateTimeField(_("when"))
    # The day of it in the company's zone: thousands of messages are then read as few days.
    day = models.DateField(_("day"))
    # Only what the sender chose to give.
    content = models.CharField(_("content"), max_length=2_000, blank=True, default="")
    # The sender's own id: the same twice is one.
    external_id = ExactCharField(_("external id"), max_length=100)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    actor = ExactCharField(_("by"), max_length=40, default="system")
    create_time = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OfVisibleWords["Communication"].as_manager()

    class Meta:
        db_table = "communication"
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        constraints = [models.UniqueConstraint(fields=["corp", "external_id"], name="uk_communication")]
        indexes = [
            # A customer's, newest first.
            models.Index(fields=["customer", "-at", "-id"], name="ix_communication_customer"),
            # On which days who was in touch with a customer, by this key alone: the churn score asks it every night of
            # all customers, of whom each may have thousands.
            models.Index(
                fields=["customer", "day", "at", "employee", "direction", "create_time"], name="ix_communication_day"
            ),
            # The oldest of a company, which may be cut by age.
            models.Index(fields=["corp", "at"], name="ix_communication_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%F}"
