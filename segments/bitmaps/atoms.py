"""The atoms: what is held as bitmaps, and the names they are found by.

An atom may stand here only if each change of what it is read from raises the customer's ``update_time`` in the same
transaction: that is how a change is noticed. ``tests/segments/bitmaps/test_columns.py`` goes through all rules that
change them. Raise ``FORM`` with each change of this list; the bitmaps are then built anew by themselves.
"""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

FORM = 1

# Everybody who is not deleted. Only their ids are in the other bitmaps.
ALL = "all"
# Name of an atom → column of the customer whose values it tells apart.
COLUMNS = {
    "status": "status",
    "type": "type",
    "gender": "gender",
    "province": "province",
    "city": "city",
    "channel": "channel",
    "stage": "stage_id",
    "blacklisted": "blacklisted",
    "followUser": "follow_user_id",
}
# Columns of which only that they hold anything is asked often.
FILLED = {"mobile": "mobile", "unionid": "unionid"}
ADDED, TAG, RELATION = "added", "tag", "relation"


def key(name: str, value: object) -> str:
    """The atom of one value. Its end is marked: to a unique key of MySQL blanks at the end make no difference."""
    return f"{name}={int(value) if isinstance(value, bool) else value};"


def filled(name: str) -> str:
    """The atom of those with any value."""
    return f"{name};"


def keys(name: str, values: Iterable[object]) -> list[str]:
    return [key(name, value) for value in values]


def day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day of an instant, as the atoms of adding have it."""
    return moment.astimezone(zone).date()
