"""What the OpenAPI document says of follow-ups and what belongs to them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import FILES, FORMAT, IF_MATCH, KEYED, errors, listed_or_read_on, many, shape
from customers.api.privacy.serializers import ReasonSerializer
from followups.api import part_serializers as parts
from followups.api.serializers import (
    AttachmentSerializer,
    FollowUpChangesSerializer,
    FollowUpSerializer,
    NewFollowUpSerializer,
    VersionSerializer,
)

TAGS = ["follow-ups"]
WRITE_ERRORS = errors(400, 403, 404, 409, 412, 413, 415, 422)
_FILE = {"multipart/form-data": shape(file={"type": "string", "format": "binary"})}
_COUNTS: dict[str, Any] = {name: {"type": "integer"} for name in ("lines", "created", "known")}
_COUNTS |= {"dryRun": {"type": "boolean"}}
_SHEET = shape(file={"type": "string", "format": "binary"})
_SHEET["properties"]["dryRun"] = {"type": "boolean"}
_BINARY = {(200, "application/octet-stream"): {"type": "string", "format": "binary"}}
_LISTED = listed_or_read_on({"$ref": "#/components/schemas/FollowUp"})
_CURSOR = OpenApiParameter("cursor", str, description="nextCursor of the answer before: any depth at one price.")


def _doc(name: str, summary: str, answers: dict[Any, Any], description: str = "", **more: Any) -> dict[str, Any]:
    told = {"operation_id": name, "tags": TAGS, "summary": summary, "responses": answers}
    return told | ({"description": description} if description else {}) | more


def _sent(example: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample("request", example, request_only=True)]


LIST = _doc(
    "listFollowUps",
    "What was done for a customer, newest first",
    {200: FollowUpSerializer(many=True), **errors(400, 404)},
)
CREATE = _doc(
    "createFollowUp",
    "Write a follow-up",
    {201: OpenApiResponse(FollowUpSerializer), **errors(400, 404, 409, 413, 415, 422)},
    "Records customer.followup.created. employeeId is whose work it was, by default the writer's. With nextAt it is a"
    " plan: a reminder until then, which the employee's next follow-up on the customer settles.",
    request=NewFollowUpSerializer,
    parameters=[KEYED],
    examples=_sent({"content": "电话沟通,约下周看样品", "kind": "call", "nextAt": "2027-10-08T02:00:00Z"}),
)
ALL = _doc(
    "followups_list",
    "What was done for the company's customers, newest first",
    {200: OpenApiResponse(_LISTED), **errors(400)},
    "With cursor (at first empty) the answer has nextCursor and no total.",
    parameters=[_CURSOR],
)
READ = _doc("followups_read", "Read a follow-up", {200: FollowUpSerializer, **errors(400, 404)})
PATCH = _doc(
    "followups_update",
    "Change some of a follow-up",
    {200: FollowUpSerializer, **WRITE_ERRORS},
    "Writers change their own for as long as the company allows, managers their people's. How it read is kept.",
    request=FollowUpChangesSerializer,
    parameters=[IF_MATCH],
    examples=_sent({"outcome": "interested", "nextAt": None}),
)
DELETE = _doc(
    "followups_delete",
    "Delete a follow-up",
    {204: None, **WRITE_ERRORS},
    "With its comments and files. How it read is kept, and its plan is called off.",
    request=None,
    parameters=[IF_MATCH],
)
HISTORY = _doc(
    "followups_history",
    "How a follow-up read before, also a deleted one, newest first",
    {200: VersionSerializer(many=True), **errors(400, 404)},
)
GONE = _doc(
    "customers_followups_deleted",
    "The deleted follow-ups of a customer, the latest first",
    {200: VersionSerializer(many=True), **errors(400, 404)},
)
SHOW = _doc(
    "followups_unmask",
    "Show a follow-up and its comments with the numbers in them, once",
    {
        200: shape(content={"type": "string"}, comments=many({"type": "string"})),
        **errors(400, 403, 404, 413, 415, 422),
    },
    "For who sees them starred out. Kept with the reason, the caller and the address. Records customer.unmasked,"
    " without the text. Counts with numbers shown: about sixty within an hour; then 429.",
    request=ReasonSerializer,
    examples=_sent({"reason": "客户要求回电"}),
)
EXPORT = _doc(
    "followups_export",
    "Follow-ups as a file",
    {**FILES, **errors(400)},
    "With the filters of the list, at most 100,000, times in the company's zone.",
    parameters=[FORMAT],
)
MENTIONS = _doc(
    "followups_mentions",
    "Where colleagues have named the caller, newest first",
    {200: parts.MentionSerializer(many=True), **errors(400)},
)
COMMENTS = _doc(
    "followups_comments",
    "What colleagues say to a follow-up, in order",
    {200: parts.CommentSerializer(many=True), **errors(400, 404)},
)
COMMENT = _doc(
    "followups_comment",
    "Say something to a follow-up",
    {201: parts.CommentSerializer, **errors(400, 404, 409, 413, 415, 422)},
    "Records customer.followup.commented. Whoever may read it may comment.",
    request=parts.NewCommentSerializer,
    parameters=[KEYED],
    examples=_sent({"content": "价格可以再谈", "mentionIds": [7]}),
)
UNCOMMENT = _doc("followups_comment_delete", "Delete a comment", {204: None, **errors(400, 403, 404)}, request=None)
ATTACHMENTS = _doc(
    "followups_attachments",
    "The files of a follow-up",
    {200: AttachmentSerializer(many=True), **errors(400, 404)},
)
ATTACH = _doc(
    "followups_attach",
    "Add a file to a follow-up",
    {201: AttachmentSerializer, **errors(400, 403, 404, 413, 415, 422)},
    "Pictures, documents, sound and archives, at most 10 MB each and nine.",
    request=_FILE,
)
DOWNLOAD = _doc("followups_attachment", "Read a file", {**_BINARY, **errors(400, 404)})
DETACH = _doc("followups_detach", "Take a file away", {204: None, **errors(400, 403, 404)}, request=None)
IMPORT = _doc(
    "followups_import",
    "Bring in follow-ups from a CSV or XLSX file",
    {200: shape(**_COUNTS), **errors(400, 409, 413, 415, 422)},
    "With the headings of the export. Everything is checked first: with a line at fault nothing is written, and the"
    " errors name lines and columns. The same line again makes none. dryRun true only checks.",
    request={"multipart/form-data": _SHEET},
)
TALKS = _doc(
    "customers_communications",
    "Calls and messages with a customer, newest first",
    {200: parts.CommunicationSerializer(many=True), **errors(400, 404)},
)
_RESULT = shape(externalId={"type": "string"}, status={"type": "string", "enum": ["recorded", "known", "failed"]})
RECORD = _doc(
    "communications_record",
    "Tell of up to 500 calls and messages",
    {200: shape(list=many(_RESULT)), **errors(400, 409, 413, 415, 422)},
    "Each externalId once, however often it is told. The answer has a result for each; one failure spoils no other.",
    request=parts.TalksSerializer,
    parameters=[KEYED],
    examples=_sent(
        {
            "list": [
                {
                    "externalId": "call-1",
                    "kind": "call",
                    "direction": "out",
                    "at": "2026-10-01T02:30:00Z",
                    "seconds": 95,
                    "externalUserid": "wmAbc",
                    "userid": "Zhang",
                }
            ]
        }
    ),
)


def template(name: str, summary: str, **more: Any) -> dict[str, Any]:
    """What is said of one door of the templates."""
    one = {200: parts.TemplateSerializer, **WRITE_ERRORS}
    return _doc(f"followup_templates_{name}", summary, more.pop("answers", one), **more)


TEMPLATES: dict[str, dict[str, Any]] = {
    "list": template(
        "list",
        "List the templates by kind, in their order",
        answers={200: parts.TemplateSerializer(many=True), **errors(400)},
    ),
    "retrieve": template("read", "Read a template", answers={200: parts.TemplateSerializer, **errors(400, 404)}),
    "create": template(
        "create",
        "Make a template",
        answers={201: parts.TemplateSerializer, **errors(400, 409, 413, 415, 422)},
        request=parts.TemplateFactsSerializer,
        parameters=[KEYED],
        examples=_sent({"name": "首次电话", "kind": "call", "content": "已电话介绍产品,客户关心:"}),
    ),
    "update": template("replace", "Change a template", request=parts.TemplateFactsSerializer, parameters=[IF_MATCH]),
    "partial_update": template(
        "update", "Change some of a template", request=parts.TemplateFactsSerializer, parameters=[IF_MATCH]
    ),
    "destroy": template(
        "delete", "Take a template away", answers={204: None, **WRITE_ERRORS}, request=None, parameters=[IF_MATCH]
    ),
}
