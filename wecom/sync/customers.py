"""Read every employee's customers, then those who wait for a successor, then look who is no longer among them."""

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from corps import mirroring as house
from corps.actors import SYSTEM
from corps.tally import Tally
from customers import mirroring
from customers.facts import FollowFacts, PersonFacts
from customers.mirroring import sightings
from wecom import digests, mapping
from wecom.client import customers
from wecom.client import house as house_calls
from wecom.client.errors import WecomError
from wecom.models import SyncRun
from wecom.sync import endings, leavers, new_tags
from wecom.sync.lanes import Lane, Lanes
from wecom.sync.steps import Failure, Sitting, Stages, Step, Unusable

# What one call may name, and what one page of it holds (page 96316).
USERS, LIMIT = 100, 100
# Calls whose rows make one page. More make fewer statements, and more is read again after a kill.
CALLS = 5
# A lane takes so small a part of the plan that all lanes have work to the end.
_TURNS = 8
# External userid and userid → what is told of the pair, and its digest.
Told = dict[tuple[str, str], tuple[mapping.Json, int | None]]


def start(sitting: Sitting) -> Step:
    """Who may have customers: the plan. Nobody at all would make every listing empty, and can't be meant."""
    userids = sorted(sitting.ask(house_calls.follow_users))
    if not userids:
        raise Unusable("no_followers")
    lanes = Lanes(size=max(1, min(USERS, len(userids) // (CALLS * _TURNS))))
    apply = partial(_begin, sitting.corp_id, sitting.run.pk, userids)
    return Step(cursor={"stage": "read", "lanes": lanes.as_json()}, apply=apply, plan=userids, done=0)


def _begin(corp_id: int, run_id: int, userids: Sequence[str]) -> Tally:
    sightings.forget(corp_id=corp_id, but_of=run_id)
    house.set_followers(corp_id=corp_id, userids=userids, by=SYSTEM, source="sync")
    # The report of this kind is about relations.
    return Tally()


def read(sitting: Sitting) -> Step:
    """One page: a call of each lane."""
    plan, lanes = sitting.run.plan, Lanes.of(sitting.run.cursor)
    ticket, active = sitting.ticket(), list(lanes.fill(plan, CALLS))
    answers = sitting.ask_all([_call(lane.names(plan), lane.cursor) for lane in active])
    entries, failures = _sorted_out(lanes, active, answers, plan)
    new_tags.fetch(sitting, (tag for entry in entries for tag in mapping.tags_of_pair(entry)))
    told = {mapping.pair_key(entry): (entry, digests.of(entry)) for entry in entries}
    stage = "read" if lanes.fill(plan, CALLS) else "waiting"
    return Step(
        cursor={"stage": stage, "lanes": lanes.as_json()},
        apply=partial(_apply, sitting, told, ticket),
        done=lanes.done,
        failures=failures,
    )


def _call(userids: Sequence[str], cursor: str) -> Any:
    return lambda client: customers.customers_of(client, userids, cursor=cursor, limit=LIMIT)


def _sorted_out(
    lanes: Lanes, active: Sequence[Lane], answers: Sequence[Any], plan: list[str]
) -> tuple[list[mapping.Json], list[Failure]]:
    """What was read of pairs, and the failures. An error of all is raised where no lane has anything to store."""
    entries: list[mapping.Json] = []
    failures: list[Failure] = []
    raised = None
    for lane, answer in zip(active, answers, strict=True):
        try:
            if isinstance(answer, WecomError):
                failures += lanes.failing(lane, answer, plan)
                continue
        except WecomError as error:
            # Of several, the one that does not pass by itself.
            raised = error if raised is None or raised.passes else raised
            continue
        rows, following = answer
        entries += rows
        lanes.read(lane, following)
    if raised and not entries:
        raise raised
    return entries, failures


def _apply(sitting: Sitting, told: Told, ticket: int) -> Tally:
    """Sight the pairs that are as they were, and compare the others."""
    common: dict[str, Any] = {"corp_id": sitting.corp_id, "ticket": ticket, "run_id": sitting.run.pk}
    named = {key: digest for key, (_entry, digest) in told.items()}
    same = mirroring.sight(told=named, turn=_turn(sitting.run), **common)
    people, follows = _facts(told, same)
    tally = Tally(same=len(same))
    if follows:
        tally.add(mirroring.apply_page(people=people, follows=follows, by=SYSTEM, source="sync", **common))
    return tally


def _turn(run: SyncRun) -> int:
    """Which part of the pairs is compared in full: another one each night, and all of them in a month."""
    return run.started_at.toordinal() if run.started_at else 0


def _facts(told: Told, same: Container[tuple[str, str]]) -> tuple[list[PersonFacts], list[FollowFacts]]:
    """Of those who are not the same. Where two pairs show one person differently, neither is remembered as taken over:
    the last stands."""
    pairs = [mapping.pair(*entry) for key, entry in told.items() if key not in same]
    people = {person.external_userid: person for person, _follow in pairs}
    torn = {person.external_userid for person, _follow in pairs if person != people[person.external_userid]}
    follows = [replace(follow, digest=None) if follow.external_userid in torn else follow for _person, follow in pairs]
    return list(people.values()), follows


STAGES: Stages = {
    "start": start,
    "read": read,
    "waiting": leavers.waiting,
    "gone": leavers.gone,
    "check": endings.check,
    "end": endings.end,
}
