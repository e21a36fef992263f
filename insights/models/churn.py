from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from insights.choices import ChurnLevel
from insights.querysets import OfEmployees


class ChurnScore(models.Model):
    """How likely a living relation is to end, by the model of churn/. All of it can be rebuilt (churn/scoring.py)."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="churn", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="churn", verbose_name=_("employee"))
    score = models.PositiveSmallIntegerField(_("score"))
    # By the thresholds that held when it was scored.
    level = models.CharField(_("level"), max_length=5, choices=ChurnLevel)
    # [[code, number, points], …], the weightiest first; churn/words.py says them.
    reasons = models.JSONField(_("reasons"), default=list)
    # The company's day on which it was scored.
    as_of = models.DateField(_("as of"))

    objects = OfEmployees.as_manager()

    class Meta:
        db_table = "churn_score"
        verbose_name = _("churn score")
        verbose_name_plural = _("likely to leave")
        # Also the way from a customer to the scores.
        constraints = [models.UniqueConstraint(fields=["customer", "employee"], name="uk_churn_pair")]
        indexes = [
            # The company's, the likeliest first (InnoDB appends the id).
            models.Index(fields=["corp", "score"], name="ix_churn_score"),
            # The same of one level.
            models.Index(fields=["corp", "level", "score"], name="ix_churn_level"),
            # An employee's: what staff and managers see.
            models.Index(fields=["employee", "score"], name="ix_churn_employee"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer} · {self.score}"
