"""Timelines made anew from the record: what it holds is told once, beside events in any order, and a second run adds
nothing."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import blacklist, collaborating, lifecycle, tagging
from customers.choices import ItemState
from customers.models import Customer, CustomerTag, RelationEpisode, StageChange
from followups import commenting, communications, reminding, revising, writing
from followups.choices import EntryKind
from followups.communications.facts import Told
from followups.models import FollowUp, TimelineEntry
from followups.timeline import overlap
from insights.timeline import rebuilding
from insights.timeline.record import WITNESSES
from insights.timeline.record.witnesses import UNRECORDED
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.followups.operation import hear, story
from tests.followups.timeline.heard import all_heard
from tests.followups.timeline.test_coverage import handed_over
from tests.segments import crowd

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a rebuild came a day after all that: nothing is of the last hour."""
    monkeypatch.setattr(rebuilding, "now", lambda: now() + dt.timedelta(days=1))


def rebuilt(**how: Any) -> int:
    """Run it to its end. Returns how many entries were added."""
    done = list(rebuilding.rebuild(**how))
    return done[-1].added if done else 0


def rows(kind: str = "") -> list[dict[str, Any]]:
    """All entries but for their keys, in an order of their own."""
    found = TimelineEntry.objects.filter(kind=kind) if kind else TimelineEntry.objects.all()
    columns = ("customer_id", "employee_id", "kind", "at", "event_id", "facts", "source", "actor")
    return list(found.order_by("customer_id", "event_id").values(*columns))


def kinds() -> list[str]:
    return sorted(TimelineEntry.objects.values_list("kind", flat=True))


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def lived(cast: Cast, customer: Customer) -> None:
    """A customer to whom much has happened, by the rules."""
    tags = [make.tag(make.group(cast.corp)) for _n in range(3)]
    tagging.add_tags(customer=fresh(customer), tag_ids=[tag.pk for tag in tags[:2]], **AS)
    tagging.add_tags(customer=fresh(customer), tag_ids=[tags[2].pk], by=cast.actor("owner"), source="operator")
    for _n in range(2):
        make.staged(fresh(customer), make.stage(cast.corp))
    by: dict[str, Any] = {"by": cast.actor("owner"), "source": "operator"}
    writing.write(customer=fresh(customer), content="电话", happened_at=now() - dt.timedelta(days=4), **by)
    gone = writing.write(customer=fresh(customer), content="写错了", **by)
    for number, text in enumerate(("写错", "写对")):
        revising.edit(follow_up=gone, content=text, outcome="agreed" if number else "", **by)
    commenting.comment(follow_up=FollowUp.objects.get(customer=customer, content="电话"), content="好", **by)
    revising.delete(follow_up=gone, **by)
    blacklist.put(customer=fresh(customer), reason="恶意", until=now() + dt.timedelta(days=1), **AS)
    blacklist.lift(customer=fresh(customer), **AS)
    collaborating.add_collaborators(customer=fresh(customer), employee_ids=[cast.colleague.pk, cast.manager.pk], **AS)
    handed_over(cast, fresh(customer), ItemState.WAITING, ItemState.REFUSED)
    reminding.done(reminder=make.reminder(customer, cast.owner, source="operator"), **by)
    told = [Told(name, "call", "in", now(), customer.pk, employee_id=cast.owner.pk) for name in ("one", "two")]
    communications.record(corp_id=cast.corp.pk, talks=told, **AS)
    make.chat(cast.corp, cast.owner, customer, opened_at=now() - dt.timedelta(days=3))


class TestTwice:
    def test_a_second_run_adds_nothing(self, cast: Cast, customer: Customer) -> None:
        lived(cast, customer)
        assert rebuilt() > 10
        first = rows()
        assert rebuilt() == 0
        assert rows() == first

    def test_what_was_lost_comes_back_as_it_was(self, cast: Cast, customer: Customer) -> None:
        lived(cast, customer)
        rebuilt()
        first = rows()
        TimelineEntry.objects.filter(kind__in=["tag_added", "follow_up", "follow_up_edited", "group_joined"]).delete()
        assert rebuilt() == 7
        assert rows() == first

    def test_after_every_event_was_heard_only_what_they_did_not_tell_is_added(
        self, cast: Cast, customer: Customer
    ) -> None:
        lived(cast, customer)
        all_heard()
        before = set(TimelineEntry.objects.values_list("pk", flat=True))
        rebuilt()
        added = TimelineEntry.objects.exclude(pk__in=before)
        # A customer that was made here and never seen in WeCom is followed by nobody's event.
        assert [(entry.kind, entry.customer_id) for entry in added] == [("followed", customer.pk)]

    def test_events_that_are_heard_after_it_add_nothing_the_record_told(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lived(cast, customer)
        rebuilt()
        told = kinds()
        monkeypatch.setattr(overlap, "now", lambda: now() + dt.timedelta(days=1))
        all_heard(times=2)
        assert kinds() == told

    def test_it_records_no_event(self, cast: Cast, customer: Customer) -> None:
        lived(cast, customer)
        before = OutboxEvent.objects.count()
        rebuilt()
        assert OutboxEvent.objects.count() == before


class TestStays:
    def test_each_stay_has_its_beginning_and_end(self, cast: Cast) -> None:
        who = cast.owner.userid
        readings.read(cast.corp, readings.follow("wmB", who, 1), ticket=1)
        readings.end(cast.corp, "wmB", who, "customer", 2, ticket=2)
        readings.read(cast.corp, readings.follow("wmB", who, 3), ticket=3)
        rebuilt()
        first, second = TimelineEntry.objects.filter(kind="followed").order_by("at")
        assert (first.at, first.facts["again"], first.employee_id) == (day(1), False, cast.owner.pk)
        assert (second.at, second.facts["again"], second.facts["addWay"]) == (day(3), True, 1)
        (left,) = TimelineEntry.objects.filter(kind="unfollowed")
        assert (left.at, left.facts["endedBy"]) == (day(2), "customer")

    def test_they_are_those_that_the_events_tell_of(self, cast: Cast) -> None:
        who = cast.owner.userid
        for ticket, how in enumerate(("employee", "customer", "transfer"), start=1):
            readings.read(cast.corp, readings.follow("wmB", who, ticket), ticket=2 * ticket)
            readings.end(cast.corp, "wmB", who, how, ticket + 0.5, ticket=2 * ticket + 1)
        all_heard()
        heard = [row for kind in ("followed", "unfollowed") for row in rows(kind)]
        TimelineEntry.objects.all().delete()
        rebuilt()
        made = [row for kind in ("followed", "unfollowed") for row in rows(kind)]
        # Whose word it was, the record doesn't know.
        for row in (*heard, *made):
            row.pop("source")
        assert made == heard

    def test_an_end_that_is_known_better_now_is_told_once(self, cast: Cast) -> None:
        who = cast.owner.userid
        readings.read(cast.corp, readings.follow("wmB", who, 1), ticket=1)
        readings.end(cast.corp, "wmB", who, "employee", 5, ticket=2)
        all_heard()
        RelationEpisode.objects.filter(customer__external_userid="wmB").update(ended_at=day(3))
        rebuilt()
        assert kinds().count("unfollowed") == 1

    def test_a_beginning_that_is_known_better_now_is_told_once(self, cast: Cast) -> None:
        who = cast.owner.userid
        readings.read(cast.corp, readings.follow("wmB", who, 4), ticket=1)
        all_heard()
        RelationEpisode.objects.filter(customer__external_userid="wmB").update(began_at=day(2))
        rebuilt()
        assert kinds().count("followed") == 1

    def test_one_of_which_nobody_told_how_it_ended_says_so(self, cast: Cast, customer: Customer) -> None:
        RelationEpisode.objects.filter(customer=customer).update(ended_at=now(), ended_by=None)
        rebuilt()
        assert TimelineEntry.objects.get(kind="unfollowed").facts["endedBy"] == "unknown"

    def test_the_first_adding_and_the_deletion_are_the_customers_own(self, cast: Cast, customer: Customer) -> None:
        lifecycle.delete(customer=customer, **AS)
        rebuilt()
        row = Customer.objects.get(pk=customer.pk)
        assert TimelineEntry.objects.get(kind="created").at == row.create_time
        assert TimelineEntry.objects.get(kind="deleted").at == row.deleted_at


class TestTags:
    def test_those_of_one_act_are_one_entry_with_its_source(self, cast: Cast, customer: Customer) -> None:
        tags = [make.tag(make.group(cast.corp)) for _n in range(2)]
        tagging.add_tags(customer=customer, tag_ids=[tag.pk for tag in tags], by=SYSTEM, source="import")
        rebuilt()
        entry = TimelineEntry.objects.get(kind="tag_added")
        assert entry.facts == {"tagIds": [tag.pk for tag in tags], "followUserId": cast.owner.pk}
        assert (entry.source, entry.employee_id) == ("import", cast.owner.pk)

    def test_one_of_which_an_event_has_told_is_left_out(self, cast: Cast, customer: Customer) -> None:
        told, lost = (make.tag(make.group(cast.corp)) for _n in range(2))
        make.tagged(customer, told, lost)
        row = CustomerTag.objects.get(tag=told)
        facts = {"tagIds": [told.pk], "followUserId": cast.owner.pk}
        make.entry(customer, kind="tag_added", at=row.create_time, facts=facts)
        rebuilt()
        assert sorted(row["facts"]["tagIds"] for row in rows("tag_added")) == sorted([[told.pk], [lost.pk]])

    def test_the_same_tag_for_another_follower_is_another_one(self, cast: Cast, customer: Customer) -> None:
        tag = make.tag(make.group(cast.corp))
        for follower in (cast.owner, cast.colleague):
            make.tag_row(customer, tag, follower)
        rebuilt()
        assert {row["employee_id"] for row in rows("tag_added")} == {cast.owner.pk, cast.colleague.pk}


class TestTheRest:
    def test_handovers_say_what_came_of_them(self, cast: Cast, customer: Customer) -> None:
        refused = handed_over(cast, customer, ItemState.WAITING, ItemState.REFUSED)
        taken = handed_over(cast, customer, ItemState.WAITING, ItemState.DONE)
        rebuilt()
        assert {row["facts"]["itemId"] for row in rows("transfer_asked")} == {refused.pk, taken.pk}
        assert [row["facts"]["itemId"] for row in rows("transferred")] == [taken.pk]
        assert [row["facts"]["reason"] for row in rows("transfer_failed")] == [refused.reason]

    def test_what_was_not_begun_is_not_told_as_begun(self, cast: Cast, customer: Customer) -> None:
        make.transfer(customer, cast.owner, cast.colleague)
        rebuilt()
        assert not [kind for kind in kinds() if kind.startswith("transfer")]

    def test_the_blacklist_is_told_by_its_entries(self, cast: Cast, customer: Customer) -> None:
        until = now() + dt.timedelta(days=2)
        blacklist.put(customer=customer, reason="一", until=until, **AS)
        blacklist.put(customer=Customer.objects.get(pk=customer.pk), reason="二", **AS)
        blacklist.lift(customer=Customer.objects.get(pk=customer.pk), by=cast.actor("admin"), source="operator")
        rebuilt()
        assert [row["facts"] for row in rows("blacklisted")] == [{"until": to_wire(until)}, {}]
        (lifted,) = rows("blacklist_lifted")
        assert (lifted["facts"], lifted["actor"]) == ({"expired": False}, cast.actor("admin").label)

    def test_group_stays_are_told_with_how_they_ended(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.owner, cast.owner, customer, opened_at=now() - dt.timedelta(days=3))
        chat.members.filter(customer=customer).update(left_at=now(), quit_scene=1)
        rebuilt()
        assert [row["facts"]["joinScene"] for row in rows("group_joined")] == [1]
        assert [row["facts"]["quitScene"] for row in rows("group_left")] == [1]

    def test_segments_that_announce_are_told_as_their_events_are(self, cast: Cast, customer: Customer) -> None:
        crowd.segment(cast.corp, announces=True)
        for city in ("北京", None):
            crowd.move(customer, city)
            crowd.hear(cast.corp)
        all_heard()
        before = kinds()
        assert before.count("segment_entered") == before.count("segment_left") == 1
        rebuilt()
        assert [kind for kind in kinds() if kind.startswith("segment")] == ["segment_entered", "segment_left"]
        TimelineEntry.objects.filter(kind__startswith="segment").delete()
        assert rebuilt() == 2

    def test_segments_that_keep_quiet_are_not(self, cast: Cast, customer: Customer) -> None:
        make.segment_stay(make.segment(cast.corp), customer)
        rebuilt()
        assert "segment_entered" not in kinds()

    def test_warnings_are_told_with_their_ends(self, cast: Cast, customer: Customer) -> None:
        make.alert(customer, cast.owner, closed_at=now(), state="handled", handled_by="user:7")
        make.alert(customer, cast.colleague, subject="c:x", kind="silence")
        rebuilt()
        assert {row["facts"]["kind"] for row in rows("risk_opened")} == {"customer_deleted", "silence"}
        (closed,) = rows("risk_closed")
        assert (closed["facts"]["why"], closed["actor"]) == ("handled", "user:7")

    def test_an_sop_is_told_as_its_events_are(self, cast: Cast, customer: Customer) -> None:
        hear(*story(cast.corp.pk, customer.pk))
        heard = [(row["kind"], row["facts"].get("step"), row["at"]) for row in rows()]
        TimelineEntry.objects.filter(kind="sop_step_due", facts__step=2).delete()
        assert rebuilt() == 3
        made = [(r["kind"], r["facts"].get("step"), r["at"]) for r in rows() if r["kind"].startswith("sop")]
        assert sorted(made, key=str) == sorted(heard, key=str)

    def test_whom_a_rule_gave_away_is_told(self, cast: Cast, customer: Customer) -> None:
        row = make.assignment(customer, cast.owner)
        rebuilt()
        assert [entry["facts"]["assignmentId"] for entry in rows("assigned")] == [row.pk]

    def test_stages_keep_their_own_times(self, cast: Cast, customer: Customer) -> None:
        make.staged(customer, make.stage(cast.corp))
        StageChange.objects.update(at=day(5))
        rebuilt()
        assert [row["at"] for row in rows("stage_changed")] == [day(5)]


class TestPieces:
    def test_it_goes_by_pieces_and_says_how_far_it_is(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "AT_ONCE", 2)
        people = [customer, *(make.customer(cast.corp, cast.owner) for _n in range(4))]
        seen = [(done.last, done.customers) for done in rebuilding.rebuild()]
        assert seen == [(people[1].pk, 2), (people[3].pk, 4), (people[4].pk, 5)]

    def test_one_that_broke_off_is_gone_on_with(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "AT_ONCE", 1)
        other = make.customer(cast.corp, cast.owner)
        done = next(iter(rebuilding.rebuild()))
        assert set(TimelineEntry.objects.values_list("customer", flat=True)) == {customer.pk}
        rebuilt(after=done.last)
        assert set(TimelineEntry.objects.values_list("customer", flat=True)) == {customer.pk, other.pk}

    def test_one_company_is_looked_through_alone(self, cast: Cast, customer: Customer) -> None:
        make.customer(cast.other_corp)
        rebuilt(corp_id=cast.corp.pk)
        assert set(TimelineEntry.objects.values_list("corp", flat=True)) == {cast.corp.pk}

    def test_a_piece_costs_the_same_however_many_customers_are_in_it(
        self, cast: Cast, customer: Customer, django_assert_max_num_queries: Any
    ) -> None:
        for _n in range(6):
            lived(cast, make.customer(cast.corp, cast.owner))
        # For each table what it holds, what is told, and what is new; the lock, the ids, and the runs of segments.
        with django_assert_max_num_queries(3 * len(WITNESSES) + 8):
            rebuilt()

    def test_the_last_hour_is_left_to_its_events_where_there_is_no_common_name(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "now", now)
        lived(cast, customer)
        rebuilt()
        assert "follow_up" in kinds()
        assert not {"created", "tag_added", "stage_changed", "blacklisted"} & set(kinds())


def test_each_kind_is_told_by_one_table_or_by_none() -> None:
    told = [kind for kinds_of in WITNESSES.values() for kind in kinds_of]
    assert len(told) == len(set(told))
    assert set(told) | UNRECORDED == set(EntryKind)
    assert not set(told) & UNRECORDED
