"""A pair's episodes, brought into step with what its row now says.

The present stay begins at the row's time of adding and is open or ended as the row is; earlier ones end no later than
the next begins (docs/decisions/0019-who-wins.md).
"""

import datetime as dt
from dataclasses import astuple
from itertools import pairwise

from customers.choices import RelationStatus
from customers.mirroring.rows import PairRow, StayRow, Turn


def settle(turn: Turn, known: list[StayRow]) -> tuple[list[StayRow], list[int]]:
    """The episodes to store, oldest first, and the ids of those to delete first.

    Args:
        known: all that are stored of this pair, oldest first.
    """
    pair, before = turn.pair, {stay.began_at: astuple(stay) for stay in known}
    present_at = pair.began_at
    if present_at is None:
        return [], []
    # What began later was assumed, or is taken back by WeCom.
    gone = [stay for stay in known if stay.began_at > present_at or stay.began_at == turn.dropped]
    kept = {stay.began_at: stay for stay in known if stay not in gone and stay.began_at != present_at}
    present = next((stay for stay in known if stay.began_at == present_at), None)
    if present is None:
        present = StayRow(0, pair.customer_id, pair.employee_id, present_at)
    _as_the_pair(present, pair, turn, known)
    kept[present_at] = present
    _close_earlier(sorted(kept.values(), key=lambda stay: stay.began_at))
    changed = [stay for at, stay in sorted(kept.items()) if astuple(stay) != before.get(at)]
    return changed, [stay.id for stay in gone]


def fill_in(stays: list[StayRow], pair: PairRow, how: int, at: dt.datetime) -> StayRow | None:
    """Note how an earlier stay ended, told only now. Returns the stay if that is news."""
    began = pair.began_at
    earlier = [stay for stay in stays if stay.began_at <= at and began is not None and stay.began_at < began]
    stay = max(earlier, key=lambda stay: stay.began_at, default=None)
    if stay is None or not sooner(how, at, stay.ended_by, stay.ended_at):
        return None
    stay.ended_by, stay.ended_at, stay.noticed = how, at, 0
    return stay


def sooner(how: int, at: dt.datetime, known_how: int | None, known_at: dt.datetime | None) -> bool:
    """Whether an ending comes before the known one of the same stay: of two the earlier counts, whichever is heard of
    first. In the same second the customer's does: nothing else tells of it."""
    if known_at is None or known_how is None:
        return known_at is None or at <= known_at
    customers = RelationStatus.ENDED_BY_CUSTOMER
    return (at, how != customers, how) < (known_at, known_how != customers, known_how)


def _as_the_pair(stay: StayRow, pair: PairRow, turn: Turn, known: list[StayRow]) -> None:
    stay.add_way, stay.state = pair.add_way, pair.state
    if pair.living:
        stay.ended_at, stay.ended_by, stay.noticed = None, None, 0
        return
    if turn.noticed is not None:
        stay.noticed = int(turn.noticed)
    else:
        # The end is an old one, found to belong to this stay.
        stay.noticed = max((other.noticed for other in known if other.ended_at == pair.ended_at), default=0)
    stay.ended_at, stay.ended_by = pair.ended_at, pair.status


def _close_earlier(stays: list[StayRow]) -> None:
    for stay, following in pairwise(stays):
        if stay.ended_at is None or (stay.ended_at > following.began_at and not stay.noticed):
            # Nobody told how it ended; an exact time after the next beginning was the next one's end.
            stay.ended_at, stay.ended_by, stay.noticed = following.began_at, None, 1
        elif stay.ended_at > following.began_at:
            stay.ended_at = following.began_at
