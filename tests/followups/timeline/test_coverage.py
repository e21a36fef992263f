"""What happens around a customer is on the timeline: handovers, groups, segments, warnings, remarks, reminders."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import assigning, collaborating, remarks
from customers.choices import ItemState
from customers.models import Customer, FollowRelation, TransferItem
from customers.transfers import choosing, failing, settling, sheet
from followups import communications, handlers, reminding
from followups.communications.facts import Told
from followups.models import TimelineEntry
from groups import mirroring
from insights.models import RiskAlert
from insights.risks import handling
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from messaging.subscriptions import handlers_of
from segments.models import SegmentRun
from segments.refreshing import working
from tests import make
from tests.conftest import Cast
from tests.contracts.test_contracts import warned
from tests.customers.mirroring import readings
from tests.followups.timeline.heard import all_heard, of_kind
from tests.segments import crowd

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰", external_userid="wmA")


def handed_over(cast: Cast, customer: Customer, *outcomes: ItemState) -> TransferItem:
    """An attempt that goes through these states."""
    job = sheet.create(handover=cast.owner, takers=[cast.colleague], chosen=choosing.Chosen([customer.pk]), **AS)
    job.items.update(state="queued", sent_at=now())
    item = job.items.get()
    for state in outcomes:
        told = settling.Outcome(item.pk, state, takeover_time=now() if state == ItemState.WAITING else None)
        settling.settle(corp_id=cast.corp.pk, outcomes=[told], **AS)
    item.refresh_from_db()
    return item


class TestHandovers:
    def test_one_that_is_taken_is_told_from_its_beginning(self, cast: Cast, customer: Customer) -> None:
        item = handed_over(cast, customer, ItemState.WAITING, ItemState.DONE)
        entries = [entry for entry in all_heard(times=2) if entry.kind.startswith("transfer")]
        assert [entry.kind for entry in entries] == ["transfer_asked", "transferred"]
        for entry in entries:
            assert entry.employee_id == cast.colleague.pk
            assert entry.facts["handoverId"] == cast.owner.pk
            assert entry.facts["takerId"] == cast.colleague.pk
            assert (entry.facts["transferId"], entry.facts["itemId"]) == (item.job_id, item.pk)
        assert entries[0].facts["takeoverTime"]

    def test_one_that_is_refused_says_why(self, cast: Cast, customer: Customer) -> None:
        item = handed_over(cast, customer, ItemState.WAITING, ItemState.REFUSED)
        (entry,) = of_kind("transfer_failed")
        assert entry.facts["reason"] == item.reason
        assert entry.event_id == f"transfer_failed:{customer.pk}:{item.pk}"

    def test_two_refusals_are_two_entries(self, cast: Cast, customer: Customer) -> None:
        for _again in range(2):
            handed_over(cast, customer, ItemState.WAITING, ItemState.REFUSED)
        assert len(of_kind("transfer_failed", times=2)) == 2

    def test_one_that_nobody_here_began_is_told_with_what_is_known(self, cast: Cast, customer: Customer) -> None:
        failing.note_failure(
            corp_id=cast.corp.pk, external_userid="wmA", taker_userid=cast.colleague.userid, reason="no_record", **AS
        )
        (entry,) = of_kind("transfer_failed", times=2)
        assert entry.facts == {"takerId": cast.colleague.pk, "reason": "no_record"}
        event = OutboxEvent.objects.get(name="customer.transfer.failed")
        assert entry.event_id == str(event.event_id)


class TestGroups:
    def test_each_customer_of_a_group_has_an_entry_and_nobody_else(self, cast: Cast, customer: Customer) -> None:
        other = make.customer(cast.corp, cast.owner)
        chat = make.chat(cast.corp, cast.owner, cast.owner, customer, other, "wmNobody")
        entries = of_kind("group_joined", times=2)
        assert {entry.customer_id for entry in entries} == {customer.pk, other.pk}
        assert len(entries) == 2
        stay = chat.members.get(customer=customer)
        mine = next(entry for entry in entries if entry.customer_id == customer.pk)
        assert mine.at == stay.join_time.replace(microsecond=0)
        assert mine.facts == {"groupId": chat.pk, "joinTime": to_wire(stay.join_time), "joinScene": 1}

    def test_leaving_is_told_once_though_it_is_known_better_later(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.owner, cast.owner, customer, opened_at=now() - dt.timedelta(days=2))
        left: dict[str, Any] = {"corp_id": cast.corp.pk, "chat_id": chat.chat_id, "userids": ["wmA"], "quit_scene": 0}
        for hours in (5, 4):
            mirroring.apply_departures(at=now() - dt.timedelta(hours=hours), **left, **AS)
        (entry,) = of_kind("group_left", times=2)
        assert entry.facts["groupId"] == chat.pk
        assert entry.facts["quitScene"] == 0

    def test_coming_back_is_another_stay(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.owner, cast.owner, customer, opened_at=now() - dt.timedelta(days=2))
        left: dict[str, Any] = {"corp_id": cast.corp.pk, "chat_id": chat.chat_id, "userids": ["wmA"], "quit_scene": 0}
        mirroring.apply_departures(at=now() - dt.timedelta(hours=5), **left, **AS)
        make.chat(cast.corp, cast.owner, cast.owner, customer, chat_id=chat.chat_id, opened_at=now())
        assert len(of_kind("group_joined", times=2)) == 2

    def test_another_companys_customer_in_the_list_is_passed_over(self, cast: Cast, customer: Customer) -> None:
        foreign = make.customer(cast.other_corp)
        place = {"userid": "x", "employeeId": None, "joinTime": "2026-03-01T08:00:00Z", "joinScene": 1}
        members = [place | {"customerId": one.pk} for one in (foreign, customer)]
        data = {"groupId": 3, "chatId": "wr", "members": members}
        handlers.customer_changed(Incoming("e", "group.member.joined", cast.corp.pk, data, 0))
        assert list(TimelineEntry.objects.values_list("customer", "corp")) == [(customer.pk, cast.corp.pk)]


class TestSegments:
    def test_of_one_that_announces_coming_and_going_are_told(self, cast: Cast, customer: Customer) -> None:
        segment = crowd.segment(cast.corp, announces=True)
        for city in ("北京", None):
            crowd.move(customer, city)
            crowd.hear(cast.corp)
        entries = [entry for entry in all_heard(times=2) if entry.kind.startswith("segment")]
        assert [entry.kind for entry in entries] == ["segment_entered", "segment_left"]
        assert {entry.facts["segmentId"] for entry in entries} == {segment.pk}

    def test_of_one_that_does_not_nothing_is_told(self, cast: Cast, customer: Customer) -> None:
        crowd.segment(cast.corp)
        crowd.move(customer, "北京")
        crowd.hear(cast.corp)
        assert of_kind("segment_entered") == []

    def test_what_a_refresh_moved_is_called_by_its_run(self, cast: Cast, customer: Customer) -> None:
        crowd.move(customer, "北京")
        segment = make.segment(cast.corp, announces=True)
        run = SegmentRun.objects.get(segment=segment)
        working.work(run.pk)
        (entry,) = of_kind("segment_entered", times=2)
        assert entry.facts == {"segmentId": segment.pk, "runId": run.pk}
        assert entry.event_id == f"segment_entered:{customer.pk}:{segment.pk}:{run.pk}"


class TestWarnings:
    def test_opened_and_closed_are_told_with_kind_and_level(self, cast: Cast, customer: Customer) -> None:
        warned(cast, customer)
        opened = of_kind("risk_opened", times=2)
        closed = of_kind("risk_closed")
        assert {entry.facts["riskId"] for entry in opened} >= set(RiskAlert.objects.values_list("pk", flat=True))
        assert {entry.facts["kind"] for entry in opened} == {"customer_deleted"}
        assert {entry.facts["why"] for entry in closed} == {"handled", "withdrawn"}
        assert {entry.employee_id for entry in opened} == {cast.owner.pk, cast.colleague.pk}

    def test_one_of_an_employee_is_on_no_customers_timeline(self, cast: Cast, customer: Customer) -> None:
        alert = make.alert(customer, cast.owner, kind="bulk_deletion")
        RiskAlert.objects.update(customer=None)
        alert.refresh_from_db()
        handling.handle(alert=alert, outcome="other", note="", **AS)
        assert OutboxEvent.objects.filter(name="risk.closed").exists()
        assert of_kind("risk_closed") == []


class TestPairs:
    def test_a_new_remark_is_told_without_its_words(self, cast: Cast, customer: Customer) -> None:
        remarks.change_remark(customer=customer, employee_id=cast.owner.pk, remark="老张", description="爱喝茶", **AS)
        (entry,) = of_kind("remark_changed", times=2)
        assert entry.employee_id == cast.owner.pk
        assert entry.facts == {"employeeId": cast.owner.pk, "changed": ["description", "remark"]}

    def test_another_channel_of_a_pair_is_no_entry(self, cast: Cast, customer: Customer) -> None:
        who = cast.owner.userid
        readings.read(cast.corp, readings.follow("wmA", who, 1, state="expo"), ticket=1)
        readings.read(cast.corp, readings.follow("wmA", who, 1, state="fair"), ticket=2)
        assert FollowRelation.objects.get(customer=customer).state == "fair"
        assert OutboxEvent.objects.filter(name="customer.relation.updated").exists()
        assert of_kind("remark_changed") == []

    def test_who_may_read_along_is_told_by_their_ids(self, cast: Cast, customer: Customer) -> None:
        given: dict[str, Any] = {"customer": customer, "employee_ids": [cast.colleague.pk, cast.manager.pk], **AS}
        collaborating.add_collaborators(**given)
        collaborating.remove_collaborators(**given)
        entries = [entry for entry in all_heard(times=2) if entry.kind.startswith("readers")]
        assert [entry.kind for entry in entries] == ["readers_added", "readers_removed"]
        for entry in entries:
            assert sorted(entry.facts["employeeIds"]) == sorted([cast.colleague.pk, cast.manager.pk])

    def test_whom_a_rule_gave_away_is_told_with_the_rule(self, cast: Cast) -> None:
        rule = make.assignment_rule(cast.corp, cast.owner)
        nobodys = make.customer(cast.corp)
        assigning.assign_one(corp=cast.corp, customer_id=nobodys.pk)
        (entry,) = of_kind("assigned", times=2)
        assert (entry.customer_id, entry.employee_id) == (nobodys.pk, cast.owner.pk)
        assert entry.facts["ruleId"] == rule.pk


class TestCommunications:
    def test_a_day_with_an_employee_is_one_entry_whatever_was_said(self, cast: Cast, customer: Customer) -> None:
        at = dt.datetime(2026, 3, 1, 2, tzinfo=dt.UTC)
        who = {"one": cast.owner, "two": cast.owner, "other": cast.colleague}
        told = [Told(name, "message", "in", at, customer.pk, employee_id=one.pk) for name, one in who.items()]
        told += [Told("nobody", "call", "out", at, customer.pk), Told("again", "call", "in", at, customer.pk)]
        communications.record(corp_id=cast.corp.pk, talks=told, **AS)
        entries = of_kind("communication", times=2)
        assert {(entry.event_id, entry.employee_id) for entry in entries} == {
            (f"communication:{customer.pk}:2026-03-01:{cast.owner.pk}", cast.owner.pk),
            (f"communication:{customer.pk}:2026-03-01:{cast.colleague.pk}", cast.colleague.pk),
            (f"communication:{customer.pk}:2026-03-01:", None),
        }
        assert {entry.at for entry in entries} == {at}

    def test_segments_that_ask_the_timeline_hear_of_it(self) -> None:
        assert "segments.handlers.timeline_grown" in handlers_of("customer.communication.recorded")


class TestReminders:
    def test_one_that_is_done_is_told_and_who_did_it(self, cast: Cast, customer: Customer) -> None:
        row = make.reminder(customer, cast.owner, source="operator")
        reminding.done(reminder=row, by=cast.actor("owner"), source="operator")
        (entry,) = of_kind("reminder_done", times=2)
        assert entry.facts == {"reminderId": row.pk, "employeeId": cast.owner.pk}
        assert entry.actor == cast.actor("owner").label

    def test_one_that_is_called_off_is_not(self, cast: Cast, customer: Customer) -> None:
        row = make.reminder(customer, cast.owner, source="operator")
        reminding.cancel(reminder=row, by=cast.actor("owner"), source="operator")
        assert {entry.kind for entry in all_heard()} == {"created"}


def test_what_a_rule_did_says_that_a_rule_did_it(cast: Cast, customer: Customer) -> None:
    data = {"customerId": customer.pk, "tagIds": [1], "followUserId": cast.owner.pk}
    event = Incoming("e", "customer.tag.added", cast.corp.pk, data, 0, source="rule", actor="system")
    handlers.customer_changed(event)
    assert TimelineEntry.objects.get().source == "rule"


@pytest.mark.parametrize("name", ["group.member.joined", "segment.member.entered"])
def test_an_event_of_many_costs_two_statements(
    cast: Cast, customer: Customer, name: str, django_assert_num_queries: Any
) -> None:
    ids = [customer.pk, *(make.customer(cast.corp).pk for _n in range(5))]
    joined = {"userid": "x", "employeeId": None, "joinTime": to_wire(now()), "joinScene": 1}
    data: dict[str, Any] = {"groupId": 3, "chatId": "wr", "members": [joined | {"customerId": pk} for pk in ids]}
    if name.startswith("segment"):
        data = {"segmentId": 3, "customerIds": ids, "cause": "day", "runId": 7}
    # The customers and their entries.
    with django_assert_num_queries(2):
        handlers.customer_changed(Incoming("e", name, cast.corp.pk, data, 0))
    assert TimelineEntry.objects.count() == len(ids)
