"""What the OpenAPI document says of the runs of rules."""

from typing import Any

from core.openapi import KEYED, errors, listed, shown
from segments.api.rules import forms
from segments.api.rules.schema import about

_RUN = shown(forms.RUN, forms.RUN_EXAMPLE)

LIST = about(
    "listTagRuleRuns",
    "Runs of rules, the newest first",
    {200: shown(listed(forms.RUN), forms.page(forms.RUN_EXAMPLE)), **errors(400)},
    description="Of events there is one for each rule, version and hour. Samples are in the single run alone.",
)
READ = about("getTagRuleRun", "One run with its report", {200: _RUN, **errors(400, 404)})
EFFECTS = about(
    "listTagRuleEffects",
    "What rules changed, of whom and why, the newest first",
    {200: shown(listed(forms.EFFECT), forms.page(forms.EFFECT_EXAMPLE)), **errors(400)},
)


def _act(operation: str, summary: str, what: str, status: int = 200) -> dict[str, Any]:
    answers = {status: _RUN, **errors(400, 404, 409, 413, 415, 422)}
    return about(operation, summary, answers, request=None, parameters=[KEYED], description=what)


PAUSE = _act("pauseTagRuleRun", "Hold a run", "Nothing more is changed once this has answered.")
RESUME = _act("resumeTagRuleRun", "Let a run go on", "One that was stopped may change as many again.")
CANCEL = _act("cancelTagRuleRun", "Call a run off", "What it did stays, and can be taken back.")
UNDO = _act(
    "undoTagRuleRun",
    "Take back what a run did",
    "A job of its own. What somebody changed since is left alone, and named at each effect (kept).",
    201,
)
