"""Read the group chats of every owner, leavers named among them; then ask again for the chats that are missing."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Employee
from corps.tally import Tally
from groups import mirroring
from groups.choices import ChatStatus
from groups.models import GroupChat
from wecom import mapping
from wecom.client import groups
from wecom.client import house as house_calls
from wecom.client.errors import Gone, NoRelation, OutOfRange, WecomError
from wecom.models import SyncRun
from wecom.sync import dry_endings, safety
from wecom.sync.lanes import Lanes
from wecom.sync.steps import Failure, Sitting, Stages, Step, Unusable

# Owners named in one call (page 93414), and chats that make a page: each is one more call.
OWNERS, CHATS = 100, 20
_ONE = (OutOfRange, NoRelation)


def start(sitting: Sitting) -> Step:
    """The owners: who may have customers, and who had and has left, since theirs are shown only to who names them."""
    userids = set(sitting.ask(house_calls.follow_users))
    if not userids:
        raise Unusable("no_followers")
    staff = Employee.objects.of_corp(sitting.corp_id)
    known = staff.filter(Q(status=EmployeeStatus.LEFT) | Q(owned_chats__isnull=False)).distinct()
    plan = sorted(userids | set(known.values_list("userid", flat=True)))
    return Step(cursor={"stage": "read", "lanes": Lanes(size=OWNERS).as_json()}, plan=plan, done=0)


def read(sitting: Sitting) -> Step:
    """A page of the list of some owners' chats, and each of these."""
    run = sitting.run
    lanes = Lanes.of(run.cursor)
    lane = lanes.fill(run.plan, 1)[0]
    ticket = sitting.ticket()
    failures: list[Failure] = []
    apply = Tally
    try:
        rows, following = sitting.ask(groups.group_chats, owners=lane.names(run.plan), cursor=lane.cursor, limit=CHATS)
    except WecomError as error:
        failures += lanes.failing(lane, error, run.plan)
    else:
        status = {row["chat_id"]: row.get("status") for row in rows}
        apply, failures = chats_of(sitting, status, ticket)
        lanes.read(lane, following)
    stage = "read" if lanes.fill(run.plan, 1) else "check"
    cursor = {"stage": stage, "lanes": lanes.as_json()}
    return Step(cursor=cursor, apply=apply, done=lanes.done, failures=failures)


def check(sitting: Sitting) -> Step:
    """Count the chats that are missing, and stop for a person where that is too many."""
    run = sitting.run
    if run.dry_run:
        return dry_endings.chats(sitting)
    missing = unseen(run)
    going = missing.count()
    if not going:
        return Step(cursor=None)
    of = GroupChat.objects.of_corp(run.corp_id).exclude(status=ChatStatus.DISMISSED).count()
    held = safety.hold(run, "groups", going, of, list(missing.values_list("chat_id", flat=True)[:50]))
    return Step(cursor=run.cursor | {"stage": "end", "after": 0}, hold=held)


def end(sitting: Sitting) -> Step:
    """Ask for some of the missing chats; what WeCom doesn't know has been dismissed."""
    run = sitting.run
    rows = unseen(run).filter(pk__gt=run.cursor["after"]).order_by("pk")[:CHATS]
    found = dict(rows.values_list("chat_id", "pk"))
    if not found:
        return Step(cursor=None)
    apply, failures = chats_of(sitting, dict.fromkeys(found), sitting.ticket())
    return Step(cursor=run.cursor | {"after": max(found.values())}, apply=apply, failures=failures)


def unseen(run: SyncRun) -> QuerySet[GroupChat]:
    """Living chats that this run has not shown, whose owner's listing succeeded, and that nobody has read since."""
    failed = Lanes.of(run.cursor).failed
    rows = GroupChat.objects.of_corp(run.corp_id).filter(fetch_seq__gt=0, fetch_seq__lt=run.first_ticket)
    return rows.exclude(status=ChatStatus.DISMISSED).exclude(seen_run=run.pk).exclude(owner__userid__in=failed)


def chats_of(sitting: Sitting, status: dict[str, int | None], ticket: int) -> tuple[Any, list[Failure]]:
    """Read these chats. Returns what stores them, and the failures.

    Args:
        status: chat id → WeCom's follow state, None where no list told it.
    """
    answers = dict(zip(status, sitting.ask_all([_call(chat_id) for chat_id in status]), strict=True))
    failures = [Failure(chat_id, a.code) for chat_id, a in answers.items() if isinstance(a, _ONE)]
    for answer in answers.values():
        if isinstance(answer, WecomError) and not isinstance(answer, (Gone, *_ONE)):
            raise answer
    read = {chat_id: answer for chat_id, answer in answers.items() if not isinstance(answer, WecomError)}
    facts = [mapping.chat(answer, status[chat_id]) for chat_id, answer in read.items()]
    gone = [chat_id for chat_id, answer in answers.items() if isinstance(answer, Gone)]
    return partial(_apply, sitting, facts, gone, ticket), failures


def _call(chat_id: str) -> Any:
    return lambda client: groups.group_chat(client, chat_id)


def _apply(sitting: Sitting, facts: Sequence[Any], gone: Sequence[str], ticket: int) -> Tally:
    common = {"corp_id": sitting.corp_id, "ticket": ticket, "by": SYSTEM, "source": "sync"}
    tally = mirroring.apply_chats(chats=facts, run_id=sitting.run.pk, **common)  # type: ignore[arg-type]
    return tally.add(mirroring.end_unseen(chat_ids=gone, **common))  # type: ignore[arg-type]


STAGES: Stages = {"start": start, "read": read, "check": check, "end": end}
