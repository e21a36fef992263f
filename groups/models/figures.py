from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far
from groups.querysets import OwnerFiguresQuerySet


class FiguresDay(models.Model):
    """A day whose figures have been asked for. They settle within three days; until then they are provisional."""

    corp = corp_of()
    day = models.DateField(_("day"))
    final = models.BooleanField(_("final"), default=False)
    pulls = models.PositiveSmallIntegerField(_("times read"), default=0)
    # Why the last reading came to nothing, or was incomplete.
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    pulled_at = models.DateTimeField(_("read"))

    objects = CorpQuerySet["FiguresDay"].as_manager()

    class Meta:
        db_table = "group_figures_day"
        verbose_name = _("day of group figures")
        verbose_name_plural = _("days of group figures")
        constraints = [models.UniqueConstraint(fields=["corp", "day"], name="uk_group_figures_day")]

    def __str__(self) -> str:
        return str(self.day)


class OwnerFigures(models.Model):
    """What WeCom counted of one owner's groups on one day. A day is one of UTC+8 there, whatever the company's zone."""

    corp = corp_of()
    owner = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    day = models.DateField(_("day"))
    new_chats = models.PositiveIntegerField(_("new groups"), default=0)
    chats = models.PositiveIntegerField(_("groups"), default=0)
    active_chats = models.PositiveIntegerField(_("groups with messages"), default=0)
    new_members = models.PositiveIntegerField(_("new members"), default=0)
    members = models.PositiveIntegerField(_("members"), default=0)
    active_members = models.PositiveIntegerField(_("members who wrote"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)

    objects = OwnerFiguresQuerySet.as_manager()

    class Meta:
        db_table = "group_owner_figures"
        verbose_name = _("group figures of an owner")
        verbose_name_plural = _("group figures of owners")
        # A day of the company, an owner's among it: a second reading replaces the first.
        constraints = [models.UniqueConstraint(fields=["corp", "day", "owner"], name="uk_group_owner_figures")]

    def __str__(self) -> str:
        return f"{self.owner} · {self.day}"
