from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet
from customers.columns import far
from insights.choices import Delivery
from tags.models import Tag

# Churn scores where a company says nothing: silence alone is watched, and high with a second sign.
WATCH, HIGH = 50, 75


class RiskSetting(Stamped):
    """What a company wants done when it loses somebody; without a row nothing beyond the record."""

    corp = models.OneToOneField(Corp, on_delete=models.CASCADE, related_name="risk_setting", verbose_name=_("company"))
    deserter_tag = far(
        Tag,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("tag for who deleted us"),
        help_text=_("Put by itself on each customer who deletes an employee. Empty: none."),
    )

    deliver = models.CharField(_("tell colleagues in WeCom"), max_length=5, choices=Delivery, default=Delivery.NONE)
    tell_managers = models.BooleanField(
        _("tell the department's leaders too"), default=True, help_text=_("Beside the employee whose customer it is.")
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the daily message"), default=9, validators=[MaxValueValidator(23)]
    )
    quiet_from = models.PositiveSmallIntegerField(
        _("quiet from (hour)"), default=22, validators=[MaxValueValidator(23)]
    )
    quiet_until = models.PositiveSmallIntegerField(
        _("quiet until (hour)"),
        default=8,
        validators=[MaxValueValidator(23)],
        help_text=_("In between, nothing is sent; what comes waits until then. The same hour twice: never quiet."),
    )

    churn_watch = models.PositiveSmallIntegerField(
        _("watch from a score of"), default=WATCH, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    churn_high = models.PositiveSmallIntegerField(
        _("high from a score of"),
        default=HIGH,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("Of how likely a customer is to leave, from 0 to 100. They hold from the next night on."),
    )

    objects = CorpQuerySet["RiskSetting"].as_manager()

    class Meta:
        db_table = "risk_setting"
        verbose_name = _("warning settings")
        verbose_name_plural = _("warning settings")

    def __str__(self) -> str:
        return str(_("warning settings"))

    def clean(self) -> None:
        """Raises ValidationError where the two thresholds of the churn score are not in order."""
        super().clean()
        if None not in (self.churn_watch, self.churn_high) and self.churn_high <= self.churn_watch:
            raise ValidationError({"churn_high": _("High must be above watch.")})
