"""A customer's profile: everything in one answer, bounded, and by few statements."""

import datetime as dt
from typing import Any

import pytest

from core.errors import NotFound
from corps.actors import SYSTEM
from customers import lifecycle, remarks
from customers.models import Customer, CustomerTag, FollowRelation
from groups.models import GroupMember
from insights.models import ProfileSetting
from insights.profile.record import MOST
from messaging.models import OutboxEvent
from segments.models import SegmentStay
from tests import make
from tests.conftest import Cast
from tests.insights.profile.scene import ago, episode, follow_up, full, told


class TestFactsAndWhereTheyComeFrom:
    def test_facts_are_those_of_the_detail_without_its_lists(self, cast: Cast) -> None:
        row = full(cast)
        facts = told(row, cast.actor("admin"))["facts"]
        assert (facts["name"], facts["city"], facts["mobile"]) == ("甲", "北京", "13800000000")
        assert not {"tags", "follows"} & set(facts)

    def test_a_fact_is_the_last_change_that_named_it(self, cast: Cast) -> None:
        row, admin = make.customer(cast.corp, cast.owner, city="北京"), cast.actor("admin")
        lifecycle.update(customer=row, city="上海", by=admin, source="operator")
        found = told(row, admin)["provenance"]
        assert (found["city"]["source"], found["city"]["actor"]) == ("operator", admin.label)
        assert found["city"]["actorName"] == str(cast.users["admin"])
        assert (found["name"]["source"], found["name"]["actorName"]) == ("system", "")
        assert found["city"]["at"] > found["name"]["at"]
        assert (found["city"]["created"], found["name"]["created"]) == (False, True)

    def test_what_is_empty_has_no_origin(self, cast: Cast) -> None:
        found = told(make.customer(cast.corp, cast.owner), cast.actor("admin"))["provenance"]
        assert "mobile" not in found
        assert "unionid" not in found

    def test_what_the_record_does_not_know_is_said_to_be_unknown(self, cast: Cast) -> None:
        row = full(cast)
        Customer.objects.filter(pk=row.pk).update(created_source=None)
        lifecycle.update(customer=row, city="上海", by=SYSTEM, source="sync")
        found = told(row, cast.actor("admin"))["provenance"]
        assert found["name"] is None
        assert (found["city"]["source"], found["city"]["created"]) == ("sync", False)


class TestRelations:
    def test_they_stand_side_by_side_with_names_channels_and_stays(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, add_time=ago(40))
        make.relation(row, cast.colleague, state="expo", add_way=1, fetch_seq=9)
        episode(row, cast.colleague, 90, 60)
        channel = make.channel(cast.corp, "expo", name="展会")
        mine, other = told(row, cast.actor("admin"))["relations"]["list"]
        assert (mine["employeeName"], other["employeeName"]) == (cast.owner.name, cast.colleague.name)
        assert (mine["channel"], other["channel"]) == (None, {"id": channel.pk, "name": "展会"})
        assert (mine["origin"]["source"], other["origin"]["source"]) == ("here", "wecom")
        assert [stay["endedBy"] for stay in other["stays"]] == [3]
        assert [stay["endedAt"] for stay in mine["stays"]] == [None]

    def test_a_channel_by_the_add_way_is_found_where_there_is_no_state(self, cast: Cast) -> None:
        row = make.customer(cast.corp)
        make.relation(row, cast.owner, add_way=16)
        make.relation(row, cast.colleague, add_way=16, state="nobody named it")
        make.channel(cast.corp, add_ways=[16], name="获客链接")
        first, second = told(row, cast.actor("admin"))["relations"]["list"]
        assert first["channel"]["name"] == "获客链接"
        assert second["channel"] is None

    def test_what_differs_is_named(self, cast: Cast) -> None:
        row = make.customer(cast.corp)
        make.relation(row, cast.owner, remark="张三", add_way=1, remark_mobiles=["1", "2"])
        make.relation(row, cast.colleague, remark="李四", add_way=1, remark_mobiles=["2", "1"])
        assert told(row, cast.actor("admin"))["relations"]["differences"] == ["remark"]

    @pytest.mark.parametrize("people", [0, 1])
    def test_of_fewer_than_two_nothing_differs(self, cast: Cast, people: int) -> None:
        row = make.customer(cast.corp, cast.owner if people else None)
        found = told(row, cast.actor("admin"))["relations"]
        assert (len(found["list"]), found["differences"], found["more"]) == (people, [], False)

    def test_a_note_tells_who_changed_it_last(self, cast: Cast) -> None:
        row, admin = make.customer(cast.corp, cast.owner), cast.actor("admin")
        remarks.change_remark(customer=row, employee_id=cast.owner.pk, remark="老张", by=admin, source="operator")
        (relation,) = told(row, admin)["relations"]["list"]
        assert relation["provenance"]["remark"]["actorName"] == str(cast.users["admin"])
        assert "description" not in relation["provenance"]


class TestTagsAndOthers:
    def test_a_tag_tells_who_put_it_and_when(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp, name="等级"), name="重点")
        put = make.tag_row(row, tag, cast.owner, source="operator", actor=cast.actor("admin").label)
        (found,) = told(row, cast.actor("admin"))["tags"]["list"]
        assert (found["name"], found["groupName"], found["employeeId"]) == ("重点", "等级", cast.owner.pk)
        assert (found["source"], found["actorName"], found["at"]) == (
            "operator",
            str(cast.users["admin"]),
            put.create_time,
        )
        assert (found["rule"], found["runId"]) == (None, None)

    def test_a_rules_tag_names_the_rule_and_the_run(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp))
        run = make.rule_run(make.tag_rule(cast.corp, tag, name="展会来的"))
        make.tag_row(row, tag, cast.owner, source="rule", run_id=run.pk)
        (found,) = told(row, cast.actor("admin"))["tags"]["list"]
        assert found["rule"] == {"ruleId": run.rule_id, "ruleName": "展会来的"}
        assert found["runId"] == run.pk

    def test_a_run_of_something_else_is_not_taken_for_a_rules(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp))
        run = make.rule_run(make.tag_rule(cast.corp, tag))
        make.tag_row(row, tag, cast.owner, source="import", run_id=run.pk)
        (found,) = told(row, cast.actor("admin"))["tags"]["list"]
        assert (found["rule"], found["runId"]) == (None, run.pk)

    def test_a_deleted_tag_is_gone(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp), deleted_at=ago(1))
        make.tag_row(row, tag, cast.owner)
        assert told(row, cast.actor("admin"))["tags"] == {"list": [], "more": False}

    def test_groups_they_are_in_come_before_those_they_left(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        old = make.chat(cast.corp, cast.owner, row, opened_at=ago(90))
        left = make.chat(cast.corp, cast.owner, row, opened_at=ago(30))
        GroupMember.objects.filter(chat=left, customer=row).update(left_at=ago(3), quit_scene=0)
        found = told(row, cast.actor("admin"))["groups"]["list"]
        assert [chat["chatId"] for chat in found] == [old.pk, left.pk]
        assert (found[0]["leftAt"], found[1]["quitScene"]) == (None, 0)

    def test_a_segment_that_is_left_by_the_run_under_way_is_still_theirs(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        stay = make.segment_stay(make.segment(cast.corp, name="北京"), row)
        SegmentStay.objects.filter(pk=stay.pk).update(left_run=2, left_at=ago(0), left_by="day")
        (found,) = told(row, cast.actor("admin"))["segments"]["list"]
        assert (found["name"], found["leftAt"], found["leftBy"]) == ("北京", None, "")
        SegmentStay.objects.filter(pk=stay.pk).update(left_run=1)
        (found,) = told(row, cast.actor("admin"))["segments"]["list"]
        assert (found["leftAt"] is not None, found["leftBy"]) == (True, "day")

    def test_the_stage_has_its_time_and_actor_and_none_is_none(self, cast: Cast) -> None:
        row, stage = make.customer(cast.corp, cast.owner), make.stage(cast.corp, name="意向明确")
        assert told(row, cast.actor("admin"))["stage"] is None
        make.staged(row, stage)
        found = told(row, cast.actor("admin"))["stage"]
        assert (found["stageId"], found["name"], found["source"]) == (stage.pk, "意向明确", "system")
        make.staged(row, None)
        assert told(row, cast.actor("admin"))["stage"] is None

    def test_warnings_are_those_that_wait(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        waits = make.alert(row, cast.owner)
        make.alert(row, cast.owner, closed_at=ago(1), state="passed", subject="c1:old")
        found = told(row, cast.actor("admin"))["warnings"]["list"]
        assert [(one["id"], one["facts"]) for one in found] == [(waits.pk, {"days": 9})]

    def test_scores_come_with_their_reasons_the_worst_first(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        make.churn(row, cast.owner, score=60, level="watch", reasons=[])
        make.churn(row, cast.colleague, score=80)
        found = told(row, cast.actor("admin"))["churn"]["list"]
        assert [(one["score"], len(one["reasons"])) for one in found] == [(80, 1), (60, 0)]


class TestBehaviourAndInsights:
    def test_follow_ups_stays_and_groups_are_contact(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, add_time=ago(80))
        follow_up(row, 50, 20, employee=cast.owner)
        make.chat(cast.corp, cast.owner, row, opened_at=ago(10))
        make.entry(row, kind="tag_added")
        # What has a table of its own is taken from there alone.
        make.entry(row, kind="followed", at=ago(1))
        make.entry(row, kind="follow_up", at=ago(1))
        found = told(row, cast.actor("admin"))["behaviour"]
        assert {count["kind"]: count["all"] for count in found["counts"]} == {
            "follow_up": 2,
            "followed": 1,
            "group_joined": 1,
            "tag_added": 1,
        }
        assert (found["contacts"]["days90"], found["silentDays"]) == (4, 10)

    def test_a_day_of_calls_and_messages_is_one_contact_at_their_own_first_word(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, add_time=ago(80).replace(hour=20))
        morning = ago(20).replace(hour=1, minute=5)
        for days in range(5):
            for hours, direction in ((0, "out"), (5, "in"), (7, "in")):
                at = morning - dt.timedelta(days=days) + dt.timedelta(hours=hours)
                make.communication(row, cast.owner, at=at, direction=direction)
        make.communication(row, at=morning - dt.timedelta(days=9), direction="out")
        # What has a table of its own is taken from there alone.
        make.entry(row, kind="communication", at=ago(1))
        found = told(row, cast.actor("admin"))["behaviour"]
        assert [count["all"] for count in found["counts"] if count["kind"] == "communication"] == [6]
        # Five days at two in the afternoon in Shanghai, and one at nine; the adding had its own hour.
        assert (found["bestTime"]["hour"], found["bestTime"]["aboutHour"]) == (14, 5)

    def test_grades_go_by_the_companys_steps(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, add_time=ago(20))
        assert told(row, cast.actor("admin"))["behaviour"]["grades"]["recency"] == 3
        ProfileSetting.objects.create(corp=cast.corp, recency="30, 60, 90, 120")
        ProfileSetting.objects.create(corp=cast.other_corp, recency="1, 2, 3, 4")
        assert told(row, cast.actor("admin"))["behaviour"]["grades"]["recency"] == 5

    def test_more_entries_than_are_read_are_told_of(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("record", "answer"):
            monkeypatch.setattr(f"insights.profile.{module}.ENTRIES", 3)
        row = make.customer(cast.corp, cast.owner)
        follow_up(row, 1, 2, 3)
        assert told(row, cast.actor("admin"))["behaviour"]["entries"] == {"most": 3, "more": False}
        follow_up(row, 4)
        found = told(row, cast.actor("admin"))["behaviour"]
        assert found["entries"]["more"]
        assert next(one["all"] for one in found["counts"] if one["kind"] == "follow_up") == 3

    def test_insights_follow_from_the_rows_and_hold_their_evidence(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, add_time=ago(40))
        for employee in (cast.colleague, cast.manager):
            make.relation(row, employee, remark=f"叫{employee.name}的客户")
            episode(row, employee, 38)
        follow_up(row, 3)
        found = {one["code"]: one for one in told(row, cast.actor("admin"))["insights"]}
        assert set(found) == {"added_by_several", "called_differently"}
        assert found["added_by_several"]["evidence"]["employeeIds"] == [
            cast.owner.pk,
            cast.colleague.pk,
            cast.manager.pk,
        ]
        assert found["called_differently"]["tone"] == "plain"

    def test_nothing_is_written_by_looking(self, cast: Cast, recorded: Any) -> None:
        row = full(cast)
        before = recorded()
        told(row, cast.actor("admin"))
        assert recorded() == before
        row.refresh_from_db()
        assert row.version == before_version(row)


def before_version(row: Any) -> int:
    return OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=row.pk).latest("id").aggregate_version


class TestBounds:
    def test_each_list_says_when_there_is_more(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = ("relations", "tags", "groups", "segments", "warnings", "churn")
        row = full(cast, 3)
        for part in parts:
            monkeypatch.setitem(MOST, part, 2)
        found = told(row, cast.actor("admin"))
        assert {part: (len(found[part]["list"]), found[part]["more"]) for part in parts} == dict.fromkeys(
            parts, (2, True)
        )

    def test_what_fits_says_that_it_is_all(self, cast: Cast) -> None:
        found = told(full(cast, 2), cast.actor("admin"))
        parts = ("relations", "tags", "groups", "segments", "warnings", "churn")
        assert {part: found[part]["more"] for part in parts} == dict.fromkeys(parts, False)

    @pytest.mark.parametrize(("who", "statements"), [("admin", 4), ("owner", 5), ("manager", 7)])
    def test_it_takes_at_most_eight_statements_however_much_there_is(
        self, cast: Cast, who: str, statements: int, django_assert_num_queries: Any
    ) -> None:
        told(full(cast, 1), cast.actor("admin"))
        # May it be seen, the detail, everything else at once, who acted; of a manager, whose people.
        for row in (full(cast, 1), full(cast, 6)):
            with django_assert_num_queries(statements):
                told(row, cast.actor(who))


class TestWhoSeesWhat:
    def test_another_companys_customer_is_not_there(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            told(full(cast), cast.actor("stranger"))

    def test_nor_is_a_colleagues_to_staff(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            told(make.customer(cast.corp, cast.owner), cast.actor("colleague"))

    def test_staff_see_warnings_scores_and_groups_of_their_own(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        make.relation(row, cast.colleague, remark="同事的备注")
        for employee in (cast.owner, cast.colleague):
            make.alert(row, employee, subject=f"c{row.pk}:e{employee.pk}")
            make.churn(row, employee)
            make.chat(cast.corp, employee, row)
        for who, number in (("owner", 1), ("colleague", 1), ("manager", 2), ("admin", 2)):
            found = told(row, cast.actor(who))
            assert [len(found[part]["list"]) for part in ("warnings", "churn", "groups")] == [number] * 3, who
            # Who follows is shown as the customer's detail shows it.
            assert len(found["relations"]["list"]) == 2

    def test_of_another_companys_channels_and_rules_nothing_is_told(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp), make.tag(make.group(cast.corp))
        make.relation(row, cast.owner, state="expo")
        make.channel(cast.other_corp, "expo", name="乙方渠道")
        foreign = make.rule_run(make.tag_rule(cast.other_corp, make.tag(make.group(cast.other_corp)), name="乙方规则"))
        CustomerTag.objects.create(corp=cast.corp, customer=row, tag=tag, source="rule", run_id=foreign.pk)
        found = told(row, cast.actor("admin"))
        assert found["relations"]["list"][0]["channel"] is None
        assert found["tags"]["list"][0]["rule"] is None

    def test_a_customer_who_was_deleted_here_is_still_told_of(self, cast: Cast) -> None:
        row = full(cast)
        lifecycle.delete(customer=row, by=SYSTEM, source="api")
        assert told(row, cast.actor("admin"))["facts"]["status"] == 0
        assert FollowRelation.objects.filter(customer=row).exists()
