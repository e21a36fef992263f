"""The doors of the files in custom fields: sent, read and taken out."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import file_answers, uploads
from core.filetypes import MOST_BYTES
from core.negotiation import JsonOnly
from core.retry import atomic_retry
from corps.callers import caller
from corps.policy import Act
from customers import finding
from customers.api.answers import SOURCE, identity
from customers.api.custom import file_schema as schema
from customers.api.custom.file_serializers import CustomFileSerializer, SentFileSerializer
from customers.custom import holding, uploading

_SENT = SentFileSerializer()


class CustomFilesView(JsonOnly, APIView):
    """Files are large and go by themselves: no key makes one file of two, and a second can be taken out."""

    acts = {"post": Act.CUSTOMER_WRITE}
    parser_classes = [MultiPartParser]

    @extend_schema(**schema.SEND)
    def post(self, request: Request, pk: str) -> Response:
        actor, customer = caller(request), finding.changeable(identity(pk), caller(request))
        file, asked = uploads.file_of(request, MOST_BYTES), _SENT.run_validation(_fields(request))
        whose = asked.get("employee_id")
        if whose is not None:
            finding.check_own(whose, actor)
        given: Any = {"customer": customer, "key": asked["key"], "employee_id": whose}
        made = uploading.upload(file=file, by=actor, source=SOURCE, **given)
        return Response(CustomFileSerializer(made).data, status=201)


class CustomFileView(JsonOnly, APIView):
    acts = {"get": Act.CUSTOMER_READ, "delete": Act.CUSTOMER_WRITE}

    @extend_schema(**schema.READ)
    def get(self, request: Request, pk: str, file: str) -> FileResponse:
        actor = caller(request)
        return file_answers.answer(holding.file(finding.one(identity(pk), actor), identity(file), actor))

    @extend_schema(**schema.TAKE_OUT)
    @atomic_retry
    def delete(self, request: Request, pk: str, file: str) -> Response:
        actor = caller(request)
        customer = finding.locked(identity(pk), actor)
        row = holding.file(customer, identity(file), actor)
        whose = row.relation and row.relation.employee_id
        if whose is not None:
            finding.check_own(whose, actor)
        uploading.take_out(customer=customer, row=row, by=actor, source=SOURCE)
        return Response(status=204)


def _fields(request: Request) -> dict[str, Any]:
    sent: Any = request.data
    return {name: value for name, value in sent.items() if name != "file"}
