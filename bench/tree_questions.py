"""Conditions over the made-up company: the one that operators ask most, and trees at random."""

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

from bench import dataset
from segments.conditions.nodes import Moment
from segments.fields import days
from tags.models import Tag

Json = dict[str, Any]
# The last customers were added just before.
MOMENT = Moment(dataset.END.replace(tzinfo=dt.UTC), ZoneInfo("Asia/Shanghai"))
CITIES = ["广州", "深圳", "杭州", "成都", "武汉", "北京"]
DAYS = 90
# Places among the tags by use, most used first: (A, B, C).
FAME = {"common": (0, 1, 2), "middling": (40, 60, 5), "rare": (200, 260, 30)}


def tags_by_fame() -> list[int]:
    return list(Tag.objects.order_by("-use_count", "pk").values_list("pk", flat=True))


def members(tags: tuple[int, int, int]) -> Json:
    """The same whatever the day on which it is asked, so that a refresh, which asks of today, finds them too."""
    start, _behind = days.span("within", DAYS, MOMENT)
    assert start
    first = start.astimezone(MOMENT.zone).date()
    added = {"field": "addTime", "op": "between", "value": [first.isoformat(), MOMENT.today.isoformat()]}
    found = preview(tags)
    found["where"]["all"][2] = added
    return found


def preview(tags: tuple[int, int, int]) -> Json:
    """(tag A or B) and not C and added in the last 90 days and status normal and city in six."""
    one, other, without = tags
    parts = [
        {"field": "tags", "op": "any", "value": [one, other]},
        {"field": "tags", "op": "none", "value": [without]},
        {"field": "addTime", "op": "within", "value": {"days": DAYS}},
        {"field": "status", "op": "is", "value": 1},
        {"field": "city", "op": "in", "value": CITIES},
    ]
    return {"version": 1, "where": {"all": parts}}


def trees(count: int, tags: list[int], seed: int = dataset.SEED, depth: int = 3) -> list[Json]:
    """Trees of so many levels, of questions about tags, columns and days."""
    dice = random.Random(f"trees {seed}")
    return [{"version": 1, "where": _node(dice, tags, depth)} for _ in range(count)]


def _node(dice: random.Random, tags: list[int], depth: int) -> Json:
    if not depth:
        return _question(dice, tags)
    if dice.random() < 0.2:
        return {"not": _node(dice, tags, depth - 1)}
    parts = [_node(dice, tags, depth - 1) for _ in range(dice.randint(2, 3))]
    return {dice.choice(["all", "any"]): parts}


def _question(dice: random.Random, tags: list[int]) -> Json:
    return dice.choice(
        [
            {"field": "tags", "op": dice.choice(["any", "all", "none"]), "value": dice.sample(tags, 2)},
            {"field": "city", "op": dice.choice(["in", "notIn"]), "value": dice.sample(CITIES, 3)},
            {"field": "channel", "op": dice.choice(["is", "isNot"]), "value": dice.choice(["qrcode", "live", "link"])},
            {"field": "gender", "op": "is", "value": dice.choice([0, 1, 2])},
            {"field": "followUser", "op": "in", "value": dice.sample(range(1, dataset.EMPLOYEES + 1), 5)},
            {"field": "addTime", "op": "within", "value": {"days": dice.choice([7, 30, 90, 365])}},
            {"field": "mobile", "op": dice.choice(["set", "unset"])},
        ]
    )
