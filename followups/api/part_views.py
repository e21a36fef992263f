"""The doors of what belongs to a follow-up: comments, files, and the colleagues who were named."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import file_answers, uploads
from core.filetypes import MOST_BYTES
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.idempotency import Idempotent
from corps.policy import Act
from corps.scoping import Scoped
from corps.versioned import shaped
from customers.privacy import wording
from followups import attaching, commenting, importing
from followups.api import holding, schema
from followups.api.part_serializers import CommentSerializer, MentionSerializer, NewCommentSerializer
from followups.api.serializers import AttachmentSerializer
from followups.importing import reading
from followups.models import FollowUpAttachment, FollowUpComment, FollowUpMention


class OfFollowUp(JsonOnly, Scoped, ListModelMixin, GenericAPIView):
    """Rows of the follow-up in the path, which must be visible."""

    acts = {"get": Act.CUSTOMER_READ, "post": Act.FOLLOWUP_WRITE}

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(follow_up=holding.readable(self.kwargs["pk"], caller(self.request)))


class CommentsView(Idempotent, OfFollowUp):
    serializer_class = CommentSerializer
    queryset = FollowUpComment.objects.select_related("employee").order_by("id")

    @extend_schema(**schema.COMMENTS)
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)

    @extend_schema(**schema.COMMENT)
    @atomic_retry
    def post(self, request: Request, pk: str) -> Response:
        asked, row = shaped(NewCommentSerializer, request), holding.readable(pk, caller(request))
        made = commenting.comment(follow_up=row, by=caller(request), source="api", **asked)
        return Response(CommentSerializer(wording.mark(made, caller(request))).data, status=201)


class CommentView(JsonOnly, APIView):
    acts = {"delete": Act.FOLLOWUP_WRITE}

    @extend_schema(**schema.UNCOMMENT)
    @atomic_retry
    def delete(self, request: Request, pk: str, below: str) -> Response:
        row = holding.comment(pk, below, caller(request))
        commenting.delete_comment(comment=row, by=caller(request), source="api")
        return Response(status=204)


class AttachmentsView(OfFollowUp):
    """Files are large and go by themselves: no key makes one file of two, and a second can be taken away."""

    serializer_class = AttachmentSerializer
    queryset = FollowUpAttachment.objects.order_by("id")
    parser_classes = [MultiPartParser]

    @extend_schema(**schema.ATTACHMENTS)
    def get(self, request: Request, pk: str) -> Response:
        return self.list(request)

    @extend_schema(**schema.ATTACH)
    def post(self, request: Request, pk: str) -> Response:
        row, file = holding.changeable(pk, caller(request)), uploads.file_of(request, MOST_BYTES)
        made = attaching.attach(follow_up=row, file=file, by=caller(request), source="api")
        return Response(AttachmentSerializer(made).data, status=201)


class AttachmentView(JsonOnly, APIView):
    acts = {"get": Act.CUSTOMER_READ, "delete": Act.FOLLOWUP_WRITE}

    @extend_schema(**schema.DOWNLOAD)
    def get(self, request: Request, pk: str, below: str) -> FileResponse:
        return file_answers.answer(holding.attachment(pk, below, caller(request)))

    @extend_schema(**schema.DETACH)
    @atomic_retry
    def delete(self, request: Request, pk: str, below: str) -> Response:
        holding.changeable(pk, caller(request))
        attaching.detach(attachment=holding.attachment(pk, below, caller(request)), by=caller(request), source="api")
        return Response(status=204)


class MentionsView(JsonOnly, ListModelMixin, GenericAPIView):
    """Where the caller was named."""

    acts = {"get": Act.CUSTOMER_READ}
    serializer_class = MentionSerializer
    queryset = FollowUpMention.objects.select_related("customer", "follow_up", "comment").order_by("-id")

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.of_whom(caller(self.request))

    @extend_schema(**schema.MENTIONS)
    def get(self, request: Request) -> Response:
        return self.list(request)


class ImportView(JsonOnly, APIView):
    """The same file twice is one: no key is needed."""

    acts = {"post": Act.FOLLOWUP_MANAGE}
    parser_classes = [MultiPartParser]

    @extend_schema(**schema.IMPORT)
    def post(self, request: Request) -> Response:
        file, dry = uploads.file_of(request, reading.MOST_BYTES), request.POST.get("dryRun") in ("true", "1")
        brought = importing.bring_in(corp_id=company(request), data=file.read(), by=caller(request), dry=dry)
        return Response({"lines": brought.lines, "created": brought.created, "known": brought.known, "dryRun": dry})
