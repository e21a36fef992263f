from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class Stage(Stamped):
    """How far the company has come with a customer (客户阶段), as it calls it: one of an ordered set of its own."""

    class Outcome(models.TextChoices):
        """What the stage says of the end; the empty one is on the way."""

        OPEN = "", pgettext_lazy("stage", "on the way")
        WON = "won", pgettext_lazy("stage", "won")
        LOST = "lost", pgettext_lazy("stage", "lost")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=30)
    order = models.PositiveIntegerField(_("order"), default=0)
    outcome = models.CharField(
        pgettext_lazy("stage", "end"), max_length=4, choices=Outcome, blank=True, default=Outcome.OPEN
    )
    # One that is retired is offered no more, and still names where somebody is or was.
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["Stage"].as_manager()

    class Meta:
        db_table = "customer_stage"
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_stage_name")]

    def __str__(self) -> str:
        return self.name
