"""What would end, without a mark in any row: a dry run takes its marks back, so it compares the lists themselves."""

from collections.abc import Sequence
from functools import partial

from corps.tally import SAMPLE, Tally
from customers.choices import RelationStatus
from customers.models import FollowRelation
from groups.choices import ChatStatus
from groups.models import GroupChat
from wecom.client import customers, groups
from wecom.client.errors import NoRelation, WecomError
from wecom.sync.lanes import Lanes
from wecom.sync.steps import Sitting, Step

EMPLOYEES, OWNERS = 20, 100


def relations(sitting: Sitting) -> Step:
    """Compare some employees' customers here with ``externalcontact/list``."""
    run = sitting.run
    at = run.cursor.get("compared", 0)
    failed = set(Lanes.of(run.cursor).failed)
    userids = run.plan[at : at + EMPLOYEES]
    if not userids:
        return Step(cursor=None)
    asked = [userid for userid in userids if userid not in failed]
    calls = [partial(_listed, userid=userid) for userid in asked]
    answers = dict(zip(asked, sitting.ask_all(calls), strict=True))
    missing = [pair for userid, shown in answers.items() for pair in _missing(run.corp_id, userid, shown)]
    tally = Tally(ended=len(missing), sample=[f"{pair} ends" for pair in missing[:SAMPLE]])
    return Step(cursor=run.cursor | {"compared": at + EMPLOYEES}, apply=lambda: tally)


def _listed(client: object, *, userid: str) -> Sequence[str]:
    try:
        return customers.customer_ids(client, userid)  # type: ignore[arg-type]
    except NoRelation:
        return ()


def _missing(corp_id: int, userid: str, shown: Sequence[str] | WecomError) -> list[str]:
    if isinstance(shown, WecomError):
        return []
    living = FollowRelation.objects.of_corp(corp_id).filter(
        status=RelationStatus.ACTIVE, employee__userid=userid, fetch_seq__gt=0
    )
    here = living.values_list("customer__external_userid", flat=True)
    return [f"{userid} {external}" for external in sorted(set(here) - set(shown))]


def chats(sitting: Sitting) -> Step:
    """Compare some owners' chats here with ``groupchat/list``."""
    run = sitting.run
    at = run.cursor.get("compared", 0)
    failed = set(Lanes.of(run.cursor).failed)
    owners = [userid for userid in run.plan[at : at + OWNERS] if userid not in failed]
    if at >= len(run.plan):
        return Step(cursor=None)
    here = GroupChat.objects.of_corp(run.corp_id).filter(owner__userid__in=owners, fetch_seq__gt=0)
    living = set(here.exclude(status=ChatStatus.DISMISSED).values_list("chat_id", flat=True))
    missing = sorted(living - _chats_of(sitting, owners)) if owners else []
    tally = Tally(ended=len(missing), sample=[f"{chat_id} ends" for chat_id in missing[:SAMPLE]])
    return Step(cursor=run.cursor | {"compared": at + OWNERS}, apply=lambda: tally)


def _chats_of(sitting: Sitting, owners: list[str]) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        rows, cursor = sitting.ask(groups.group_chats, owners=owners, cursor=cursor)
        found |= {row["chat_id"] for row in rows}
        if not cursor:
            return found
