"""The query parameters of the customer list: one table, from which they are parsed, refused and documented.

Not a django-filter set: building its form costs more than the whole list (docs/decisions/0014-lean-reads.md).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.filters import refuse_unknown
from core.pagination import page_and_size, whole
from customers import ordering
from customers.choices import CustomerStatus, CustomerType, Gender, RelationStatus
from customers.custom import filtering, showing

MAX_ID = 2**63 - 1
MAX_LISTED = 50


def _number(raw: str) -> int:
    # ``int`` would also take signs, blanks, underscores and the digits of every script.
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 19):
        raise ValueError(raw)
    return int(raw)


def _id(raw: str) -> int:
    number = _number(raw)
    if not 0 < number <= MAX_ID:
        raise ValueError(raw)
    return number


def _ids(raw: str) -> list[int]:
    found = [_id(part) for part in raw.split(",")]
    if len(found) > MAX_LISTED:
        raise ValueError(raw)
    return found


def _flag(raw: str) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[raw.lower()]


def _moment(raw: str) -> dt.datetime:
    # In a query string the plus of an offset arrives as a blank.
    moment = parse_datetime(raw.replace(" ", "+")) if "T" in raw and raw.isascii() else None
    if moment is None:
        raise ValueError(raw)
    # In UTC here already: the first and last hours of the calendar overflow in the driver otherwise.
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _word(raw: str) -> str:
    word = raw.strip()
    if not word or len(raw) > 50 or "\x00" in raw:
        raise ValueError(raw)
    return word


def _one_of(choices: Any) -> Callable[[str], int]:
    return lambda raw: int(choices(_number(raw)))


def _ways(raw: str) -> list[int]:
    found = [_number(part) for part in raw.split(",")]
    if len(found) > MAX_LISTED or max(found) > 32_767:
        raise ValueError(raw)
    return found


@dataclass(frozen=True, slots=True)
class Parameter:
    """How one parameter is read and what the documentation says of it.

    Attributes:
        most: that it may be given so often, and is then a list; 0: once.
    """

    parse: Callable[[str], Any]
    schema: dict[str, Any]
    about: str
    most: int = 0

    def read(self, given: list[str]) -> Any:
        """Raises ValueError, KeyError, OverflowError."""
        if len(given) > self.most > 0:
            raise ValueError(given)
        return [self.parse(raw) for raw in given if raw] if self.most else self.parse(given[-1])


_ID = {"type": "integer", "minimum": 1}
_TIME = {"type": "string", "format": "date-time"}
_LIST = {"type": "string", "pattern": r"^\d+(,\d+)*$", "example": "1,2"}
_YES_NO = {"type": "boolean"}

FILTERS: dict[str, Parameter] = {
    "keyword": Parameter(
        _word,
        {"type": "string", "maxLength": 50},
        "Any part of the name, a remark or the mobile, one character or more.",
    ),
    "channel": Parameter(_word, {"type": "string", "maxLength": 50}, "The channel, exactly."),
    "status": Parameter(
        _one_of(CustomerStatus),
        {"type": "integer", "enum": CustomerStatus.values},
        "Without it, all but the deleted (0).",
    ),
    "followUserId": Parameter(_id, _ID, "The main follower."),
    "stageId": Parameter(_id, _ID, "In this stage."),
    "departmentId": Parameter(_id, _ID, "Main follower in this department or below."),
    "tagIdsAll": Parameter(_ids, _LIST, "Has every one of these tags."),
    "tagIdsAny": Parameter(_ids, _LIST, "Has at least one of these tags."),
    "tagIdsNone": Parameter(_ids, _LIST, "Has none of these tags."),
    "segmentId": Parameter(_id, _ID, "Is in this segment, by its last refresh and who has changed since then."),
    "untagged": Parameter(_flag, _YES_NO, "Has no tag at all."),
    "addTimeFrom": Parameter(_moment, _TIME, "Added at this time or later."),
    "addTimeTo": Parameter(_moment, _TIME, "Added before this time."),
    "addWay": Parameter(_ways, _LIST, "Added in one of these ways (WeCom's add_way)."),
    "followerId": Parameter(
        _id,
        _ID,
        "Follows or has followed, main follower or not. This, the next two and addWay"
        " are asked of one and the same relation.",
    ),
    "followStatus": Parameter(
        _one_of(RelationStatus),
        {"type": "integer", "enum": RelationStatus.values},
        "1 following, 2 ended by the employee, 3 by the customer, 4 by a transfer.",
    ),
    "followState": Parameter(_word, {"type": "string", "maxLength": 50}, "The state of a relation, exactly."),
    "gender": Parameter(_one_of(Gender), {"type": "integer", "enum": Gender.values}, "0 unknown, 1 male, 2 female."),
    "type": Parameter(_one_of(CustomerType), {"type": "integer", "enum": CustomerType.values}, "1 WeChat, 2 WeCom."),
    "blacklisted": Parameter(_flag, _YES_NO, "Is on the blacklist, or isn't."),
    filtering.PARAMETER: Parameter(
        filtering.parse,
        {"type": "array", "items": {"type": "string", "maxLength": 600}, "maxItems": filtering.MOST_ASKED},
        "key:op:value of a custom field of the customer, op one of is, in, gt, gte, lt, lte; or key:set, key:unset."
        " Several apply together. A personal field that the caller sees starred out is asked by the last two alone.",
        most=filtering.MOST_ASKED,
    ),
    "updatedAfter": Parameter(_moment, _TIME, "Changed after this time, deletions included, oldest change first."),
}
_INCLUDED = "include"
_KNOWN = frozenset(FILTERS) | {"page", "size", "sort", "cursor", _INCLUDED}


def filters_of(params: MultiValueDict[str, str]) -> dict[str, Any]:
    """The filters given, parsed. An empty value is a filter not given.

    Raises:
        BadRequest: ``unknown_parameter``, or ``invalid_parameter`` naming every wrong one.
    """
    refuse_unknown(params, _KNOWN)
    found: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for name, raw in params.items():
        if raw == "" or name not in FILTERS:
            continue
        try:
            found[name] = FILTERS[name].read(params.getlist(name))
        except (ValueError, KeyError, OverflowError):
            wrong.append(FieldError(name, "invalid_parameter", _("This value can't be used here.")))
    if wrong:
        raise BadRequest("invalid_parameter", _("Some parameters are wrong."), wrong)
    return found


def sort_of(params: QueryDict, filters: dict[str, Any]) -> str:
    """The order asked for, or the one that suits the filters. Raises BadRequest."""
    asked = params.get("sort") or ordering.default_sort(filters)
    if asked not in ordering.SORTS:
        message = _("Sort by one of: %(names)s.") % {"names": ", ".join(ordering.SORTS)}
        raise BadRequest("invalid_parameter", message, [FieldError("sort", "invalid_choice", message)])
    return asked


def with_custom_fields(params: QueryDict) -> bool:
    """Whether what custom fields hold is asked for too. Raises BadRequest."""
    asked = params.get(_INCLUDED, "")
    if asked not in ("", showing.NAME):
        message = _("One of these is needed here: %(names)s.") % {"names": showing.NAME}
        raise BadRequest("invalid_parameter", message, [FieldError(_INCLUDED, "invalid_choice", message)])
    return bool(asked)


def window_of(params: QueryDict) -> tuple[int, int]:
    return page_and_size(params)


def size_of(params: QueryDict) -> int:
    return whole(params, "size", 20, least=1, most=100)
