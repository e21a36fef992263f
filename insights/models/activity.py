from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.fields import ExactCharField
from corps.querysets import CorpQuerySet
from customers.columns import corp_of


class ActivityDefinition(models.Model):
    """What a company means by an active customer (活跃客户), from one count to the next definition.

    Rows are only added, by engagement/defining.py: numbers that were counted under an earlier one still tell which.
    """

    corp = corp_of()
    # 1 and more; what holds without any row is 0.
    version = models.PositiveIntegerField(_("version"), editable=False)
    days = models.PositiveSmallIntegerField(_("days"), help_text=_("Active is who had contact on one of so many days."))
    # Of ContactKind, in its order.
    kinds: Any = models.JSONField(_("what counts as contact"))
    actor = ExactCharField(_("by"), max_length=40, default="system", editable=False)
    create_time = models.DateTimeField(_("since"), auto_now_add=True)

    objects = CorpQuerySet["ActivityDefinition"].as_manager()

    class Meta:
        db_table = "activity_definition"
        verbose_name = _("activity definition")
        verbose_name_plural = _("activity definitions")
        # Also a company's newest.
        constraints = [models.UniqueConstraint(fields=["corp", "version"], name="uk_activity_definition")]

    def __str__(self) -> str:
        return pgettext("definition", "version %(n)d") % {"n": self.version}
