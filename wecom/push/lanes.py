"""Which commands are worked on: one lane by one worker at a time, whichever process or machine it is in.

A lane is held on its first open command. The hold is a lease: of a worker that died the next one takes it over. It
covers one call and ends with it, so that what is closed is never what others look at to see that the lane is held.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from core.failpoints import failpoint
from core.time import now
from customers.contact_ways import wanting
from customers.models import ContactWay, Customer
from messaging.models import Command
from tags import writeback
from tags.holding import hold_catalogue

# Longer than the slowest call with its repeats.
LEASE = dt.timedelta(seconds=130)
# Commands of one call.
MOST = 100
SCAN = 200


@dataclass(slots=True)
class Hold:
    """A lane that is ours until ``until``, and the commands that this call is about, their revisions as they are read.

    Attributes:
        head: the lane's first open command, on which the hold stands.
    """

    corp_id: int
    lane: str
    head: int
    until: dt.datetime
    commands: list[Command]

    def release(self) -> None:
        """Let others have the lane."""
        Command.objects.filter(pk=self.head, taken_until=self.until).update(taken_until=None)


def lock_lane(corp_id: int, lane: str) -> None:
    """Take the lock under which commands of this lane are wanted, and under which the mirror applies readings."""
    if lane == writeback.LANE:
        hold_catalogue(corp_id)
        return
    kind, _colon, number = lane.rpartition(":")
    rows: Any = ContactWay.objects if kind == wanting.KIND else Customer.objects
    list(rows.select_for_update().filter(pk=int(number), corp_id=corp_id).values_list("pk"))


def due(resting: Sequence[int] = ()) -> list[tuple[int, str]]:
    """(corp, lane) of commands that are due, the longest waiting first.

    Args:
        resting: companies whose calls would be refused just now.
    """
    rows = Command.objects.filter(state=Command.State.WAITING, due_at__lte=now()).exclude(corp_id__in=resting)
    return list(dict.fromkeys(rows.order_by("due_at").values_list("corp_id", "lane")[:SCAN]))


def take(corp_id: int, lane: str) -> Hold | None:
    """Take the lane, count a try of the commands of its next call, and commit that before anything is tried.

    Returns: None where somebody else has it, or nothing is due.
    """
    waiting = Command.objects.filter(corp_id=corp_id, lane=lane, open_mark=1).order_by("pk")
    head = waiting.first()
    moment = now()
    if head is None:
        return None
    hold = Hold(corp_id, lane, head.pk, moment + LEASE, [])
    free = Q(taken_until=None) | Q(taken_until__lte=moment)
    if not Command.objects.filter(free, pk=head.pk, settled_at=None).update(taken_until=hold.until):
        return None
    hold.commands = _counted(_together(list(waiting.filter(due_at__lte=moment)[:SCAN])), hold.until)
    if not hold.commands:
        hold.release()
        return None
    failpoint("push.taken")
    return hold


def _counted(commands: list[Command], until: dt.datetime) -> list[Command]:
    """Count a try of those that are as they were read, and return them.

    They are not due meanwhile, so that those who look for work don't find them. One that was wanted again since is left
    out and stays due: it would be told as it was, and then wait for the lease to run out.
    """
    rows, revisions = Command.objects.filter(settled_at=None), {command.revision for command in commands}
    counted = 0
    for revision in revisions:
        same = rows.filter(pk__in=[c.pk for c in commands if c.revision == revision], revision=revision)
        counted += same.update(attempts=F("attempts") + 1, due_at=until)
    if counted < len(commands):
        ours = set(rows.filter(pk__in=[c.pk for c in commands], due_at=until).values_list("pk", flat=True))
        commands = [command for command in commands if command.pk in ours]
    for command in commands:
        command.attempts += 1
    return commands


def _together(commands: list[Command]) -> list[Command]:
    """The first of these, and what goes to WeCom in the same call: the tags, or the remarks, of one pair."""
    if not commands:
        return []
    first = commands[0]
    if first.kind not in ("customer.tag", "customer.remark"):
        return [first]
    employee = first.subject["employeeId"]
    same = (c for c in commands if c.kind == first.kind and c.subject["employeeId"] == employee)
    return list(same)[:MOST]
