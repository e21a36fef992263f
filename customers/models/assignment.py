from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models.customer import Customer
from customers.querysets import OfVisibleCustomers


class Assignment(models.Model):
    """That a rule gave a customer to an employee. Rows are only added."""

    class Reason(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("was next")
        LEAST_LOADED = "least_loaded", _("had the fewest customers")
        SPARE = "spare", _("spare employee")

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee"))
    # No reference: a rule may go, and what it did stays.
    rule_id = models.PositiveBigIntegerField(_("rule id"))
    rule_name = models.CharField(_("assignment rule"), max_length=30)
    reason = models.CharField(_("reason"), max_length=15, choices=Reason)
    # Those that one act gave away together.
    run_id = ExactCharField(_("run"), max_length=36)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    actor = ExactCharField(_("asked by"), max_length=40)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OfVisibleCustomers["Assignment"].as_manager()

    class Meta:
        db_table = "assignment"
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            # The company's, newest first (InnoDB appends the id), all or of one rule or run.
            models.Index(fields=["corp"], name="ix_assignment_corp"),
            models.Index(fields=["corp", "rule_id"], name="ix_assignment_rule"),
            models.Index(fields=["corp", "run_id"], name="ix_assignment_run"),
            # A customer's, on their page.
            models.Index(fields=["customer"], name="ix_assignment_customer"),
            # How many an employee was given today.
            models.Index(fields=["employee", "create_time"], name="ix_assignment_employee"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} → {self.employee}"
