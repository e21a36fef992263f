"""Follow-ups that rules write: whose they are, what they settle, and that people go on with them as with others."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Forbidden
from core.time import now
from customers.models import Customer
from followups import revising
from followups.models import FollowUp, FollowUpVersion, Reminder, TimelineEntry
from messaging.models import OutboxEvent
from segments.models import RuleEffect
from tests import api, make
from tests.conftest import Cast
from tests.followups.test_timeline import heard
from tests.segments.rules.played import followed, rule

WRITES = {"do": "followUp", "content": "回访", "for": "main"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    """What a rule wrote for the owner."""
    rule(cast.corp, WRITES)
    followed(customer)
    return FollowUp.objects.get()


def test_it_is_the_follower_s_work_by_a_rule_and_told_with_its_source(written: FollowUp, cast: Cast) -> None:
    assert (written.employee_id, written.content, written.actor) == (cast.owner.pk, "回访", "system")
    told = OutboxEvent.objects.get(name="customer.followup.created")
    assert (told.payload["source"], told.payload["data"]["followUpId"]) == ("rule", written.pk)
    assert RuleEffect.objects.get().changes == {"followUps": [written.pk]}


def test_the_timeline_tells_of_it_as_done_by_a_rule(written: FollowUp) -> None:
    heard(times=2)
    entry = TimelineEntry.objects.get(kind="follow_up")
    assert (entry.source, entry.actor, entry.facts["followUpId"]) == ("rule", "system", written.pk)


def test_what_the_follower_had_planned_is_done_by_it_and_a_colleague_s_plan_stays(
    cast: Cast, customer: Customer
) -> None:
    soon = now() + dt.timedelta(days=3)
    mine, theirs = (make.follow_up(customer, who, next_at=soon) for who in (cast.owner, cast.colleague))
    rule(cast.corp, WRITES)
    followed(customer)
    states = dict(Reminder.objects.values_list("follow_up_id", "state"))
    assert states == {mine.pk: "done", theirs.pk: "open"}
    done = OutboxEvent.objects.get(name="reminder.done")
    assert done.payload["source"] == "rule"


def test_its_owner_changes_it_and_a_colleague_does_not(written: FollowUp, cast: Cast, recorded: Any) -> None:
    before = recorded()
    with pytest.raises(Forbidden):
        revising.edit(follow_up=written, content="改过", by=cast.actor("colleague"), source="operator")
    assert (recorded(), FollowUpVersion.objects.count()) == (before, 0)
    revising.edit(follow_up=written, content="改过", by=cast.actor("owner"), source="operator")
    version = FollowUpVersion.objects.get()
    assert (version.content, version.actor, version.revised_by) == ("回访", "system", cast.actor("owner").label)
    assert recorded()[-1][0] == "customer.followup.updated"
    # The effect still names it.
    assert RuleEffect.objects.get().changes == {"followUps": [FollowUp.objects.get(content="改过").pk]}


def test_an_edit_of_it_is_told_as_one_and_the_timeline_has_it_once(
    written: FollowUp, cast: Cast, customer: Customer
) -> None:
    revising.edit(follow_up=written, content="改过", by=cast.actor("owner"), source="operator")
    heard()
    assert TimelineEntry.objects.filter(kind="follow_up").count() == 1
    assert OutboxEvent.objects.filter(name="customer.followup.created").count() == 1


def test_the_api_plans_the_next_time_of_one_and_takes_it_away_with_it(written: FollowUp, cast: Cast) -> None:
    client, url = api.client(cast.corp), f"/api/v1/followups/{written.pk}"
    soon = "2099-01-02T03:04:00Z"
    answer = client.patch(url, {"nextAt": soon}, format="json")
    assert (answer.status_code, answer.json()["nextAt"]) == (200, soon)
    assert list(Reminder.objects.values_list("employee_id", "state", "source")) == [(cast.owner.pk, "open", "api")]
    assert client.delete(url).status_code == 204
    assert list(Reminder.objects.values_list("state", flat=True)) == ["cancelled"]
    assert (FollowUp.objects.exists(), RuleEffect.objects.count()) == (False, 1)
