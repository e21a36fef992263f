"""What the OpenAPI document says of "why", and of what gathers dust."""

from typing import Any

from core.openapi import errors, listed, many, shape, shown
from segments.api.rules import forms
from segments.api.rules.schema import about
from segments.api.why_schema import EXPLAINED, EXPLAINED_EXAMPLE, OUTSIDE

_MAYBE_EFFECT = {"oneOf": [forms.EFFECT, {"type": "null"}]}
_TAG_WHY = shape(
    tagId=forms.ID,
    tagName=forms.TEXT,
    followUserId=forms.MAYBE_ID,
    source=forms.TEXT,
    actor=forms.TEXT,
    at=forms.TIME,
    effect=_MAYBE_EFFECT,
)
_RULE_WHY = shape(
    ruleId=forms.ID,
    number=forms.ID,
    state=forms.TEXT,
    last={"oneOf": [forms.OUTCOME, {"type": "null"}]},
    effect=_MAYBE_EFFECT,
    explainedThen=EXPLAINED,
    holds=forms.FLAG,
    outside=OUTSIDE,
    explained=EXPLAINED,
    facts=forms.FREE,
    wouldChange=forms.FLAG,
)
_TAG = shape(id=forms.ID, name=forms.TEXT, groupId=forms.ID, groupName=forms.TEXT)
_ODDS = shape(addsRuleId=forms.ID, removesRuleId=forms.ID, tagId=forms.ID, customers=forms.ID)
_HYGIENE = shape(
    tags=forms.ID,
    limit=forms.ID,
    nearLimit=forms.FLAG,
    unusedCount=forms.ID,
    unused=many(_TAG),
    sameName=many(many(_TAG)),
    silentRules=many(shape(id=forms.ID, name=forms.TEXT)),
    atOdds=many(_ODDS),
)
_WHY_EXAMPLE: dict[str, Any] = {
    "ruleId": 2,
    "number": 1,
    "state": "active",
    "last": forms.OUTCOME_EXAMPLE,
    "holds": False,
}
_WHY_EXAMPLE |= {"effect": None, "explainedThen": None, "outside": "", "explained": EXPLAINED_EXAMPLE}
_TAG_EXAMPLE = {"tagId": 5, "tagName": "北京", "followUserId": 7, "source": "rule", "actor": "system"}
_CLEAN = {"tags": 120, "limit": 3000, "nearLimit": False, "unusedCount": 0, "unused": [], "sameName": []}

TAGS = about(
    "getTagReasons",
    "Why each tag is on a customer",
    {
        200: shown(
            shape(list=many(_TAG_WHY)),
            {"list": [_TAG_EXAMPLE | {"at": "2026-11-30T02:30:00Z", "effect": forms.EFFECT_EXAMPLE}]},
        ),
        **errors(400, 404),
    },
    description="A rule's has its effect: rule, version, event, time, and the facts that matched.",
)
OUTCOMES = about(
    "listTagRuleOutcomes",
    "How it ended when rules last came to customers",
    {200: shown(listed(forms.OUTCOME), forms.page(forms.OUTCOME_EXAMPLE)), **errors(400)},
    description="One for each rule and customer, also where nothing was done.",
)
WHY = about(
    "explainTagRule",
    "Why a rule did, or did not, do something for a customer",
    {200: shown(_RULE_WHY, _WHY_EXAMPLE | {"facts": {"city": "上海"}, "wouldChange": False}), **errors(400, 404)},
    description="How it ended last, and how the customer stands to the condition at this moment, part by part. If it"
    " changed something then, effect says what, and explainedThen by which facts; null where they are not all known.",
)
HYGIENE = about(
    "getTagHygiene",
    "What has gathered dust among tags and rules",
    {200: shown(_HYGIENE, _CLEAN | {"silentRules": [], "atOdds": []}), **errors(400)},
)
