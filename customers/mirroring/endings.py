"""Ends of relations, as callbacks tell of them or a full sync notices."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from core.transactions import atomic
from corps.actors import Actor
from corps.tally import Tally
from customers import events
from customers.choices import RelationStatus, Source
from customers.facts import Ending
from customers.mirroring import loading, pairs, settling, stays, storing
from customers.mirroring.rows import Case, PairRow, Reading, StayRow, Turn, naive

_Stays = dict[tuple[int, int], list[StayRow]]


@atomic
def end_pairs(
    *,
    corp_id: int,
    endings: Sequence[Ending],
    ticket: int,
    by: Actor,
    source: str,
    hints: Mapping[str, int] = MappingProxyType({}),
) -> Tally:
    """End relations, each as its ``Ending`` says; one that is over already, or began later, stays as it is.

    Of two endings of one stay the earlier counts, whichever is told first. One that is older than the present stay ends
    nothing now, but says how the stay before it ended. What a full sync tells (``source``) was noticed and not seen:
    it ends no pair that WeCom has never shown.

    Args:
        ticket: an ending by employee or transfer is refused by a pair that was read later than this and lives; the
            customer's own has no other witness, and is believed.
        hints: external userid → the receipt of the callback that told, for the history of values.

    Returns:
        ``ended``, ``changed`` (an end corrected or filled in), ``same``, ``refused``, and ``unknown_pairs``:
        (external userid, userid) of pairs that aren't known here. Read those customers, then end the pairs again.
    """
    reading = Reading(corp_id, ticket, by.label, source, hints=hints)
    cases = loading.cases(corp_id, {ending.external_userid for ending in endings}, ticket) if endings else {}
    known: _Stays | None = None
    filled: list[StayRow] = []
    # The earliest first: a later ending of the same stay then finds it ended.
    for ending in sorted(endings, key=lambda ending: ending.at):
        case = cases.get(ending.external_userid)
        pair = _pair(case, ending.userid)
        if case is None or pair is None:
            reading.tally.unknown_pairs.add((ending.external_userid, ending.userid))
        elif _earlier_stay(pair, ending):
            known = known or loading.stays([each.row.id for each in cases.values()])
            filled += _fill_in(case, pair, ending, known)
        else:
            _end(reading, case, pair, ending)
    storing.store_stays(corp_id, filled, [])
    settling.settle(reading, list(cases.values()))
    return reading.tally


def _pair(case: Case | None, userid: str) -> PairRow | None:
    return next((pair for pair in case.pairs.values() if pair.userid == userid), None) if case else None


def _earlier_stay(pair: PairRow, ending: Ending) -> bool:
    # A beginning that WeCom hasn't shown yet is a guess of ours.
    return bool(pair.fetch_seq and pair.add_time and naive(ending.at) < pair.add_time)


def _fill_in(case: Case, pair: PairRow, ending: Ending, known: _Stays) -> list[StayRow]:
    stay = stays.fill_in(known.get((pair.customer_id, pair.employee_id), []), pair, ending.how, naive(ending.at))
    case.outcomes.append("changed" if stay else "same")
    if stay:
        case.told.append((events.RELATION_UPDATED, {"employeeId": pair.employee_id, "changed": ["episodes"]}))
    return [stay] if stay else []


def _end(reading: Reading, case: Case, pair: PairRow, ending: Ending) -> None:
    at, how = naive(ending.at), int(ending.how)
    noticed = reading.source == Source.SYNC
    if pair.living and not _believed(reading, pair, how, noticed):
        case.outcomes.append("refused")
        return
    if pair.living:
        pairs.finish(case, pair, how=how, at=at, noticed=noticed)
        case.outcomes.append("ended")
    elif not noticed and pair.ended_at and stays.sooner(how, at, pair.status, pair.ended_at):
        _correct(case, pair, how, at)
    else:
        case.outcomes.append("same")
    # Also where it ends nothing now: the stay that it ended may be read of later, or be shown by a reading of before.
    if how == RelationStatus.ENDED_BY_CUSTOMER:
        pair.left_at = max(pair.left_at or at, at)
    else:
        pair.fetch_seq = max(pair.fetch_seq, reading.ticket)
    # What WeCom goes on saying of it means something else now.
    pair.digest = None
    case.stored.append(pair)


def _believed(reading: Reading, pair: PairRow, how: int, noticed: bool) -> bool:
    if noticed and not pair.fetch_seq:
        return False
    return how == RelationStatus.ENDED_BY_CUSTOMER or pair.fetch_seq <= reading.ticket


def _correct(case: Case, pair: PairRow, how: int, at: dt.datetime) -> None:
    changed = ["endedAt", "status"] if how != pair.status else ["endedAt"]
    pair.status, pair.ended_at = how, at
    case.told.append((events.RELATION_UPDATED, {"employeeId": pair.employee_id, "changed": changed}))
    case.turns.append(Turn(pair, noticed=False))
    case.turned = True
    case.outcomes.append("changed")
