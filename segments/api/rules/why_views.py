"""The doors of "why": each tag of a customer, how rules ended, and how one stands to a customer now."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from corps.callers import caller
from corps.policy import Act
from customers import finding
from customers.api.answers import identity
from segments.api.rules import shapes
from segments.api.rules import why_schema as schema
from segments.api.rules.asking import OutcomeFilter
from segments.api.rules.run_views import ListView
from segments.models import RuleOutcome, TagRule
from segments.rules import whys
from segments.rules.noted import Noted


class TagReasonsView(JsonOnly, APIView):
    """Whoever may see the customer may know why a tag is there."""

    acts = {"get": Act.CUSTOMER_READ}

    @extend_schema(**schema.TAGS)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        customer = finding.one(identity(pk), caller(request))
        noted = Noted()
        return Response({"list": [shapes.tag_why(why, noted) for why in whys.of_tags(customer)]})


class OutcomesView(ListView):
    queryset = RuleOutcome.objects.select_related("rule").order_by("-id")
    filterset_class = OutcomeFilter
    shape = staticmethod(shapes.outcome)

    @extend_schema(**schema.OUTCOMES)
    def get(self, request: Request) -> Response:
        return self.listed(request)


class RuleWhyView(JsonOnly, APIView):
    acts = {"get": Act.RULE_READ}

    @extend_schema(**schema.WHY)
    def get(self, request: Request, pk: str, customer: str) -> Response:
        refuse_unknown(request.query_params, ())
        by = caller(request)
        rule = get_object_or_404(TagRule.objects.visible_to(by), pk=identity(pk))
        return Response(shapes.rule_why(whys.of_rule(rule, finding.one(identity(customer), by))))
