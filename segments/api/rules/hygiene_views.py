"""The door of what has gathered dust among tags and rules."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import company
from corps.policy import Act
from segments.api.rules import why_schema as schema
from segments.models import TagRule
from segments.rules import hygiene
from tags.models import Tag


class HygieneView(JsonOnly, APIView):
    acts = {"get": Act.RULE_READ}

    @extend_schema(**schema.HYGIENE)
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ())
        found = hygiene.of(company(request))
        return Response(
            {
                "tags": found.tags,
                "limit": found.limit,
                "nearLimit": found.near_limit,
                "unusedCount": found.unused_count,
                "unused": [_tag(tag) for tag in found.unused],
                "sameName": [[_tag(tag) for tag in same] for same in found.same_name],
                "silentRules": [_rule(rule) for rule in found.silent],
                "atOdds": [_odds(odds) for odds in found.odds],
            }
        )


def _tag(tag: Tag) -> dict[str, Any]:
    return {"id": tag.pk, "name": tag.name, "groupId": tag.group_id, "groupName": tag.group.name}


def _rule(rule: TagRule) -> dict[str, Any]:
    return {"id": rule.pk, "name": rule.name}


def _odds(odds: hygiene.Odds) -> dict[str, Any]:
    both = {"addsRuleId": odds.adds_id, "removesRuleId": odds.removes_id}
    return both | {"tagId": odds.tag_id, "customers": odds.customers}
