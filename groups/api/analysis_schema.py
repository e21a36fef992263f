"""What the OpenAPI document says of the figures over group chats."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core.openapi import errors, listed
from groups.api import analysis_shapes as shapes
from groups.api.queries import PeopleQuery, WindowQuery


def _figures(operation: str, summary: str, about: str, shape: Any, example: Any, *more: int, query: Any = None) -> Any:
    answer = OpenApiResponse(shape, examples=[OpenApiExample("answer", example, response_only=True)])
    found = {
        "operation_id": operation,
        "tags": ["groups"],
        "summary": summary,
        "description": about,
        "responses": {200: answer, **errors(400, *more)},
    }
    return found | ({"parameters": [query]} if query else {})


def _paged(example: dict[str, Any]) -> dict[str, Any]:
    return {"list": [example], "total": 1, "totalExact": True, "page": 1, "size": 20}


GROWTH = _figures(
    "getGroupGrowth",
    "Who joined and who left, day by day",
    "Counted from the stays, so the same question has the same answer for ever. Whoever a sync found gone left on the"
    " day on which that was noticed.",
    shapes.GROWTH,
    shapes.GROWTH_EXAMPLE,
    404,
    query=WindowQuery,
)
INVITERS = _figures(
    "listGroupInviters",
    "By whose invitations external contacts joined",
    "The hundred colleagues who brought most. WeCom names an inviter only where it is a colleague.",
    shapes.INVITERS,
    shapes.INVITERS_EXAMPLE,
    404,
    query=WindowQuery,
)
QUITS = _figures(
    "listGroupQuits",
    "In which ways people left",
    "0 left, 1 removed, 8 group dismissed, 9 found gone by a sync.",
    shapes.QUITS,
    shapes.QUITS_EXAMPLE,
    404,
    query=WindowQuery,
)
FIGURES = _figures(
    "listGroupFigures",
    "WeCom's own figures of the groups, by day and by owner",
    "Read each morning; a day is final after three of them, and a day of UTC+8. groupId narrows nothing here: WeCom"
    " counts by owner. errorCode: why the last reading of the day was not whole.",
    shapes.WECOM,
    shapes.WECOM_EXAMPLE,
    404,
    query=WindowQuery,
)
PEOPLE = _figures(
    "listGroupPeople",
    "External contacts who are in several groups, or nobody's friends",
    "With friend=nobody and minGroups=1: everybody in a group whom no colleague has as a customer.",
    listed(shapes.PERSON),
    _paged(shapes.PERSON_EXAMPLE),
    query=PeopleQuery,
)
TRAJECTORY = _figures(
    "getGroupTrajectory",
    "What became of a group: owners, names, notices, its end",
    "The newest first; the last entry is its opening.",
    shapes.TRAJECTORY,
    shapes.TRAJECTORY_EXAMPLE,
    404,
)
ABSENT = _figures(
    "listGroupAbsentFriends",
    "The owner's customers who are not in the group",
    "Of those whom the owner has now, the newest customer first.",
    listed(shapes.FRIEND),
    _paged(shapes.FRIEND_EXAMPLE),
    404,
)
