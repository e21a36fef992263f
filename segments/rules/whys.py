"""Why a customer has what a rule gave them, and why a rule did nothing: from what was kept, and as it is now."""

from dataclasses import dataclass, field
from typing import Any

from core.errors import RuleViolation
from core.time import now
from corps.models import Corp
from customers.choices import Source
from customers.models import Customer, CustomerTag
from segments.conditions import explaining, facts
from segments.conditions.explaining import Explained
from segments.conditions.nodes import Moment
from segments.models import RuleEffect, RuleOutcome, RuleVersion, TagRule
from segments.rules import judging, recalling, saying
from segments.rules.actions.planning import Plan, Setting, plan
from segments.rules.books import Armed, arm
from segments.rules.codes import Outcome
from segments.rules.scene import of
from segments.whys import outside


@dataclass(slots=True)
class TagWhy:
    """Why one tag is on a customer. ``effect`` is what a rule's run kept, None where it was no rule."""

    row: CustomerTag
    effect: RuleEffect | None = None


@dataclass(slots=True)
class RuleWhy:
    """How a rule stands to a customer.

    Attributes:
        last: how it ended when it last came to them; None where it never did.
        effect: what it changed then, where it changed something.
        then: why it did, as far as that is known still.
        holds: whether they would answer to it now.
        explained: how they stand to its condition now, node by node; None where it can't be read any more.
        outside: why it isn't asked of them at all: ``deleted``, ``blacklisted``, or empty.
        facts: what is so of them, of all it asks for.
        wanted: what it would do now.
    """

    rule: TagRule
    said: RuleVersion
    last: RuleOutcome | None = None
    effect: RuleEffect | None = None
    then: Explained | None = None
    holds: bool = False
    explained: Explained | None = None
    outside: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    wanted: Plan | None = None


def of_tags(customer: Customer) -> list[TagWhy]:
    """Each tag of the customer with why it is there, by a few statements."""
    rows = list(
        CustomerTag.objects.filter(customer=customer, tag__deleted_at=None)
        .select_related("tag", "follower")
        .order_by("tag__order", "tag_id", "follower_key")
    )
    runs = {row.run_id for row in rows if row.run_id and row.source == Source.RULE}
    kept = RuleEffect.objects.filter(customer=customer, run_id__in=runs).select_related("rule", "rule_version")
    # Of a run that came to them twice, the effect that put this tag.
    put = {
        (effect.run_id, tag, whose): effect
        for effect in kept.order_by("pk")
        for tag, whose in effect.changes.get("added", ())
    }
    return [TagWhy(row, put.get((row.run_id or 0, row.tag_id, row.follower_id))) for row in rows]


def of_rule(rule: TagRule, customer: Customer) -> RuleWhy:
    """What the rule did to this customer last, and what it would say of them now. Nothing is written."""
    said = saying.live(rule) or saying.newest(rule)
    corp = Corp.objects.get(pk=rule.corp_id)
    why = _then(rule, said, customer, corp)
    try:
        armed = arm(said, corp)
    except RuleViolation:
        return why
    moment = Moment(now(), corp.zone)
    known = facts.gather([customer.pk], corp_id=corp.pk, conditions=[armed.condition], moment=moment)
    court, case = judging.Court(moment, {customer.pk: customer}, known), judging.Case(armed, customer.pk)
    why.holds, why.facts = court.judge(case) is None, court.matched(case)
    why.explained = explaining.explain(armed.condition, known[customer.pk], moment)
    why.outside = outside(armed.condition, known[customer.pk])
    why.wanted = _planned(armed, customer, corp) if why.holds else None
    return why


def _then(rule: TagRule, said: RuleVersion, customer: Customer, corp: Corp) -> RuleWhy:
    why = RuleWhy(rule, said, RuleOutcome.objects.select_related("rule").filter(rule=rule, customer=customer).first())
    if why.last and why.last.code == Outcome.CHANGED:
        kept = RuleEffect.objects.filter(rule=rule, customer=customer, run_id=why.last.run_id)
        why.effect = kept.select_related("rule", "rule_version").order_by("-pk").first()
    why.then = recalling.explained(why.effect, corp) if why.effect else None
    return why


def _planned(armed: Armed, customer: Customer, corp: Corp) -> Plan:
    customer.corp = corp
    stage = of([customer], **armed.needs)
    return plan(armed.actions, stage.people[customer.pk], stage, Setting(armed.rule_id, armed.order))
