"""What a document means, read from the rows by the simplest Python: a third opinion beside the database and the facts.

It knows the tables of fields for the columns alone, and nothing of kinds, questions, shapes or trees.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from customers.models import Customer
from segments.fields import FIELDS, SETS
from tags.models import Tag, TagGroup
from tests.segments.scene import MOMENT

Json = dict[str, Any]


def who(document: Json, customers: list[Customer]) -> set[int]:
    """The ids of those who answer."""
    where = document["where"]
    living = [customer for customer in customers if customer.status != 0]
    if not _speaks_of_the_blacklist(where):
        living = [customer for customer in living if not customer.blacklisted]
    return {customer.pk for customer in living if where is None or _true(where, customer, FIELDS)}


def _speaks_of_the_blacklist(node: Any) -> bool:
    if isinstance(node, dict):
        return node.get("field") == "blacklisted" or any(map(_speaks_of_the_blacklist, node.values()))
    return isinstance(node, list) and any(map(_speaks_of_the_blacklist, node))


def _true(node: Json, row: Any, fields: Any) -> bool:
    if "all" in node:
        return False not in [_true(part, row, fields) for part in node["all"]]
    if "any" in node:
        return True in [_true(part, row, fields) for part in node["any"]]
    if "not" in node:
        return _true(node["not"], row, fields) is False
    if "some" in node:
        return _enough(node, row)
    op, value = node["op"], node.get("value")
    for negative, positive in _OPPOSITE.items():
        if op == negative:
            return not _true(node | {"op": positive}, row, fields)
    if node["field"] == "segments":
        # Only those that are asked for: they may ask for others, never for each other.
        return any(_is_in(row, segment) for segment in row.corp.segment_set.filter(pk__in=value, deleted_at=None))
    held = _held(row, fields[node["field"]])
    return held is not None and _ANSWERS[op](held, value)


def _enough(node: Json, customer: Customer) -> bool:
    rows = SETS[node["some"]]
    mine = [row for row in rows.of(customer.corp_id) if getattr(row, rows.customer) == customer.pk]
    found = [row for row in mine if "where" not in node or _true(node["where"], row, rows.fields)]
    count = node.get("count", {"op": "atLeast", "value": 1})
    wanted = range(count["value"], 10**6) if count["op"] == "atLeast" else range(count["value"] + 1)
    return len(found) == count["value"] if count["op"] == "exactly" else len(found) in wanted


def _held(row: Any, field: Any) -> Any:
    """What the row has in the field; of several things their ids, and of nothing None."""
    if field.key in _SEVERAL:
        return _SEVERAL[field.key](row)
    held: Any = row
    for step in field.column.split("__"):
        held = getattr(held, step, None)
    if isinstance(held, dt.timedelta):
        return held.days
    return None if held == "" else held


def _heir(tag: Tag) -> Tag:
    return _heir(tag.merged_into) if tag.merged_into_id else tag


def _names(tags: list[Tag]) -> set[int]:
    """The living ones of these, also by the ids of those that became one of them."""
    living = {tag for tag in tags if not tag.deleted_at}
    return {tag.pk for tag in Tag.objects.all() if _heir(tag) in living}


def _departments(row: Any) -> set[int]:
    employee = row.employee if hasattr(row, "employee") else row.follow_user
    found = set()
    for department in employee.departments.all() if employee else ():
        while department:
            found.add(department.pk)
            department = department.parent
    return found


def _channel(row: Any) -> set[int]:
    for channel in row.corp.channel_set.all():
        if row.state in channel.states or (not row.state and row.add_way in channel.add_ways):
            return {channel.pk}
    return set()


def _tags_of(customer: Customer) -> list[Tag]:
    return [row.tag for row in customer.tag_rows.all()]


def _groups(tags: list[Tag]) -> set[int]:
    return {
        group.pk for group in TagGroup.objects.all() if any(t.group_id == group.pk for t in tags if not t.deleted_at)
    }


def _is_in(customer: Customer, segment: Any) -> bool:
    if segment.kind == "dynamic":
        return bool(who(segment.condition, [customer]))
    shown = segment.standing.run
    stays = segment.stays.filter(customer=customer)
    return any(stay.entered_run <= shown and stay.left_run > shown for stay in stays)


def _is_latest(entry: Any) -> bool:
    """Whether the customer's timeline has no later one of its kind."""
    theirs = [(other.at, other.pk) for other in entry.customer.timeline.all() if other.kind == entry.kind]
    return max(theirs) == (entry.at, entry.pk)


_SEVERAL: dict[str, Callable[[Any], Any]] = {
    "tags": lambda customer: _names(_tags_of(customer)),
    "tagGroups": lambda customer: _groups(_tags_of(customer)),
    "tag": lambda row: _names([row.tag]),
    "tagGroup": lambda row: _groups([row.tag]),
    "departments": _departments,
    "chatTags": lambda row: {tagged.tag_id for tagged in row.chat.tag_rows.all()},
    "latest": _is_latest,
    "channel": lambda row: _channel(row) if hasattr(row, "state") else row.channel,
}
_OPPOSITE = {"isNot": "is", "notIn": "in", "none": "any", "notContains": "contains", "unset": "set"}


def _small(text: str) -> bytes:
    # Of bytes, Python too knows the case of A to Z alone.
    return text.encode().lower()


def _day(at: dt.datetime) -> str:
    return f"{at.astimezone(MOMENT.zone):%Y-%m-%d}"


def _ago(at: dt.datetime) -> int:
    """How many days before today."""
    return (MOMENT.today - at.astimezone(MOMENT.zone).date()).days


def _in_this(at: dt.datetime, period: str) -> bool:
    then, today = at.astimezone(MOMENT.zone).date(), MOMENT.today
    names: dict[str, Callable[[dt.date], Any]] = {
        "week": lambda day: day.isocalendar()[:2],
        "month": lambda day: (day.year, day.month),
        "quarter": lambda day: (day.year, (day.month + 2) // 3),
        "year": lambda day: day.year,
    }
    return bool(names[period](then) == names[period](today))


def _between(held: Any, pair: list[Any]) -> bool:
    thing = _day(held) if isinstance(held, dt.datetime) else held
    return bool(pair[0] <= thing <= pair[1])


_ANSWERS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda held, value: held == value,
    "in": lambda held, values: held in values,
    "set": lambda held, _value: True,
    "contains": lambda held, text: _small(text) in _small(held),
    "startsWith": lambda held, text: _small(held).startswith(_small(text)),
    "gt": lambda held, value: held > value,
    "gte": lambda held, value: held >= value,
    "lt": lambda held, value: held < value,
    "lte": lambda held, value: held <= value,
    "between": _between,
    "within": lambda at, value: 0 <= _ago(at) < value["days"],
    "earlierThan": lambda at, value: _ago(at) >= value["days"],
    "next": lambda at, value: 0 <= -_ago(at) < value["days"],
    "on": lambda at, day: _day(at) == day,
    "after": lambda at, day: _day(at) > day,
    "before": lambda at, day: _day(at) < day,
    "this": _in_this,
    "any": lambda held, ids: bool(set(ids) & held),
    "all": lambda held, ids: set(ids) <= held,
}
