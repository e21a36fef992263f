"""How a rule stands to a customer, in words: what it did when it last came to them, and what it would say now."""

from django.utils.translation import gettext as _

from customers.models import Customer
from segments.console.why_page import OUTSIDE, Part, shown
from segments.models import TagRule
from segments.rules import trials, whys, wording
from segments.rules.codes import Outcome
from segments.rules.whys import RuleWhy


def tell(rule: TagRule, customer: Customer) -> list[Part]:
    found = whys.of_rule(rule, customer)
    title = _("When it last came to %(name)s") % {"name": customer}
    return [Part(title, _then(found, rule), shown(found.then)), Part(_("Now"), _now(found), shown(found.explained))]


def _then(found: RuleWhy, rule: TagRule) -> list[str]:
    if found.last is None:
        return [_("It has never come to this customer.")]
    last, told = found.last, f"{found.last.at.astimezone(rule.corp.zone):%Y-%m-%d %H:%M} · v{found.last.number}"
    lines = [" · ".join(filter(None, (told, last.event_name))), str(Outcome(last.code).label)]
    if last.detail:
        lines[-1] += f": {last.detail}"
    if found.effect:
        lines.append(
            wording.change_sentence(found.effect.changes, wording.Names(wording.change_mentions(found.effect.changes)))
        )
    return lines


def _now(found: RuleWhy) -> list[str]:
    if found.explained is None:
        return [_("Its condition names what is gone, so it can't be asked.")]
    if found.outside:
        return [str(OUTSIDE[found.outside])]
    if found.wanted is None:
        return [_("Doesn't answer to the condition of v%(n)d.") % {"n": found.said.number}]
    answers = _("Answers to the condition of v%(n)d.") % {"n": found.said.number}
    if not found.wanted.steps:
        return [answers, _("There would be nothing to do.")]
    steps = trials.told(found.wanted)
    names = wording.Names(wording.step_mentions(steps))
    return [answers, _("It would do:"), *(wording.step_sentence(step, names) for step in steps)]
