from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class RuleBook(models.Model):
    """A number for each company that grows with its rules: processes keep rules in memory until it has grown."""

    corp: Any = models.OneToOneField(Corp, on_delete=models.CASCADE, verbose_name=_("company"))
    stamp = models.PositiveBigIntegerField(default=0)

    objects = CorpQuerySet["RuleBook"].as_manager()

    class Meta:
        db_table = "tag_rule_book"

    def __str__(self) -> str:
        return f"{self.corp_id}: {self.stamp}"


class TagRule(Stamped):
    """When something happens to a customer who answers to a condition, things are done: tags, a stage … (自动打标)."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule", "draft")
        ACTIVE = "active", pgettext_lazy("rule", "active")
        PAUSED = "paused", pgettext_lazy("rule", "paused")
        RETIRED = "retired", pgettext_lazy("rule", "retired")

    class Stopped(models.TextChoices):
        """Why a rule is paused that no person paused."""

        NOT = "", "–"
        HOURLY = "hourly", _("it would have changed more customers in an hour than it may")
        BROKEN = "broken", _("it asks for something that is no longer there")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=30)
    # The lower goes first, and has a tag group of its own where rules exclude each other.
    order = models.PositiveIntegerField(_("order"), default=0)
    # Customers that it may change in one hour by what happens; one more, and it waits for a person.
    hourly_limit = models.PositiveIntegerField(_("most changes an hour"), default=1000)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    stopped = models.CharField(_("stopped because"), max_length=8, choices=Stopped, blank=True, default=Stopped.NOT)
    # The newest version, and the one in force: changing an active rule leaves the old version in force until the new
    # one is activated.
    number = models.PositiveIntegerField(_("version"), default=1, editable=False)
    live_number = models.PositiveIntegerField(_("version in force"), null=True, blank=True, editable=False)
    version = models.PositiveBigIntegerField(_("row version"), default=1, editable=False)

    objects = CorpQuerySet["TagRule"].as_manager()

    class Meta:
        db_table = "tag_rule"
        verbose_name = _("tag rule")
        verbose_name_plural = _("tag rules")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_tag_rule_name")]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """What a rule says: rows are added, never changed, so that what was done goes on naming what was asked."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    rule = models.ForeignKey(TagRule, on_delete=models.PROTECT, related_name="versions", verbose_name=_("rule"))
    number = models.PositiveIntegerField(_("version"))
    trigger = models.JSONField(_("trigger"))
    condition = models.JSONField(_("condition"))
    actions = models.JSONField(_("actions"))
    actor = ExactCharField(_("written by"), max_length=40)
    source = models.CharField(_("source"), max_length=10)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CorpQuerySet["RuleVersion"].as_manager()

    class Meta:
        db_table = "tag_rule_version"
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="uk_tag_rule_version")]

    def __str__(self) -> str:
        return f"{self.rule} v{self.number}"
