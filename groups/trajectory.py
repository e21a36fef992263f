"""What became of a chat: opened, given to another owner, renamed, announced, dismissed."""

from typing import Any

from corps.models import Employee
from groups.choices import ChangeKind, ChatStatus
from groups.models import ChatChange, GroupChat

# The newest so many: a chat whose notice changes daily has them for years.
MOST = 200
_SIDES = ("before", "after")


def of_chat(chat: GroupChat) -> list[dict[str, Any]]:
    """The story of a chat, the newest first: ``{kind, at, before, after, beforeName, afterName}`` each.

    The last entry is its opening, as WeCom dates it. What happened before the mirror saw the chat isn't known. The two
    sides are ids of employees, numbers of ``ChatStatus``, or texts; the names are of employees alone. Two statements at
    most.
    """
    rows = list(_newest(chat).values("kind", "at", "before", "after")[:MOST])
    names = _named({row[side] for row in rows if row["kind"] == ChangeKind.OWNER for side in _SIDES})
    story = [row | {f"{side}Name": _name(row, side, names) for side in _SIDES} for row in rows]
    opened = {"kind": "opened", "at": chat.opened_at, "before": "", "after": "", "beforeName": None, "afterName": None}
    return [*story, opened] if chat.opened_at else story


def names_of(chat: GroupChat) -> dict[str, str]:
    """The names of the owners in the story of a chat, by their id as it is kept there. Two statements at most."""
    sides = ChatChange.objects.filter(chat=chat, kind=ChangeKind.OWNER).values_list(*_SIDES)
    return _named({side for row in sides for side in row})


def worded(kind: str, value: str, names: dict[str, str]) -> Any:
    """One side of an entry as people read it."""
    if kind == ChangeKind.STATUS:
        return ChatStatus(int(value)).label
    return (names.get(value) if kind == ChangeKind.OWNER else None) or value or "–"


def _newest(chat: GroupChat) -> Any:
    return ChatChange.objects.filter(chat=chat).order_by("-at", "-id")


def _named(ids: set[str]) -> dict[str, str]:
    wanted = {int(one) for one in ids if one}
    rows = Employee.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    return {str(pk): name for pk, name in rows}


def _name(row: dict[str, Any], side: str, names: dict[str, str]) -> str | None:
    return names.get(row[side]) if row["kind"] == ChangeKind.OWNER else None
