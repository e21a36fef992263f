"""The table of what timelines tell: what is taken from an event, of whom, and what an entry is called."""

from typing import Any

import pytest

from followups.choices import EntryKind
from followups.timeline.kinds import EVENTS, LISTED, TELLINGS, Telling


def test_each_kind_is_told_by_one_event() -> None:
    kinds = [telling.kind for telling in EVENTS.values()]
    assert len(kinds) == len(set(kinds))
    assert set(TELLINGS) == set(EntryKind)


@pytest.mark.parametrize("name", EVENTS)
def test_what_names_an_entry_or_makes_two_alike_is_among_its_facts(name: str) -> None:
    telling = EVENTS[name]
    assert set(telling.named) <= set(telling.facts)
    assert set(telling.same) <= set(telling.facts)


def test_an_event_of_one_customer_tells_of_that_one() -> None:
    data = {"customerId": 5, "until": None}
    assert list(EVENTS["customer.blacklisted"].of_customers(data)) == [data]


def test_an_event_of_nobody_tells_nothing() -> None:
    data = {"riskId": 3, "kind": "bulk_deletion", "customerId": None, "employeeId": 7}
    assert list(EVENTS["risk.opened"].of_customers(data)) == []


def test_of_a_group_each_customer_in_the_list_is_told_of_with_what_stands_beside_them() -> None:
    joined = {"joinTime": "2026-03-01T08:00:00Z", "joinScene": 1}
    members = [
        {"userid": "wmA", "customerId": 5, "employeeId": None, **joined},
        {"userid": "lina", "customerId": None, "employeeId": 2, **joined},
        {"userid": "wmB", "customerId": 6, "employeeId": None, **joined},
    ]
    data = {"groupId": 3, "chatId": "wr", "members": members}
    told = list(EVENTS["group.member.joined"].of_customers(data))
    assert [(one["customerId"], one["groupId"], one["joinScene"]) for one in told] == [(5, 3, 1), (6, 3, 1)]


def test_of_a_segment_each_id_in_the_list_is_told_of() -> None:
    data = {"segmentId": 4, "customerIds": [5, 6], "cause": "day", "runId": 9}
    told = EVENTS["segment.member.left"].of_customers(data)
    assert [(one["customerId"], one["runId"]) for one in told] == [(5, 9), (6, 9)]


@pytest.mark.parametrize(
    ("changed", "count"),
    [(["remark"], 1), (["description", "state"], 1), (["remarkMobiles"], 1), (["state"], 0), (["episodes"], 0)],
)
def test_of_a_pair_only_what_was_noted_is_told(changed: list[str], count: int) -> None:
    data = {"customerId": 5, "employeeId": 7, "changed": changed}
    assert len(list(EVENTS["customer.relation.updated"].of_customers(data))) == count


class TestName:
    def test_a_thing_with_an_id_of_its_own_is_called_by_it(self) -> None:
        assert EVENTS["customer.followup.created"].name(5, {"followUpId": 12}) == "follow_up:5:12"

    def test_a_stay_is_called_by_its_group_and_the_second_of_joining(self) -> None:
        facts = {"groupId": 3, "joinTime": "2026-03-01T08:00:00Z"}
        same = {"groupId": 3, "joinTime": "2026-03-01T16:00:00+08:00"}
        telling = EVENTS["group.member.joined"]
        assert telling.name(5, facts) == telling.name(5, same) == "group_joined:5:3:1772352000"

    def test_the_end_of_a_stay_has_another_name_than_its_beginning(self) -> None:
        facts = {"groupId": 3, "joinTime": "2026-03-01T08:00:00Z"}
        assert EVENTS["group.member.left"].name(5, facts) != EVENTS["group.member.joined"].name(5, facts)

    @pytest.mark.parametrize("facts", [{}, {"segmentId": 4}, {"segmentId": 4, "runId": None}, {"runId": 9}])
    def test_where_a_part_is_missing_there_is_none(self, facts: dict[str, Any]) -> None:
        assert EVENTS["segment.member.entered"].name(5, facts) == ""

    @pytest.mark.parametrize("name", ["customer.tag.added", "customer.created", "customer.stage.changed"])
    def test_what_the_record_has_no_name_for_has_none(self, name: str) -> None:
        facts = {"tagIds": [1], "followUserId": 7, "fromStageId": 1, "toStageId": 2}
        assert EVENTS[name].name(5, facts) == ""

    @pytest.mark.parametrize("telling", [t for t in TELLINGS.values() if t.named], ids=lambda t: t.kind)
    def test_no_name_is_longer_than_its_column_for_ids_that_there_are(self, telling: Telling) -> None:
        facts: dict[str, Any] = dict.fromkeys(telling.named, 10**14)
        facts |= {fact: "2026-03-01T08:00:00Z" for fact in telling.named if fact.endswith(("Time", "At"))}
        assert len(telling.name(10**14, facts)) <= 64


def test_lists_of_ids_are_those_that_can_be_told_in_parts() -> None:
    listed = {fact for telling in EVENTS.values() for fact in telling.facts if fact.endswith("Ids")}
    # Of a merge all records are told at once.
    assert listed == {*LISTED, "otherIds"}


def test_what_happens_once_is_alike_at_any_time() -> None:
    once = {kind for kind, telling in TELLINGS.items() if telling.once}
    assert once == {EntryKind.SOP_ENROLLED, EntryKind.SOP_STEP_DUE, EntryKind.SOP_STEP_DONE, EntryKind.SOP_ENDED}
