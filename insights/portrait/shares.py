"""Distributions: how many have which value, their share, and how that compares with the whole."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

# value, members, of the whole.
Counted = tuple[str, int, int]
# So many values are shown of each field.
SHOWN = 20
# Upper ends in days of how long ago somebody was added; the last has none.
AGES = ((7, "0-7"), (30, "8-30"), (90, "31-90"), (365, "91-365"), (None, "366-"))


def line(value: str, name: str, count: int, whole: int, sizes: tuple[int, int]) -> dict[str, Any]:
    """One value. ``index`` is 100 where the share is that of the whole; None where the whole has none of it."""
    members, everybody = sizes
    share, of_whole = _share(count, members), _share(whole, everybody)
    index = round(100 * (count / members) / (whole / everybody)) if members and whole else None
    about = {"value": value, "name": name, "count": count, "share": share}
    return about | {"whole": whole, "wholeShare": of_whole, "index": index}


def most(counted: Sequence[Counted], names: dict[str, str] | None, sizes: tuple[int, int]) -> dict[str, Any]:
    """The values that most members have; where ``names`` are given, only what has one is shown."""
    present = [one for one in counted if one[1] and (names is None or one[0] in names)]
    present.sort(key=lambda one: (-one[1], one[0]))
    shown = [line(v, names[v] if names else v, count, whole, sizes) for v, count, whole in present[:SHOWN]]
    return {"list": shown, "more": len(present) > SHOWN}


def ages(days: Iterable[Counted], today: dt.date, sizes: tuple[int, int]) -> dict[str, Any]:
    """How long ago they were added, from counts by day."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, count, whole in days:
        bucket = found[_bucket((today - dt.date.fromisoformat(day)).days)]
        bucket[0] += count
        bucket[1] += whole
    return {"list": [line(name, name, found[name][0], found[name][1], sizes) for _most, name in AGES], "more": False}


def _bucket(days: int) -> str:
    return next(name for most, name in AGES if most is None or days <= most)


def _share(count: int, size: int) -> float:
    return round(count / size, 4) if size else 0.0
