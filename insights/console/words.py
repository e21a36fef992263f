"""What a warning knows, in words."""

from collections.abc import Callable

from django.utils.translation import ngettext

from customers.transfers import reasons
from insights.choices import Kind
from insights.models import RiskAlert


def facts_of(alert: RiskAlert) -> str:
    """One short sentence; empty where the kind says it all."""
    say = _WORDS.get(Kind(alert.kind))
    # Of who was erased there is nothing to say.
    return say(alert.facts) if say and alert.facts else ""


def _kept(facts: dict) -> str:
    days = int(facts.get("days", 0))
    return ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}


def _silent(facts: dict) -> str:
    days = int(facts.get("days", 0))
    return ngettext("nothing for %(n)d day", "nothing for %(n)d days", days) % {"n": days}


def _many(facts: dict) -> str:
    count = int(facts.get("deleted", 0))
    return ngettext("%(n)d customer deleted", "%(n)d customers deleted", count) % {"n": count}


def _more_left(facts: dict) -> str:
    told = {"n": int(facts.get("deleted", 0)), "usual": facts.get("usual", 0)}
    return (
        ngettext("%(n)d customer left, usually %(usual)s", "%(n)d customers left, usually %(usual)s", told["n"]) % told
    )


def _refused(facts: dict) -> str:
    return str(reasons.sentence(str(facts.get("reason") or "")))


def _ruled(facts: dict) -> str:
    return str(facts.get("rule", ""))


_WORDS: dict[Kind, Callable[[dict], str]] = {
    Kind.CUSTOMER_DELETED: _kept,
    Kind.EMPLOYEE_DELETED: _kept,
    Kind.SILENCE: _silent,
    Kind.BULK_DELETION: _many,
    Kind.NEGATIVE_FEEDBACK: _more_left,
    Kind.TRANSFER_REFUSED: _refused,
    Kind.RULE: _ruled,
}
