"""To whom a trigger has happened already: each kind, against customers to whom it did and to whom it did not."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from followups.models import FollowUp
from groups.models import GroupMember
from segments.conditions.nodes import Condition
from segments.models import RuleEffect
from segments.rules import jobs, working
from segments.rules.triggers import standing
from segments.rules.triggers.kinds import KINDS
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, rule


@pytest.fixture
def people(cast: Cast) -> dict[str, Customer]:
    """Customers by what happened to them."""
    names = (
        "nothing",
        "tagged",
        "expo",
        "lost",
        "staged",
        "joined",
        "left",
        "called",
        "called long ago",
    )
    found = {name: make.customer(cast.corp, cast.owner, name=name) for name in names}
    make.channel(cast.corp, "expo", name="展会")
    FollowRelation.objects.filter(customer=found["expo"]).update(state="expo", add_way=1)
    FollowRelation.objects.filter(customer=found["lost"]).update(status=RelationStatus.ENDED_BY_CUSTOMER)
    make.tagged(found["tagged"], make.tag(make.group(cast.corp), name="已购"))
    make.staged(found["staged"], make.stage(cast.corp, name="意向"))
    make.chat(cast.corp, cast.owner, found["joined"], found["left"])
    GroupMember.objects.filter(customer=found["left"]).update(left_at=now())
    for name, days in (("called", 1), ("called long ago", 90)):
        FollowUp.objects.create(
            corp=cast.corp,
            customer=found[name],
            employee=cast.owner,
            actor="system",
            content="x",
            happened_at=now() - dt.timedelta(days=days),
        )
    return found


def reached(cast: Cast, trigger: dict[str, Any]) -> set[str]:
    """The names of those whom a backfill of a rule with this trigger comes to."""
    row = rule(cast.corp, adds(make.tag(make.group(cast.corp))), trigger=trigger)
    run = jobs.begin_backfill(rule=row, **AS)
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.report.get("failed")) == ("done", None), trigger
    return set(RuleEffect.objects.filter(rule=row).values_list("customer__name", flat=True))


def test_each_trigger_comes_to_those_to_whom_it_happened(cast: Cast, people: dict[str, Customer]) -> None:
    channel = cast.corp.channel_set.get()
    tag = people["tagged"].tag_rows.get().tag_id
    stage = Customer.objects.get(pk=people["staged"].pk).stage_id
    chat = GroupMember.objects.filter(customer=people["joined"]).get().chat_id
    everybody = set(people)
    said: list[tuple[dict[str, Any], set[str]]] = [
        (
            {"kind": "followed"},
            everybody - {"lost"},
        ),
        (
            {"kind": "followed", "channelIds": [channel.pk]},
            {"expo"},
        ),
        (
            {"kind": "followed", "addWays": [1]},
            {"expo"},
        ),
        (
            {"kind": "followed", "employeeIds": [cast.colleague.pk]},
            set(),
        ),
        (
            {"kind": "followed", "channelIds": [channel.pk], "addWays": [16]},
            set(),
        ),
        (
            {"kind": "tagged", "tagIds": [tag]},
            {"tagged"},
        ),
        (
            {"kind": "untagged", "tagIds": [tag]},
            everybody - {"tagged"},
        ),
        (
            {"kind": "stageChanged", "stageIds": [stage]},
            {"staged"},
        ),
        (
            {"kind": "stageChanged"},
            everybody,
        ),
        (
            {"kind": "joinedGroup"},
            {"joined"},
        ),
        (
            {"kind": "joinedGroup", "chatIds": [chat]},
            {"joined"},
        ),
        (
            {"kind": "leftGroup", "chatIds": [chat]},
            {"left"},
        ),
        (
            {"kind": "leftGroup"},
            {"left"},
        ),
        (
            {"kind": "followUpWritten"},
            {"called", "called long ago"},
        ),
        (
            {"kind": "followUpWritten", "employeeIds": [cast.owner.pk]},
            {"called", "called long ago"},
        ),
        (
            {"kind": "followUpWritten", "employeeIds": [cast.colleague.pk]},
            set(),
        ),
        (
            {"kind": "daily"},
            everybody,
        ),
        (
            {"kind": "daily", "reached": "silence", "days": 30},
            everybody - {"called"},
        ),
        (
            {"kind": "daily", "reached": "silence", "days": 365},
            everybody - {"called", "called long ago"},
        ),
        (
            {"kind": "daily", "reached": "added", "days": 1},
            set(),
        ),
    ]
    for trigger, names in said:
        assert reached(cast, trigger) == names, trigger
    asked = {trigger["kind"] for trigger, _names in said}
    assert asked == set(KINDS) - {"foreign", "keyword", "segmentEntered", "segmentLeft"}


def test_each_kind_can_tell_or_says_that_it_can_not(cast: Cast) -> None:
    untold = {
        kind
        for kind in KINDS
        if kind not in standing._PARTS
        and standing.narrowed(Condition(cast.corp.pk, None), {"kind": kind}, cast.corp, dt.date(2026, 1, 1)) is None
    }
    assert untold == {"foreign", "keyword"}


def test_a_dry_run_is_of_the_same_customers(cast: Cast, people: dict[str, Customer]) -> None:
    row = rule(cast.corp, adds(make.tag(make.group(cast.corp))), trigger={"kind": "joinedGroup"})
    run = jobs.begin_trial(rule=row, **AS)
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.seen, run.held, run.changed) == (len(people), 1, 1)
    assert [one["customerId"] for one in run.report["sample"]] == [people["joined"].pk]


def test_of_a_foreign_event_a_dry_run_is_of_all_who_answer(cast: Cast, people: dict[str, Customer]) -> None:
    trigger = {"kind": "foreign", "event": "order.paid", "customerPath": "c"}
    row = rule(cast.corp, adds(make.tag(make.group(cast.corp))), trigger=trigger)
    run = jobs.begin_trial(rule=row, **AS)
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.held) == ("done", len(people))
