from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Corp
from corps.querysets import CorpQuerySet

# Above this share somebody should look why callbacks don't arrive.
_MUCH = 0.01


class DriftCheck(models.Model):
    """How far the mirror was from WeCom at a moment: a sample of employees' lists, and of customers read again."""

    corp = models.ForeignKey(Corp, on_delete=models.CASCADE, related_name="drift_checks", verbose_name=_("company"))
    checked_at = models.DateTimeField(_("checked"), auto_now_add=True)
    employees = models.PositiveIntegerField(_("employees"), default=0)
    # Relations on either side, and those that only one side had.
    pairs = models.PositiveIntegerField(_("relations"), default=0)
    unequal = models.PositiveIntegerField(_("on one side only"), default=0)
    # Customers read again, and those that were not as WeCom has them.
    verified = models.PositiveIntegerField(_("customers verified"), default=0)
    differing = models.PositiveIntegerField(_("of these, different"), default=0)

    objects = CorpQuerySet["DriftCheck"].as_manager()

    class Meta:
        db_table = "wecom_drift_check"
        verbose_name = _("drift check")
        verbose_name_plural = _("drift checks")
        indexes = [models.Index(fields=["corp", "-id"], name="ix_drift_corp")]

    def __str__(self) -> str:
        return f"{self.rate:.2%}"

    @property
    def rate(self) -> float:
        """The share that was not as WeCom has it, of all that was looked at."""
        looked = self.pairs + self.verified
        return (self.unequal + self.differing) / looked if looked else 0.0

    @property
    def is_much(self) -> bool:
        """Whether somebody should look."""
        return self.rate > _MUCH
