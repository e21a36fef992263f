"""What a reading or an ending means for one pair (docs/decisions/0019-who-wins.md)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Field

from core.rendering import dumps
from core.time import to_wire
from customers import events
from customers.choices import RelationStatus
from customers.facts import FollowFacts
from customers.history.fields import NOTES
from customers.mirroring.loading import Unsent
from customers.mirroring.persons import differs, plain
from customers.mirroring.rows import Case, PairRow, Turn, naive
from customers.models import FollowRelation
from customers.writeback import NOTED, remark_key

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
    if pair.left_at is not None and added <= pair.left_at:
        return _show_ended(case, pair, added, pair.left_at)
    again, dropped = not pair.living, _assumed(pair, added)
    if pair.living:
        if added == pair.add_time:
            return []
        again = dropped is None and pair.add_time is not None and added > pair.add_time
        if again:
            # Ended and begun anew, and no callback told of either.
            case.told.append((events.UNFOLLOWED, _ended(pair, None, added, True)))
    pair.add_time, pair.status, pair.ended_at = added, int(RelationStatus.ACTIVE), None
    if again:
        _follow(case, pair, again=True)
    case.turns.append(Turn(pair, dropped=dropped))
    case.turned = True
    return [] if again else ["addTime"]


def _show_ended(case: Case, pair: PairRow, added: dt.datetime, left_at: dt.datetime) -> list[str]:
    """WeCom goes on showing a pair that the customer has ended; this stay may have been unheard of until now."""
    customers = int(RelationStatus.ENDED_BY_CUSTOMER)
    if added == pair.add_time and pair.status == customers:
        return []
    dropped, moved = _assumed(pair, added), added != pair.add_time
    pair.add_time = added
    if pair.living:
        finish(case, pair, how=customers, at=left_at, noticed=False)
    corrected = ["addTime"] * moved + ["status"] * (pair.status != customers)
    pair.status, pair.ended_at = customers, left_at
    case.turns.append(Turn(pair, dropped=dropped, noticed=False))
    case.turned = True
    return corrected


def _assumed(pair: PairRow, added: dt.datetime) -> dt.datetime | None:
    """The beginning that was assumed here, before WeCom showed the pair, and that it now corrects."""
    later = pair.ended_at is not None and added > pair.ended_at
    return None if pair.fetch_seq or later else pair.add_time


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
            case.skipped.add(pair.employee_id)
    for column, value in found.items():
        if unsent is not None:
            case.past.append((pair.employee_id, NOTES[column], *_told(column, getattr(pair, column), value)))
        setattr(pair, column, value)
    case.renamed |= "remark" in found or "remark_mobiles" in found
    case.turned |= "state" in found
    return [NOTES[column] for column in found]


def _told(column: str, *values: Any) -> Sequence[Any]:
    """Values of a column as the history has them: those of JSON columns read."""
    return values if column in (*_TEXTS, "add_way") else [plain(value) for value in values]


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
