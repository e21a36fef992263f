"""What the OpenAPI document says of the endpoints of contact ways."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from core.openapi import IF_MATCH, KEYED, errors
from customers.api.channels.schema import DAYS, STATISTIC, statistics_of
from customers.api.contact_ways.serializers import (
    ContactWayFactsSerializer,
    ContactWaySerializer,
    NewContactWaySerializer,
)
from customers.models import ContactWay

_MEMBER = {"employeeId": 7, "departmentId": None, "weekdays": [1, 2, 3, 4, 5], "start": "09:00", "end": "18:00"}
_SENT = {
    "channelId": 3,
    "name": "展位一号",
    "tagIds": [12],
    "remarkTemplate": "{name}-展会",
    "welcomeText": "您好，很高兴认识您。",
    "spareEmployeeId": 9,
    "members": [_MEMBER | {"dayCap": 50}],
}
_EXAMPLE = {
    "id": 5,
    "state": "cwk3m9q7xw2pdh4n",
    "type": 2,
    "scene": 2,
    "skipVerify": True,
    "status": "active",
    "configId": "0123456789abcdef0123456789abcdef",
    "qrCode": "https://wework.qpic.cn/wwpic/x/0",
    "errorCode": None,
    "error": "",
    "serving": {"employeeIds": [7], "departmentIds": []},
    "version": 1,
    "createTime": "2026-09-01T02:30:00Z",
    "updateTime": "2026-09-01T02:30:02Z",
} | _SENT
_ONE = OpenApiResponse(ContactWaySerializer, examples=[OpenApiExample("way", _EXAMPLE, response_only=True)])
_BODY = OpenApiExample("request", _SENT, request_only=True)
_WRITE_ERRORS = errors(400, 404, 409, 412, 413, 415, 422)
_STATUS = OpenApiParameter("status", {"type": "string", "enum": ContactWay.Status.values})
_CHANNEL = OpenApiParameter("channelId", int)


def _about(operation: str, summary: str, answers: dict[int, Any], **more: Any) -> dict[str, Any]:
    return {"operation_id": operation, "tags": ["channels"], "summary": summary, "responses": answers, **more}


LIST = _about(
    "listContactWays",
    "The company's contact ways, the newest first",
    {200: ContactWaySerializer(many=True), **errors(400)},
    description="The deleted are listed only by their status.",
)
READ = _about("getContactWay", "One contact way", {200: _ONE, **errors(400, 404)})
CREATE = _about(
    "createContactWay",
    "Make a contact way",
    {201: _ONE, **_WRITE_ERRORS},
    request=NewContactWaySerializer,
    parameters=[KEYED],
    examples=[_BODY],
    description="It is a draft until WeCom has made it, within seconds; then qrCode is there.",
)
REPLACE = _about(
    "replaceContactWay",
    "Change a contact way",
    {200: _ONE, **_WRITE_ERRORS},
    request=ContactWayFactsSerializer,
    parameters=[IF_MATCH],
    examples=[_BODY],
    description="members replaces all rows; what is left out stays. WeCom is told within seconds.",
)
PATCH = REPLACE | {"operation_id": "updateContactWay", "summary": "Change some of a contact way"}
DELETE = _about(
    "deleteContactWay",
    "End a contact way",
    {204: None, **_WRITE_ERRORS},
    request=None,
    parameters=[IF_MATCH],
    description="Whoever scans the printed code afterwards reaches nobody. Its state goes on standing for the channel.",
)
RETRY = _about(
    "retryContactWay",
    "Tell WeCom once more",
    {200: _ONE, **errors(400, 404, 409, 413, 415, 422)},
    request=None,
    parameters=[KEYED],
    description="After what was in the way has been mended.",
)
STATISTICS = _about(
    "contactWayStatistics",
    "How many came by each contact way, left and stayed",
    {200: statistics_of("contactWayId", STATISTIC), **errors(400)},
    parameters=DAYS,
)
