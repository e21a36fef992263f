"""What the OpenAPI document says of rules that tag."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors, many, shape, shown
from segments.api.about import tagged
from segments.api.rules import forms
from segments.api.rules.serializers import TagRuleSerializer, WrittenRuleSerializer

_SENT = {"name": "北京新客", "order": 10, "hourlyLimit": 500} | forms.SAID
_EXAMPLE = {"id": 2} | _SENT | {"state": "active", "stopped": "", "number": 1, "liveNumber": 1, "version": 2}
_EXAMPLE |= {"createTime": "2026-11-01T02:30:00Z", "updateTime": "2026-11-01T02:40:00Z"}
_ONE = OpenApiResponse(TagRuleSerializer, examples=[OpenApiExample("rule", _EXAMPLE, response_only=True)])
_BODY = OpenApiExample("request", _SENT, request_only=True)
_RUN = shown(forms.RUN, forms.RUN_EXAMPLE)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)


about = tagged("tag rules")


def _act(operation: str, summary: str, what: str, answers: dict[int, Any], *headers: Any) -> dict[str, Any]:
    more = {"request": None, "parameters": [KEYED, *headers], "description": what, "filters": False}
    return about(operation, summary, {**answers, **_WRITE_ERRORS}, **more)


LIST = about(
    "listTagRules",
    "Rules that tag by themselves, in their order",
    {200: TagRuleSerializer(many=True), **errors(400)},
)
READ = about("getTagRule", "One rule with what it says", {200: _ONE, **errors(400, 404)})
CREATE = about(
    "createTagRule",
    "Write a rule that tags",
    {201: _ONE, **_WRITE_ERRORS},
    request=WrittenRuleSerializer,
    parameters=[KEYED],
    examples=[_BODY],
    description="It is a draft: try it (dry-runs), then activate it. docs/rules.md lists triggers and actions.",
)
PATCH = about(
    "updateTagRule",
    "Change a rule",
    {200: _ONE, **_WRITE_ERRORS},
    request=WrittenRuleSerializer,
    parameters=[IF_MATCH],
    examples=[_BODY],
    description="Another trigger, condition or action is a new version: the old one stays in force until the new one"
    " has been tried and activated.",
)
VERSIONS = about(
    "listTagRuleVersions",
    "All that a rule ever said, the newest first",
    {200: shown(shape(list=many(forms.VERSION)), {"list": []}), **errors(400, 404)},
    filters=False,
)
ACTIVATE = _act(
    "activateTagRule",
    "Put a rule into force",
    "Its newest version, which must have had a dry run to its end; or a paused one again.",
    {200: _ONE},
    IF_MATCH,
)
PAUSE = _act("pauseTagRule", "Let a rule rest", "It hears nothing until it is activated again.", {200: _ONE}, IF_MATCH)
RETIRE = _act(
    "retireTagRule",
    "Take a rule out of use for good",
    "What it did stays, says why it is there, and can be taken back.",
    {200: _ONE},
    IF_MATCH,
)
TRIAL = _act(
    "tryTagRule",
    "Try a rule (dry run)",
    "Counts exactly whom the newest version would change, with a sample of twenty. Nothing is changed. Read the run"
    " until its state is done.",
    {201: _RUN},
)
BACKFILL = _act(
    "backfillTagRule",
    "Run an active rule over the customers there are",
    "A job: read the run for its progress; it can be paused, called off and taken back.",
    {201: _RUN},
)
