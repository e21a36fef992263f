"""The doors of ``/api/v1/groups`` that read: the groups are WeCom's."""

from collections.abc import Callable
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.filters import refuse_unknown
from core.negotiation import JsonOnly
from core.pagination import SIZE_DEFAULT, SIZE_MAX, whole
from corps.callers import caller
from corps.policy import Act
from corps.scoping import Scoped
from groups import dressing, finding, listing, reading
from groups.api import schema
from groups.api.filters import GroupChatFilter, GroupMemberFilter
from groups.models import GroupChat, GroupMember


class GroupView(JsonOnly, Scoped, GenericAPIView):
    """What the three have in common: rows leave as columns, so no serializer is made."""

    acts = {"get": Act.GROUP_READ}
    serializer_class = BaseSerializer
    shape: dict[str, str]

    def listed(self, rows: Any, dress: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Response:
        """A page of rows. ``dress`` adds what is read for the whole page at once."""
        found: Any = self.paginate_queryset(reading.wired(rows, self.shape))
        return self.get_paginated_response(dress(reading.named(found, self.shape)))


class GroupListView(GroupView):
    queryset = GroupChat.objects.all()
    filterset_class = GroupChatFilter
    extra_parameters = ("cursor",)
    shape = reading.LISTED

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        rows: Any = self.filter_queryset(self.get_queryset())
        params = request.query_params
        if "cursor" in params:
            size = whole(params, "size", SIZE_DEFAULT, least=1, most=SIZE_MAX)
            return Response(listing.after(rows, cursor=params["cursor"], size=size))
        return self.listed(rows.order_by(*listing.ORDER), dressing.dress)


class GroupDetailView(GroupView):
    queryset = GroupChat.objects.all()
    filterset_class = None

    @extend_schema(**schema.DETAIL)
    def get(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return Response(finding.shown(int(pk), caller(request)))


class GroupMembersView(GroupView):
    queryset = GroupMember.objects.all()
    filterset_class = GroupMemberFilter
    shape = reading.MEMBER

    @extend_schema(**schema.MEMBERS)
    def get(self, request: Request, pk: str) -> Response:
        # Who may see the group may see all its members: the group alone is looked up by what is visible.
        chat = finding.one(int(pk), caller(request))
        rows = GroupMember.objects.of_corp(chat.corp_id).filter(chat=chat)
        ordered = self.filter_queryset(rows).order_by("join_time", "id")
        return self.listed(ordered, partial(dressing.members, chat.corp_id, actor=caller(request)))
