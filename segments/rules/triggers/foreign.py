"""Events of other services: which names can be heard, where in the payload something stands, and how it compares."""

import re
from typing import Any

from django.utils.translation import gettext as _

from messaging import subscriptions
from segments.rules import refusals

READER = "segments.handlers.set_off_rules"
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_PATH = re.compile(r"[A-Za-z0-9_-]{1,60}(\.[A-Za-z0-9_-]{1,60}){0,7}")
_MISSING = object()
NUMERIC = ("gt", "gte", "lt", "lte")
OPS = ("is", "isNot", "in", "contains", "set", *NUMERIC)


def event_name(given: Any, path: str) -> str:
    """A name whose events this service is sent (docs/rules.md says how to have more of them)."""
    name = refusals.text(given, path, 80)
    if not _NAME.fullmatch(name) or READER not in subscriptions.handlers_of(name):
        raise refusals.wrong(path, _("Events of this name aren't read by this service."), "event_not_read")
    return name


def payload_path(given: Any, path: str) -> str:
    found = refusals.text(given, path, 200)
    if not _PATH.fullmatch(found):
        raise refusals.wrong(path, _("Names joined by dots are expected here: order.amount."))
    return found


def comparison(given: Any, path: str) -> dict[str, Any]:
    """``{"path": "amount", "op": "gte", "value": 1000}``."""
    if not isinstance(given, dict):
        raise refusals.wrong(path, _("An object is expected here."))
    refusals.known_keys(given, {"path", "op", "value"}, path)
    op = refusals.one_of(given.get("op"), f"{path}.op", OPS)
    found = {"path": payload_path(given.get("path"), f"{path}.path"), "op": op}
    return found if op == "set" else found | {"value": _value(given.get("value"), op, f"{path}.value")}


def at(data: Any, path: str) -> Any:
    """What stands there; None where nothing does. A number is a place in a list."""
    for step in path.split("."):
        if isinstance(data, list) and step.isdecimal() and len(step) < 5:
            data = dict(enumerate(data)).get(int(step))
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def compares(data: Any, asked: dict[str, Any]) -> bool:
    """Whether the payload is as asked. What is missing isn't; ``isNot`` is the opposite of ``is``."""
    found, op, value = at(data, asked["path"]), asked["op"], asked.get("value", _MISSING)
    if op == "set":
        return found not in (None, "")
    if op in NUMERIC:
        return _is_number(found) and _ORDER[op](found, value)
    if op == "contains":
        return value in found if isinstance(found, list) else isinstance(found, str) and str(value) in found
    same = any(type(found) is type(one) or (_is_number(found) and _is_number(one)) for one in _many(value))
    return (same and found in _many(value)) is (op != "isNot")


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(given: Any, op: str, path: str) -> Any:
    plain = isinstance(given, (str, int, float)) and len(str(given)) <= 200
    if op in NUMERIC and not _is_number(given):
        raise refusals.wrong(path, _("A number is expected here."))
    if op == "in":
        if not isinstance(given, list) or not 1 <= len(given) <= refusals.MOST_IDS:
            raise refusals.wrong(path, _("A list is expected here."))
        return [_value(one, "is", path) for one in given]
    if not plain:
        raise refusals.wrong(path, _("A text or a number is expected here."))
    return given


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_ORDER: dict[str, Any] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}
