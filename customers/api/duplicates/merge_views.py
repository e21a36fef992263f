"""The doors that merge records of one person, and part them again."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import NotFound
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.idempotency import Idempotent
from corps.policy import Act
from customers import finding, merging
from customers.api.answers import SOURCE, identity, json_answer
from customers.api.duplicates import answers, schema
from customers.api.duplicates.serializers import MergeSerializer
from customers.models import CustomerMerge

_ASKED = MergeSerializer()


class MergeView(Idempotent, JsonOnly, APIView):
    """Let the customer in the path stand for others, or see what that would do."""

    acts = {"post": Act.CUSTOMER_MERGE}

    @extend_schema(**schema.MERGE)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        asked, actor = _ASKED.run_validation(request.data), caller(request)
        kept = finding.changeable(identity(pk), actor)
        others = [finding.changeable(one, actor) for one in asked["other_ids"]]
        plan = answers.planned(merging.plan(kept=kept, others=others))
        if asked["preview"]:
            return json_answer({"plan": plan, "merge": None})
        row = merging.merge(kept=kept, others=others, by=actor, source=SOURCE)
        return json_answer({"plan": plan, "merge": answers.merged(row)})


class UndoView(Idempotent, JsonOnly, APIView):
    """Part what was merged."""

    acts = {"post": Act.CUSTOMER_MERGE}

    @extend_schema(**schema.UNDO)
    @atomic_retry
    def post(self, request: Request, pk: str) -> HttpResponse:
        actor = caller(request)
        row = CustomerMerge.objects.visible_to(actor).filter(pk=identity(pk)).first()
        if row is None:
            raise NotFound
        finding.check_changeable(row.kept_id, actor)
        return json_answer(answers.merged(merging.undo(merge=row, by=actor, source=SOURCE)))
