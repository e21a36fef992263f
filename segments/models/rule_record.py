from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleCustomers
from segments.models.rule import RuleVersion, TagRule
from segments.models.rule_run import RuleRun
from segments.rules.codes import Outcome


class RuleEffect(models.Model):
    """What a run changed of one customer, why, and what became of it when it was taken back."""

    corp = corp_of()
    run = far(RuleRun, on_delete=models.PROTECT, related_name="effects", verbose_name=_("run"))
    rule = far(TagRule, on_delete=models.PROTECT, related_name="effects", verbose_name=_("rule"))
    rule_version = far(RuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="rule_effects", verbose_name=_("customer"), db_index=False
    )
    event_name = ExactCharField(_("event"), max_length=80, blank=True, default="")
    event_id = ExactCharField(_("event id"), max_length=64, blank=True, default="")
    # {"added": [[tag, follower]], "removed": [[tag, follower, source, actor, run, time]], "stage": [before, after], …}
    changes = models.JSONField(_("changes"), default=dict)
    # What was so of all that the condition asks for: rules/recalling.py tells it node by node.
    facts = models.JSONField(_("facts"), null=True, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # What the undo left alone, and why.
    kept: Any = models.JSONField(_("left alone"), null=True, blank=True)

    objects = OfVisibleCustomers["RuleEffect"].as_manager()

    class Meta:
        db_table = "tag_rule_effect"
        verbose_name = _("effect of a rule")
        verbose_name_plural = _("effects of rules")
        indexes = [
            # A run's, in their order: its page, and the undo that walks along them.
            models.Index(fields=["run"], name="ix_tag_rule_effect_run"),
            # A customer's, on their page; whether a rule has been there before.
            models.Index(fields=["customer", "rule"], name="ix_tag_rule_effect_customer"),
            # Which rules never do anything.
            models.Index(fields=["rule", "at"], name="ix_tag_rule_effect_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.customer_id}"


class RuleOutcome(models.Model):
    """How it ended when a rule last came to a customer: one row for the pair, also where nothing was done."""

    corp = corp_of()
    rule = far(TagRule, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("rule"))
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="rule_outcomes", verbose_name=_("customer"), db_index=False
    )
    number = models.PositiveIntegerField(_("version"))
    code = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    # Of a refusal: the code of the rule that refused.
    detail = ExactCharField(_("reason"), max_length=40, blank=True, default="")
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)
    event_name = ExactCharField(_("event"), max_length=80, blank=True, default="")
    event_id = ExactCharField(_("event id"), max_length=64, blank=True, default="")
    at = models.DateTimeField(_("time"))

    objects = OfVisibleCustomers["RuleOutcome"].as_manager()

    class Meta:
        db_table = "tag_rule_outcome"
        verbose_name = _("outcome of a rule")
        verbose_name_plural = _("outcomes of rules")
        constraints = [models.UniqueConstraint(fields=["customer", "rule"], name="uk_tag_rule_outcome")]
        indexes = [
            # A rule's, all or of one kind.
            models.Index(fields=["rule", "code"], name="ix_tag_rule_outcome_rule"),
            # The company's.
            models.Index(fields=["corp"], name="ix_tag_rule_outcome_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} · {self.customer_id}: {self.code}"
