"""What a run tells in words: how it went, and the sample of a dry run with each step."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from corps.names import names_of
from customers.models import Customer
from messaging.console import block
from segments.models import RuleRun
from segments.rules import wording
from segments.rules.codes import Outcome


def why(code: str) -> str:
    """What an outcome, or a part of an undo, is called."""
    if code in Outcome.values:
        return str(Outcome(code).label)
    return whys().get(code, code)


def whys() -> dict[str, str]:
    """What came of the parts of an undo, by code."""
    return {
        "restored": _("put back"),
        "changed_since": _("left alone: somebody has changed it since"),
        "gone": _("left alone: the tag is gone"),
        "field_gone": _("left alone: the field is not in use any more, or of another kind"),
        "stays": _("stays: others have read it"),
    }


def who(run: RuleRun) -> str:
    return names_of([run.actor], corp_id=run.corp_id).get(run.actor, "–" if run.actor == "system" else run.actor)


def counts(run: RuleRun) -> str:
    """How many of each outcome, a line each."""
    told = sorted(run.report.get("counts", {}).items(), key=lambda one: -one[1])
    lines = [f"{number}  {why(code)}" for code, number in told]
    if failed := run.report.get("failed"):
        lines.append(_("It could not go on: %(code)s") % {"code": failed})
    return block("\n".join(lines)) if lines else "–"


def sample(run: RuleRun) -> str:
    """The first customers of a dry run with what would change for each."""
    found: list[dict[str, Any]] = run.report.get("sample", [])
    if not found:
        return "–"
    people = Customer.objects.in_bulk([one["customerId"] for one in found])
    names = wording.Names(place for one in found for place in wording.step_mentions(one["steps"]))
    rows = [
        {
            "customer": people[one["customerId"]],
            "steps": [wording.step_sentence(step, names) for step in one["steps"]],
        }
        for one in found
        if one["customerId"] in people
    ]
    return render_to_string("segments/rule_sample.html", {"rows": rows})
