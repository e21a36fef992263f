"""What events of customers lead to (pages 92277, 96361): they are read again, and what no reading shows is noted.

An event is a hint to look there. But how a relation ended, and when, only the event tells; and of a customer who
deleted the employee, WeCom's API tells nothing at all.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from customers import mirroring
from customers.choices import RelationStatus
from customers.facts import Ending, FollowFacts
from customers.transfers import failing
from wecom import refreshing
from wecom.callbacks import claims
from wecom.callbacks.boxes import Box, Notice
from wecom.callbacks.greeting import AGAIN_AFTER, greet
from wecom.client.transport import client_for
from wecom.refreshing import Reading

SOURCE = "callback"
BY_CUSTOMER = RelationStatus.ENDED_BY_CUSTOMER
# The others bring no fact that could be read: a half adding answers 84061 until the employee confirms it.
ENDINGS = {"del_external_contact", "del_follow_user"}
READ_FOR = ENDINGS | {"add_external_contact", "edit_external_contact"}


@dataclass(slots=True)
class Plan:
    """What to do with some boxes of one reading.

    Attributes:
        doubted: (external userid, userid) of pairs that an event says are over and that the reading still shows.
        waiting: notices to look at again, and when.
    """

    endings: list[Ending] = field(default_factory=list)
    doubted: set[tuple[str, str]] = field(default_factory=set)
    waiting: dict[Notice, dt.datetime] = field(default_factory=dict)


def work(boxes: Sequence[Box]) -> None:
    """Work off the boxes of some customers of one company. Raises what none of them is to blame for."""
    again = greet(notice for box in boxes for notice in box.notices)
    failpoint("callback.greeted")
    asked = [box.ident for box in boxes if any(notice.change in READ_FOR for notice in box.notices)]
    corp_id = boxes[0].corp_id
    over = {(box.ident, notice.userid) for box in boxes for notice in box.notices if notice.change in ENDINGS}
    reading = refreshing.read_customers(client_for(corp_id), asked, over=over) if asked else Reading(corp_id, ticket=0)
    failpoint("callback.read")
    _apply([box for box in boxes if box.ident not in reading.failed], reading, again)
    for box in boxes:
        if box.ident in reading.failed:
            claims.failed(box.receipts, reading.failed[box.ident])


@atomic_retry
def _apply(boxes: Sequence[Box], reading: Reading, again: set[int]) -> None:
    plan = _plan(boxes, reading)
    # Ends before what is shown: absent from the reading, the pair would end as found gone, not as it was told.
    hints = {box.ident: box.notices[-1].receipt.pk for box in boxes if box.notices}
    unknown = _end(reading, plan.endings, hints)
    if reading.ticket:
        reading.apply(source=SOURCE, without=plan.doubted, hints=hints)
    # Pairs that this reading was the first to show, or to show again: the customer's own deletion is shown by none.
    again_over = [e for e in plan.endings if e.how == BY_CUSTOMER or (e.external_userid, e.userid) in unknown]
    _end(reading, again_over, hints)
    for box in boxes:
        _note_transfers(box)
    failpoint("callback.applied")
    _settle(boxes, plan, again)


def _plan(boxes: Sequence[Box], reading: Reading) -> Plan:
    shown = {(follow.external_userid, follow.userid): follow for follow in reading.follows}
    plan = Plan()
    for box in boxes:
        for notice in box.notices:
            pair = (box.ident, notice.userid)
            if notice.change == "del_follow_user":
                how = RelationStatus.ENDED_BY_CUSTOMER
                plan.endings.append(Ending(*pair, how, notice.at))
            elif notice.change == "del_external_contact":
                _plan_deletion(plan, pair, notice, shown.get(pair))
        _plan_additions(plan, box, shown.keys())
    return plan


def _plan_deletion(plan: Plan, pair: tuple[str, str], notice: Notice, shown: FollowFacts | None) -> None:
    if shown and shown.add_time <= notice.at:
        # WeCom goes on showing such a pair for a while. When it still does after that, it is right.
        if not (look := notice.next_look):
            return
        plan.doubted.add(pair)
        plan.waiting[notice] = look
    by_transfer = notice["source"] == "DELETE_BY_TRANSFER"
    how = RelationStatus.ENDED_BY_TRANSFER if by_transfer else RelationStatus.ENDED_BY_EMPLOYEE
    plan.endings.append(Ending(*pair, how, notice.at))


def _plan_additions(plan: Plan, box: Box, shown: Collection[tuple[str, str]]) -> None:
    """One who was added and isn't shown: half added, deleted since, or WeCom is behind its own event."""
    over = {ending.userid for ending in plan.endings if ending.external_userid == box.ident}
    for notice in box.notices:
        missing = notice.change == "add_external_contact" and (box.ident, notice.userid) not in shown
        if missing and notice.userid not in over and (look := notice.next_look):
            plan.waiting[notice] = look


def _end(reading: Reading, endings: Sequence[Ending], hints: Mapping[str, int]) -> set[tuple[str, str]]:
    """Returns the pairs that nobody here knows."""
    if not endings:
        return set()
    tally = mirroring.end_pairs(
        corp_id=reading.corp_id, endings=endings, ticket=reading.ticket, by=SYSTEM, source=SOURCE, hints=hints
    )
    return tally.unknown_pairs


def _note_transfers(box: Box) -> None:
    for notice in box.notices:
        if notice.change == "transfer_fail":
            failing.note_failure(
                corp_id=box.corp_id,
                external_userid=box.ident,
                taker_userid=notice.userid,
                reason=notice["failreason"],
                by=SYSTEM,
                source=SOURCE,
            )


def _settle(boxes: Sequence[Box], plan: Plan, again: set[int]) -> None:
    notices = [notice for box in boxes for notice in box.notices]
    soon = now() + AGAIN_AFTER
    waiting = {notice: soon for notice in notices if notice.receipt.pk in again} | plan.waiting
    claims.done([notice.receipt for notice in notices if notice not in waiting])
    for notice, look in waiting.items():
        claims.later([notice.receipt], look)
