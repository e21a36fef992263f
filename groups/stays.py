"""What a reading of a group changes in the stays of its members: pure, and the same whichever way facts come in.

The rules are those of docs/decisions/0025-stays.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from groups.choices import TOLD, MemberType, QuitScene

# How far the clocks of servers differ.
SKEW = dt.timedelta(minutes=10)


class Stay(NamedTuple):
    """A row of ``GroupMember`` as the rules look at it: columns only. ``pk`` is None for one not stored yet."""

    pk: int | None
    chat_id: int
    userid: str
    join_time: dt.datetime
    left_at: dt.datetime | None
    quit_scene: int | None
    type: int
    employee_id: int | None
    customer_id: int | None
    unionid: str | None
    name: str
    group_nickname: str
    join_scene: int | None
    inviter_userid: str
    state: str

    @property
    def told(self) -> bool:
        """Whether an event told of its end."""
        return self.quit_scene in TOLD and self.left_at is not None


@dataclass(slots=True)
class Difference:
    """What changes, each stay as it will be; and how many are in the group then."""

    joined: list[Stay] = field(default_factory=list)
    returned: list[Stay] = field(default_factory=list)
    left: list[Stay] = field(default_factory=list)
    changed: list[Stay] = field(default_factory=list)
    members: int = 0
    customers: int = 0

    def count(self, stay: Stay) -> None:
        self.members += 1
        self.customers += stay.type == MemberType.CUSTOMER


def compare(
    known: Iterable[Stay], present: Mapping[str, Stay], *, noticed: dt.datetime, overruled: dt.datetime | None
) -> Difference:
    """What a reading changes.

    Args:
        known: the lasting stays of the group, and those over that began when somebody present joined.
        present: who is in the group by this reading, by userid.
        noticed: when somebody no longer there is noted as gone.
        overruled: an end that an event told of before this time gives way to a reading that shows the same stay;
            None where none does, because the reading may be behind the event.
    """
    found, stays = Difference(), defaultdict(list)
    for stay in known:
        stays[stay.userid].append(stay)
    for userid in sorted(stays.keys() | present.keys()):
        _of_one(found, stays[userid], present.get(userid), noticed, overruled)
    return found


def _of_one(
    found: Difference, stays: Sequence[Stay], seen: Stay | None, noticed: dt.datetime, overruled: dt.datetime | None
) -> None:
    lasting = next((s for s in stays if s.left_at is None), None)
    same = next((s for s in stays if seen and s.join_time == seen.join_time), None)
    if same and _stands(same, overruled):
        # The reading is behind what an event told: it says nothing of this one.
        if lasting:
            found.count(lasting)
        return
    if lasting and lasting is not same:
        found.left.append(_unseen(lasting, seen, noticed))
    if seen is None:
        return
    found.count(seen)
    if same is None:
        found.joined.append(seen)
    elif (now := _merged(same, seen)) != same:
        (found.changed if same.left_at is None else found.returned).append(now)


def _stands(stay: Stay, overruled: dt.datetime | None) -> bool:
    if not stay.told or stay.left_at is None or stay.left_at <= stay.join_time:
        # In the second of joining, leaving may have come before: then who is shown has joined again.
        return False
    return overruled is None or stay.left_at >= overruled


def _unseen(stay: Stay, seen: Stay | None, noticed: dt.datetime) -> Stay:
    # Whoever joined again had left by then.
    at = seen.join_time if seen and seen.join_time > stay.join_time else max(noticed, stay.join_time)
    return stay._replace(left_at=at, quit_scene=QuitScene.UNSEEN)


def _merged(stay: Stay, seen: Stay) -> Stay:
    # Names come only when asked for, unionids only once they are bound: none says nothing.
    return seen._replace(
        pk=stay.pk,
        customer_id=seen.customer_id or stay.customer_id,
        unionid=seen.unionid or stay.unionid,
        name=seen.name or stay.name,
    )


def ended_by(stays: Iterable[Stay], at: dt.datetime) -> Stay | None:
    """Which of somebody's stays a leaving at ``at`` ended: the latest that began before, or in that second.

    None where none did, or where the latest had ended before: what ended then was never seen.
    """
    upto = sorted((s for s in stays if s.join_time <= at), key=lambda s: s.join_time)
    before = [s for s in upto if s.join_time < at]
    last = before[-1] if before else None
    if last and not (last.told and last.left_at and last.left_at < at):
        return last
    return upto[-1] if upto and upto[-1].join_time == at else None


def with_end(stay: Stay, quit_scene: int, at: dt.datetime, *, noticed: dt.datetime) -> Stay | None:
    """The stay as an event told of its end; None where that says nothing new, or is about a stay never seen.

    An end that was only noticed gives way to one that was told, a told one to an earlier.

    Args:
        noticed: now. Who was found gone well before ``at`` had come back unseen, unless WeCom's clock (a sandbox's, put
            forward) is so far from ours that the two can't be compared.
    """
    known = stay.left_at
    if known is not None and stay.quit_scene == QuitScene.UNSEEN:
        if known + SKEW < at <= noticed + SKEW:
            return None
    elif known is not None and at >= known:
        return None
    return stay._replace(left_at=at, quit_scene=quit_scene)
