"""Each table of the record as a witness: which entry a row tells of, whole."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import blacklist, collaborating
from customers.models import BlacklistEntry, Collaborator, Customer, CustomerTag, RelationEpisode, TransferItem
from followups import revising
from followups.models import TimelineEntry
from groups.models import GroupMember
from insights.timeline.record import around, relations, work
from insights.timeline.record.made import Made, made, together
from segments.models import SegmentStanding, SegmentStay
from tests import make
from tests.conftest import Cast

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}
THEN = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
LATER = THEN + dt.timedelta(days=4)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def told(witness: Callable[..., Any], *customers: Customer) -> list[TimelineEntry]:
    return [one.entry for one in witness([customer.pk for customer in customers])]


def whole(entry: TimelineEntry) -> dict[str, Any]:
    columns = ("customer_id", "employee_id", "kind", "at", "event_id", "source", "actor")
    return {column: getattr(entry, column) for column in columns}


class TestRelations:
    def test_a_customer_tells_of_the_first_day(self, cast: Cast, customer: Customer) -> None:
        (entry,) = told(relations.customers, customer)
        assert whole(entry) == {
            "customer_id": customer.pk,
            "employee_id": None,
            "kind": "created",
            "at": customer.create_time,
            "event_id": f"record:created:{customer.pk}",
            "source": "system",
            "actor": "system",
        }
        assert entry.corp_id == cast.corp.pk

    def test_a_stay_is_called_by_its_beginning_and_its_end(self, cast: Cast, customer: Customer) -> None:
        RelationEpisode.objects.update(began_at=THEN, ended_at=LATER, ended_by=3, add_way=16)
        began, ended = told(relations.stays, customer)
        pair = f"{customer.pk}:{cast.owner.pk}"
        assert began.event_id == f"followed:{pair}:{int(THEN.timestamp())}"
        assert ended.event_id == f"unfollowed:{pair}:{int(LATER.timestamp())}"
        assert began.facts == {
            "employeeId": cast.owner.pk,
            "addWay": 16,
            "again": False,
            "addTime": to_wire(THEN),
        }
        assert ended.facts == {"employeeId": cast.owner.pk, "endedBy": "customer", "endedAt": to_wire(LATER)}

    def test_a_stay_knows_between_which_others_it_lies(self, cast: Cast, customer: Customer) -> None:
        RelationEpisode.objects.update(began_at=THEN, ended_at=LATER, ended_by=2)
        again = LATER + dt.timedelta(days=1)
        RelationEpisode.objects.create(corp=cast.corp, customer=customer, employee=cast.owner, began_at=again)
        first, end, second = relations.stays([customer.pk])
        assert (first.end, end.first, end.end) == (LATER, THEN, again)
        assert second.first == LATER
        assert [one.entry.facts.get("again") for one in (first, second)] == [False, True]

    def test_stays_with_two_employees_are_told_apart(self, cast: Cast, customer: Customer) -> None:
        make.relation(customer, cast.colleague)
        RelationEpisode.objects.create(corp=cast.corp, customer=customer, employee=cast.colleague, began_at=THEN)
        entries = told(relations.stays, customer)
        assert {entry.employee_id for entry in entries} == {cast.owner.pk, cast.colleague.pk}
        assert not any(entry.facts["again"] for entry in entries)

    def test_an_assignment_has_its_rule_and_source(self, cast: Cast, customer: Customer) -> None:
        row = make.assignment(customer, cast.colleague, actor="user:3", source="operator")
        (entry,) = told(relations.assignments, customer)
        assert (entry.employee_id, entry.at, entry.actor, entry.source) == (
            cast.colleague.pk,
            row.create_time,
            "user:3",
            "operator",
        )
        assert entry.event_id == f"assigned:{customer.pk}:{row.pk}"

    def test_readers_of_one_act_are_one_entry(self, cast: Cast, customer: Customer) -> None:
        ids = [cast.colleague.pk, cast.manager.pk]
        collaborating.add_collaborators(customer=customer, employee_ids=ids, **AS)
        Collaborator.objects.update(create_time=THEN)
        (entry,) = told(relations.readers, customer)
        assert sorted(entry.facts["employeeIds"]) == sorted(ids)
        Collaborator.objects.filter(employee=cast.manager).update(create_time=LATER)
        assert len(told(relations.readers, customer)) == 2

    def test_a_time_on_the_blacklist_has_two_ends(self, customer: Customer) -> None:
        blacklist.put(customer=customer, reason="恶意", **AS)
        ended = {"until": LATER, "ended_at": LATER, "ending": "expired"}
        BlacklistEntry.objects.update(since=THEN, actor="user:4", **ended)
        put, lifted = told(relations.blacklist, customer)
        assert (put.at, put.facts, put.actor, put.source) == (THEN, {"until": to_wire(LATER)}, "user:4", "operator")
        assert (lifted.at, lifted.facts, lifted.actor) == (LATER, {"expired": True}, "system")

    def test_one_that_was_renewed_was_not_taken_off(self, customer: Customer) -> None:
        blacklist.put(customer=customer, reason="恶意", **AS)
        BlacklistEntry.objects.update(ended_at=LATER, ending="renewed")
        assert [entry.kind for entry in told(relations.blacklist, customer)] == ["blacklisted"]


class TestWork:
    def test_tags_of_one_act_are_one_entry(self, cast: Cast, customer: Customer) -> None:
        tags = [make.tag(make.group(cast.corp)) for _n in range(3)]
        rows = [make.tag_row(customer, tag, cast.owner, source="import", actor="api:2") for tag in tags]
        CustomerTag.objects.update(create_time=THEN)
        CustomerTag.objects.filter(pk=rows[2].pk).update(create_time=LATER)
        first, second = told(work.tags, customer)
        assert first.facts == {"tagIds": [tags[0].pk, tags[1].pk], "followUserId": cast.owner.pk}
        assert (first.at, first.source, first.actor) == (THEN, "import", "api:2")
        assert first.event_id == f"record:tag_added:{rows[0].pk}"
        assert second.facts["tagIds"] == [tags[2].pk]

    def test_a_tag_of_nobodys_names_no_follower(self, cast: Cast) -> None:
        nobodys, tag = make.customer(cast.corp), make.tag(make.group(cast.corp))
        make.tagged(nobodys, tag)
        (entry,) = told(work.tags, nobodys)
        assert (entry.facts, entry.employee_id) == ({"tagIds": [tag.pk]}, None)

    def test_the_first_stage_comes_from_none(self, cast: Cast, customer: Customer) -> None:
        stage = make.stage(cast.corp)
        make.staged(customer, stage)
        (entry,) = told(work.stages, customer)
        assert entry.facts == {"toStageId": stage.pk}

    @pytest.mark.parametrize(("actor", "source"), [("user:7", "operator"), ("api:3", "api"), ("system", "system")])
    def test_a_follow_up_has_the_source_of_its_writer(
        self, cast: Cast, customer: Customer, actor: str, source: str
    ) -> None:
        row = make.follow_up_row(customer, cast.owner, happened_at=THEN, actor=actor)
        (entry,) = told(work.follow_ups, customer)
        assert (entry.at, entry.actor, entry.source) == (THEN, actor, source)
        assert entry.facts == {"followUpId": row.pk, "employeeId": cast.owner.pk}
        assert entry.event_id == f"follow_up:{customer.pk}:{row.pk}"

    def test_a_change_tells_what_differs_from_the_next_version_and_the_last_from_what_stands(
        self, cast: Cast, customer: Customer
    ) -> None:
        row = make.follow_up(customer, cast.owner, content="一")
        by: dict[str, Any] = {"by": cast.actor("manager"), "source": "operator"}
        revising.edit(follow_up=row, content="二", kind="visit", **by)
        revising.edit(follow_up=row, outcome="agreed", **by)
        first, second = told(work.revisions, customer)
        assert (first.kind, first.facts["changed"], second.facts["changed"]) == (
            "follow_up_edited",
            ["content", "kind"],
            ["outcome"],
        )
        assert [entry.event_id for entry in (first, second)] == [
            f"follow_up_edited:{customer.pk}:{row.pk}:{version}" for version in (2, 3)
        ]
        assert (first.actor, first.employee_id) == (cast.actor("manager").label, cast.owner.pk)

    def test_a_deletion_and_what_was_changed_before_it_are_told_though_the_follow_up_is_gone(
        self, cast: Cast, customer: Customer
    ) -> None:
        row, other = make.follow_up(customer, cast.owner, content="一"), make.follow_up(customer, cast.owner)
        revising.edit(follow_up=row, content="二", **AS)
        revising.delete(follow_up=row, **AS)
        edited, deleted = told(work.revisions, customer)
        assert (edited.kind, edited.facts["changed"]) == ("follow_up_edited", ["content"])
        assert (deleted.kind, deleted.event_id) == (
            "follow_up_deleted",
            f"follow_up_deleted:{customer.pk}:{row.pk}",
        )
        assert deleted.facts == {"followUpId": row.pk, "employeeId": cast.owner.pk}
        # That it was written once is no less true.
        assert {entry.event_id for entry in told(work.follow_ups, customer)} == {
            f"follow_up:{customer.pk}:{one}" for one in (other.pk, deleted.facts["followUpId"])
        }

    def test_a_comment_tells_who_said_it_and_not_what(self, cast: Cast, customer: Customer) -> None:
        row = make.comment(make.follow_up(customer, cast.owner), cast.colleague, content="好")
        (entry,) = told(work.comments, customer)
        assert (entry.kind, entry.employee_id, entry.event_id) == (
            "commented",
            cast.colleague.pk,
            f"commented:{customer.pk}:{row.pk}",
        )
        assert "好" not in str(entry.facts)

    @pytest.mark.parametrize(
        ("state", "kinds"),
        [
            ("queued", []),
            ("waiting", ["transfer_asked"]),
            ("done", ["transfer_asked", "transferred"]),
            ("refused", ["transfer_asked", "transfer_failed"]),
            ("full", ["transfer_asked", "transfer_failed"]),
            ("cancelled", []),
        ],
    )
    def test_a_handover_tells_how_far_it_came(
        self, cast: Cast, customer: Customer, state: str, kinds: list[str]
    ) -> None:
        make.transfer(customer, cast.owner, cast.colleague)
        times = {"sent_at": THEN, "takeover_time": LATER, "settled_at": LATER} if kinds else {}
        TransferItem.objects.update(state=state, taker=cast.colleague, **times)
        entries = told(work.handovers, customer)
        assert [entry.kind for entry in entries] == kinds
        assert {(entry.source, entry.employee_id) for entry in entries} <= {("transfer", cast.colleague.pk)}

    def test_a_reminder_tells_who_did_it_unless_the_sop_said_so(self, cast: Cast, customer: Customer) -> None:
        mine = make.reminder(customer, cast.owner, state="done", settled_at=THEN, settled_by="user:7")
        make.reminder(customer, cast.owner, state="done", settled_at=THEN, settled_by="sop")
        make.reminder(customer, cast.owner)
        (entry,) = told(work.reminders, customer)
        assert (entry.facts["reminderId"], entry.actor, entry.at) == (mine.pk, "user:7", THEN)

    def test_an_sop_tells_its_beginning_and_end_and_its_steps(self, cast: Cast, customer: Customer) -> None:
        sop = make.sop(customer, since=THEN, until=LATER, state="ended")
        about: dict[str, Any] = {"enrolment": sop, "told_at": THEN}
        make.reminder(customer, cast.owner, step=1, state="done", settled_by="sop", settled_at=LATER, **about)
        make.reminder(customer, cast.owner, step=2, **about)
        assert [(e.kind, e.at) for e in told(work.sops, customer)] == [("sop_enrolled", THEN), ("sop_ended", LATER)]
        steps = [(e.kind, e.facts["step"], e.source) for e in told(work.steps, customer)]
        assert steps == [("sop_step_due", 1, "sop"), ("sop_step_done", 1, "sop"), ("sop_step_due", 2, "sop")]

    def test_an_sop_of_which_only_a_step_was_heard_has_no_beginning(self, customer: Customer) -> None:
        make.sop(customer, since=None)
        assert told(work.sops, customer) == []


class TestAround:
    def test_a_stay_in_a_group_is_called_by_the_joining(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.owner, cast.owner, customer)
        GroupMember.objects.filter(customer=customer).update(join_time=THEN, left_at=LATER, quit_scene=0)
        joined, left = told(around.groups, customer)
        name = f"{customer.pk}:{chat.pk}:{int(THEN.timestamp())}"
        assert (joined.event_id, left.event_id) == (f"group_joined:{name}", f"group_left:{name}")
        assert (joined.at, left.at) == (THEN, LATER)

    def test_a_stay_in_a_segment_ends_for_readers_when_its_run_is_shown(self, cast: Cast, customer: Customer) -> None:
        segment = make.segment(cast.corp, announces=True)
        make.segment_stay(segment, customer)
        SegmentStay.objects.update(left_run=2, left_at=LATER, left_by="day")
        assert [entry.kind for entry in told(around.segments, customer)] == ["segment_entered"]
        SegmentStanding.objects.update(run=2)
        assert [entry.kind for entry in told(around.segments, customer)] == ["segment_entered", "segment_left"]

    def test_of_a_segment_that_is_gone_nothing_is_told(self, cast: Cast, customer: Customer) -> None:
        segment = make.segment(cast.corp, announces=True)
        make.segment_stay(segment, customer)
        type(segment).objects.update(deleted_at=now())
        assert told(around.segments, customer) == []

    @pytest.mark.parametrize(("state", "why"), [("handled", "handled"), ("passed", "passed")])
    def test_a_warning_tells_how_it_ended(self, cast: Cast, customer: Customer, state: str, why: str) -> None:
        make.alert(customer, cast.owner, opened_at=THEN, closed_at=LATER, state=state)
        opened, closed = told(around.warnings, customer)
        assert (opened.at, opened.facts["level"], closed.at, closed.facts["why"]) == (THEN, 3, LATER, why)


class TestMade:
    def test_what_is_none_is_left_out(self, customer: Customer) -> None:
        row = make.follow_up_row(customer)
        facts = made(row, work.EntryKind.FOLLOW_UP, THEN, followUpId=row.pk, employeeId=None).entry.facts
        assert facts == {"followUpId": row.pk}

    def test_by_default_no_other_time_is_its_own(self, customer: Customer) -> None:
        one = made(make.follow_up_row(customer), work.EntryKind.FOLLOW_UP, THEN)
        assert isinstance(one, Made)
        assert one.first > one.end

    def test_rows_of_one_act_stay_together_in_their_order(self, customer: Customer) -> None:
        rows = [make.follow_up_row(customer, content=text) for text in "abab"]
        acts = [[row.pk for row in act] for act in together(rows, "content")]
        assert acts == [[rows[0].pk, rows[2].pk], [rows[1].pk, rows[3].pk]]

    def test_others_rows_are_not_looked_at(self, cast: Cast, customer: Customer) -> None:
        make.follow_up_row(make.customer(cast.corp))
        for witness in (work.follow_ups, work.tags, relations.assignments, around.groups, work.sops):
            assert told(witness, customer) == []
