from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from insights.choices import Kind, Level, Outcome, State
from insights.querysets import AlertQuerySet


class RiskAlert(models.Model):
    """A warning: something happened, or has not for too long, that somebody should look at.

    Which there are, from when to when, follows from the record (risks/); what people did about one is kept with it.
    """

    corp = corp_of()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    # Whom it is about: "c12:e7" a pair, "c12" a customer, "c12:g5" one in a group, "e7:2026-11-30" an employee's day.
    subject = ExactCharField(max_length=60, editable=False)
    # What of the record it comes from: the same cause is the same warning.
    cause = ExactCharField(max_length=40, editable=False)
    customer = far(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="risks", verbose_name=_("customer")
    )
    # Whose matter it is.
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="risks", verbose_name=_("employee")
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("warned of"))
    closed_at = models.DateTimeField(_("over since"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = ExactCharField(_("acknowledged by"), max_length=40, blank=True, default="")
    handled_by = ExactCharField(_("handled by"), max_length=40, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    # 1 while it waits, else NULL: a plain unique key then allows one open warning a kind and subject.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(closed_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "risk_alert"
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        constraints = [
            models.UniqueConstraint(fields=["corp", "kind", "subject", "cause"], name="uk_risk"),
            models.UniqueConstraint(fields=["corp", "kind", "subject", "open_mark"], name="uk_risk_open"),
        ]
        indexes = [
            # What waits, newest first.
            models.Index(fields=["corp", "open_mark", "opened_at"], name="ix_risk_open"),
            # By state, also what is over.
            models.Index(fields=["corp", "state", "opened_at"], name="ix_risk_state"),
            # Somebody's: what staff and managers see.
            models.Index(fields=["employee", "open_mark", "opened_at"], name="ix_risk_employee"),
            # A customer's, on their page and when they are settled.
            models.Index(fields=["customer", "opened_at"], name="ix_risk_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.opened_at:%F}"
