"""The doors of the figures over group chats."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.pagination import page_and_size
from corps.callers import caller, company
from corps.models import Corp
from corps.policy import Act
from groups import finding, trajectory
from groups.analysis import movement, owners, people, scope, ways
from groups.api import analysis_schema as schema
from groups.api.queries import PeopleQuery, WindowQuery, asked_of
from groups.api.views import GroupView
from groups.models import GroupChat


class FiguresView(JsonOnly, APIView):
    """What the figures have in common: whose chats and which days they are about."""

    acts = {"get": Act.GROUP_READ}

    def scope(self, request: Request) -> scope.Scope:
        asked = asked_of(WindowQuery, request)
        zone = Corp.objects.only("time_zone").get(pk=company(request)).zone
        first, last = scope.window(zone, asked.get("from_day"), asked.get("to_day"))
        chat_id = asked.get("group_id")
        if chat_id:
            finding.one(chat_id, caller(request))
        return scope.Scope(
            caller(request), zone, first, last, asked.get("owner_id"), asked.get("department_id"), chat_id
        )


class GrowthView(FiguresView):
    @extend_schema(**schema.GROWTH)
    def get(self, request: Request) -> Response:
        days = movement.by_day(self.scope(request))
        total = movement.total(days)
        return Response({"list": [day | {"day": day["day"].isoformat()} for day in days], "total": total})


class InvitersView(FiguresView):
    @extend_schema(**schema.INVITERS)
    def get(self, request: Request) -> Response:
        return Response({"list": ways.by_inviter(self.scope(request))})


class QuitsView(FiguresView):
    @extend_schema(**schema.QUITS)
    def get(self, request: Request) -> Response:
        return Response({"list": ways.by_quit_scene(self.scope(request))})


class WecomFiguresView(FiguresView):
    @extend_schema(**schema.FIGURES)
    def get(self, request: Request) -> Response:
        scope = self.scope(request)
        days = [row | {"day": row["day"].isoformat()} for row in owners.by_day(scope)]
        return Response({"list": days, "owners": owners.by_owner(scope, ways.MOST)})


class PeopleView(JsonOnly, APIView):
    """Who is in several chats, and who is nobody's friend."""

    acts = {"get": Act.GROUP_READ}

    @extend_schema(**schema.PEOPLE)
    def get(self, request: Request) -> Response:
        page, size = page_and_size(request.query_params)
        asked = asked_of(PeopleQuery, request)
        listed, total, exact = people.across_chats(
            caller(request), least=asked["min_groups"], friend=asked["friend"], page=page, size=size
        )
        return Response({"list": listed, "total": total, "totalExact": exact, "page": page, "size": size})


class TrajectoryView(JsonOnly, APIView):
    """What became of one chat."""

    acts = {"get": Act.GROUP_READ}

    @extend_schema(**schema.TRAJECTORY)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        chat = finding.one(int(pk), caller(request))
        return Response({"list": trajectory.of_chat(chat)})


class AbsentFriendsView(GroupView):
    """The owner's customers who are not in the chat. Who may see the chat may see its owner's customers."""

    queryset = GroupChat.objects.all()
    filterset_class = None
    shape = {
        "customerId": "customer_id",
        "externalUserid": "customer__external_userid",
        "name": "customer__name",
        "addTime": "add_time",
    }

    @extend_schema(**schema.ABSENT)
    def get(self, request: Request, pk: str) -> Response:
        chat = finding.one(int(pk), caller(request))
        rows: Any = self.filter_queryset(people.absent_friends(chat))
        return self.listed(rows, list)
