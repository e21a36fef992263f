"""What a reading or an ending means for one pair (docs/decisions/0019-who-wins.md)."""

import datetime as dt
from typing import Any, cast

from django.db.models import Field

from core.rendering import dumps
from core.time import to_wire
from customers import events
from customers.choices import RelationStatus
from customers.facts import FollowFacts
from customers.mirroring.loading import Unsent
from customers.mirroring.persons import differs
from customers.mirroring.rows import Case, PairRow, Turn, naive
from customers.models import FollowRelation
from customers.writeback import NOTED, remark_key

# Column → its name in events.
WIRE = NOTED | {
    "add_way": "addWay",
    "state": "state",
    "oper_userid": "operUserid",
    "wechat_channels": "wechatChannels",
    "personal_tags": "personalTags",
}
_TEXTS = ("remark", "description", "remark_corp_name", "state", "oper_userid")
_LENGTHS: dict[str, Any] = {column: cast(Field, FollowRelation._meta.get_field(column)).max_length for column in _TEXTS}


def begin(case: Case, employee_id: int, facts: FollowFacts) -> PairRow:
    """A pair that was not known."""
    pair = PairRow(0, case.row.id, employee_id, add_time=naive(facts.add_time), userid=facts.userid)
    _take_facts(case, pair, facts, None)
    case.pairs[employee_id] = pair
    _follow(case, pair, again=False)
    case.turns.append(Turn(pair))
    return pair


def meet(case: Case, pair: PairRow, facts: FollowFacts, unsent: Unsent) -> bool:
    """A known pair is shown by a reading that is newer than the row. Returns whether the row changes."""
    before = len(case.told)
    changed = _take_facts(case, pair, facts, unsent)
    changed += _turn(case, pair, naive(facts.add_time))
    if changed:
        data = {"employeeId": pair.employee_id, "changed": sorted(changed)}
        case.told.append((events.RELATION_UPDATED, data))
    return len(case.told) > before


def finish(case: Case, pair: PairRow, *, how: int, at: dt.datetime, noticed: bool) -> None:
    """A living pair is over."""
    pair.status, pair.ended_at = how, at
    case.told.append((events.UNFOLLOWED, _ended(pair, how, at, noticed)))
    case.turns.append(Turn(pair, noticed=noticed))
    case.turned = True


def _turn(case: Case, pair: PairRow, added: dt.datetime) -> list[str]:
    """Bring the pair's beginning and status into step with a showing. Returns wire names of corrections."""
    before, shown_before = pair.add_time, bool(pair.fetch_seq)
    if pair.living:
        if added == before:
            return []
        again = shown_before and before is not None and added > before
        if again:
            # Ended and begun anew, and no callback told of either.
            case.told.append((events.UNFOLLOWED, _ended(pair, None, added, True)))
    else:
        again = pair.status != RelationStatus.ENDED_BY_CUSTOMER or pair.ended_at is None or added > pair.ended_at
        if not again and added == before:
            return []
    later = pair.ended_at is not None and added > pair.ended_at
    dropped = None if shown_before or later else before
    pair.add_time = added
    if again:
        pair.status, pair.ended_at = int(RelationStatus.ACTIVE), None
        _follow(case, pair, again=True)
    case.turns.append(Turn(pair, dropped=dropped))
    case.turned = True
    return [] if again else ["addTime"]


def _take_facts(case: Case, pair: PairRow, facts: FollowFacts, unsent: Unsent | None) -> list[str]:
    """Copy what differs, but for what is on its way to WeCom. Returns wire names."""
    found: dict[str, Any] = {}
    for column in _TEXTS:
        told = getattr(facts, column)
        if told != getattr(pair, column) and told[: _LENGTHS[column]] != getattr(pair, column):
            found[column] = told[: _LENGTHS[column]]
    if facts.add_way is not None and facts.add_way != pair.add_way:
        found["add_way"] = facts.add_way
    for column, value in _structured(facts):
        if differs(getattr(pair, column), value):
            found[column] = dumps(value).decode()
    for column in NOTED:
        if column in found and unsent is not None and remark_key(pair.customer_id, pair.employee_id, column) in unsent:
            del found[column]
    for column, value in found.items():
        setattr(pair, column, value)
    case.renamed |= "remark" in found or "remark_mobiles" in found
    case.turned |= "state" in found
    return [WIRE[column] for column in found]


def _structured(facts: FollowFacts) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [("remark_mobiles", list(facts.remark_mobiles))]
    if facts.wechat_channels is not None:
        found.append(("wechat_channels", facts.wechat_channels))
    if facts.personal_tags is not None:
        found.append(("personal_tags", [list(tag) for tag in facts.personal_tags]))
    return found


def _follow(case: Case, pair: PairRow, *, again: bool) -> None:
    data = {"employeeId": pair.employee_id, "addTime": to_wire(pair.add_time), "addWay": pair.add_way}
    case.told.append((events.FOLLOWED, data | {"state": pair.state, "again": again}))
    case.turned = True


def _ended(pair: PairRow, how: int | None, at: dt.datetime, noticed: bool) -> dict[str, Any]:
    names = events.ENDED_BY
    return {
        "employeeId": pair.employee_id,
        "endedBy": names[RelationStatus(how)] if how else "unknown",
        "endedAt": to_wire(at),
        "noticed": noticed,
    }
