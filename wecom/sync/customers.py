"""Read every employee's customers, then those who wait for a successor, then look who is no longer among them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from corps import mirroring as house
from corps.actors import SYSTEM
from corps.facts import Tally
from customers import mirroring
from customers.facts import FollowFacts, PersonFacts
from wecom import mapping
from wecom.client import customers
from wecom.client import house as house_calls
from wecom.client.errors import WecomError
from wecom.sync import endings, leavers, new_tags
from wecom.sync.lanes import Lane, Lanes
from wecom.sync.steps import Failure, Sitting, Stages, Step, Unusable

# What one call may name, and what one page of it holds (page 96316).
USERS, LIMIT = 100, 100
# Calls whose rows make one page. More make fewer statements, and more is read again after a kill.
CALLS = 5
# A lane takes so small a part of the plan that all lanes have work to the end.
_TURNS = 8
Pair = tuple[PersonFacts, FollowFacts]


def start(sitting: Sitting) -> Step:
    """Who may have customers: the plan. Nobody at all would make every listing empty, and can't be meant."""
    userids = sorted(sitting.ask(house_calls.follow_users))
    if not userids:
        raise Unusable("no_followers")
    lanes = Lanes(size=max(1, min(USERS, len(userids) // (CALLS * _TURNS))))
    apply = partial(_set_followers, sitting.corp_id, userids)
    return Step(cursor={"stage": "read", "lanes": lanes.as_json()}, apply=apply, plan=userids, done=0)


def _set_followers(corp_id: int, userids: Sequence[str]) -> Tally:
    house.set_followers(corp_id=corp_id, userids=userids, by=SYSTEM, source="sync")
    # The report of this kind is about relations.
    return Tally()


def read(sitting: Sitting) -> Step:
    """One page: a call of each lane."""
    plan, lanes = sitting.run.plan, Lanes.of(sitting.run.cursor)
    ticket, active = sitting.ticket(), list(lanes.fill(plan, CALLS))
    answers = sitting.ask_all([_call(lane.names(plan), lane.cursor) for lane in active])
    pairs, failures = _sorted_out(lanes, active, answers, plan)
    new_tags.fetch(sitting, (tag for _person, follow in pairs for tag in follow.tags))
    stage = "read" if lanes.fill(plan, CALLS) else "waiting"
    return Step(
        cursor={"stage": stage, "lanes": lanes.as_json()},
        apply=partial(_apply, sitting, pairs, ticket),
        done=lanes.done,
        failures=failures,
    )


def _call(userids: Sequence[str], cursor: str) -> Any:
    return lambda client: customers.customers_of(client, userids, cursor=cursor, limit=LIMIT)


def _sorted_out(
    lanes: Lanes, active: Sequence[Lane], answers: Sequence[Any], plan: list[str]
) -> tuple[list[Pair], list[Failure]]:
    """The pairs that were read, and the failures. An error of all is raised where no lane has anything to store."""
    pairs: list[Pair] = []
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
        pairs += [mapping.pair(row) for row in rows]
        lanes.read(lane, following)
    if raised and not pairs:
        raise raised
    return pairs, failures


def _apply(sitting: Sitting, pairs: list[Pair], ticket: int) -> Tally:
    return mirroring.apply_page(
        corp_id=sitting.corp_id,
        people=list({person.external_userid: person for person, _follow in pairs}.values()),
        follows=[follow for _person, follow in pairs],
        ticket=ticket,
        by=SYSTEM,
        source="sync",
        run_id=sitting.run.pk,
    )


STAGES: Stages = {
    "start": start,
    "read": read,
    "waiting": leavers.waiting,
    "gone": leavers.gone,
    "check": endings.check,
    "end": endings.end,
}
