from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Stamped
from corps.models import Corp, Employee
from corps.querysets import CorpQuerySet
from customers.choices import AddWay
from customers.models.channel import Channel


class AssignmentRule(Stamped):
    """To whom customers go whom nobody follows (分配): which of them, to which people, when, and how many to each."""

    class Strategy(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("one after the other")
        LEAST_LOADED = "least_loaded", _("who has the fewest customers")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=30)
    # The first rule that matches a customer and has somebody free gives it away.
    order = models.PositiveIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)
    channel = models.ForeignKey(
        Channel,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignment_rules",
        verbose_name=_("channel"),
    )
    # Only who came by a state that no channel stands for.
    unnamed_state = models.BooleanField(_("unnamed states only"), default=False)
    add_way = models.PositiveSmallIntegerField(_("add way"), choices=AddWay, null=True, blank=True)
    # Whether also those whom somebody followed once.
    also_lost = models.BooleanField(_("lost customers too"), default=False)
    strategy = models.CharField(_("who is next"), max_length=15, choices=Strategy, default=Strategy.ROUND_ROBIN)
    # Ids; who works there and may have customers is looked up when a customer is given away.
    employee_ids = models.JSONField(_("employees"), default=list, blank=True)
    department_ids = models.JSONField(_("departments"), default=list, blank=True)
    # Of one employee: customers they follow at most, and customers a day by assignment.
    capacity = models.PositiveIntegerField(_("most customers of an employee"), null=True, blank=True)
    day_cap = models.PositiveIntegerField(_("most a day"), null=True, blank=True)
    # As a contact way's shifts: "12345" is Monday to Friday; both hours or neither, also past midnight.
    weekdays = models.CharField(_("weekdays"), max_length=7, default="1234567")
    start: Any = models.TimeField(pgettext_lazy("hours", "from"), null=True, blank=True)
    end: Any = models.TimeField(pgettext_lazy("hours", "until"), null=True, blank=True)
    # Who gets them when nobody is at work or all have enough.
    spare = models.ForeignKey(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("spare employee")
    )
    # The employee who was last given somebody in turn. Not part of what a person wrote: it raises no version.
    pointer = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["AssignmentRule"].as_manager()

    class Meta:
        db_table = "assignment_rule"
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_assignment_rule_name")]

    def __str__(self) -> str:
        return self.name
