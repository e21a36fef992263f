"""The relations side by side, and in what they differ."""

from collections.abc import Sequence
from typing import Any

from customers.choices import RelationStatus
from insights.profile.record import MOST, Record

# What two employees can have differently of one customer: the wire's name, the same as in ``follows``.
COMPARED = ("remark", "description", "remarkCorpName", "remarkMobiles", "addWay", "state", "status", "tagIds")
_STAY = ("beganAt", "endedAt", "endedBy", "noticed")


def side_by_side(record: Record, follows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """``{list, differences, more}``: each relation as the detail shows it, with names, channel, stays, source and how
    its row was made.

    Args:
        follows: those of the customer's detail and of the records merged into it, as this reader may see them, each
            with its ``customerId``.
    """
    more = {(whose, employee): rest for employee, *rest, whose in record["relations"]}
    shown = [follow for follow in follows if _pair(follow) in more][: MOST["relations"]]
    channels, stays = _Channels(record["channels"]), _stays(record)
    found = [_relation(follow, more[_pair(follow)], channels, stays) for follow in shown]
    return {"list": found, "differences": differences(found), "more": len(follows) > len(found)}


def _pair(follow: dict[str, Any]) -> tuple[int, int]:
    return follow["customerId"], follow["employeeId"]


def _relation(follow: dict[str, Any], rest: Sequence[Any], channels: "_Channels", stays: Any) -> dict[str, Any]:
    name, fetch_seq, updated, *made = rest
    # A relation that a reading of WeCom has never shown was made here.
    origin = {"source": "wecom" if fetch_seq else "here", "createTime": made[-1], "updateTime": updated}
    mine = stays.get(_pair(follow), [])
    channel = channels.of(follow["state"], follow["addWay"])
    return follow | {"employeeName": name, "channel": channel, "stays": mine, "origin": origin, "made": made}


def differences(relations: Sequence[dict[str, Any]]) -> list[str]:
    """The names of what is not the same in all of them."""
    return [name for name in COMPARED if len({_plain(relation[name]) for relation in relations}) > 1]


def _plain(value: Any) -> Any:
    # In whatever order they were noted.
    return tuple(sorted(map(str, value))) if isinstance(value, list) else value or None


def friends(follows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that last."""
    return [follow for follow in follows if follow["status"] == RelationStatus.ACTIVE]


def _stays(record: Record) -> dict[tuple[int, int], list[dict[str, Any]]]:
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for employee, *values, whose in record["episodes"][: MOST["episodes"]]:
        found.setdefault((whose, employee), []).append(dict(zip(_STAY, values, strict=True)))
    return found


class _Channels:
    """As ``customers.channels.resolving`` has it, of the few keys that this customer's relations can mean."""

    def __init__(self, keys: Sequence[Sequence[Any]]) -> None:
        self.states = {state: (ident, name) for state, _way, ident, name in keys if state is not None}
        self.ways = {way: (ident, name) for state, way, ident, name in keys if state is None}

    def of(self, state: str, add_way: int | None) -> dict[str, Any] | None:
        found = self.states.get(state) if state else self.ways.get(add_way)
        return {"id": found[0], "name": found[1]} if found else None
