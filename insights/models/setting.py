from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet
from customers.columns import far
from tags.models import Tag


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

    objects = CorpQuerySet["RiskSetting"].as_manager()

    class Meta:
        db_table = "risk_setting"
        verbose_name = _("warning settings")
        verbose_name_plural = _("warning settings")

    def __str__(self) -> str:
        return str(_("warning settings"))
