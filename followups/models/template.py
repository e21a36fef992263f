from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet
from followups.choices import FollowUpKind


class FollowUpTemplate(Stamped):
    """A text that the company offers to whoever writes a follow-up of a kind."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    kind = models.CharField(
        pgettext_lazy("follow-up", "kind"), max_length=10, choices=FollowUpKind, default=FollowUpKind.NOTE
    )
    name = models.CharField(_("name"), max_length=30)
    content = models.TextField(_("content"), max_length=1_000)
    order = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["FollowUpTemplate"].as_manager()

    class Meta:
        db_table = "follow_up_template"
        verbose_name = _("follow-up template")
        verbose_name_plural = _("follow-up templates")
        ordering = ["kind", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_followup_template")]

    def __str__(self) -> str:
        return self.name
