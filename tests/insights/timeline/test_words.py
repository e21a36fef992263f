"""Entries in words: every fact that a reader wants is said, in both languages, and what can't be named is left out."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation

from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline import reading
from followups.timeline.kinds import EVENTS
from insights.timeline import pages, words
from insights.timeline.names import TABLES, Names
from tests import make
from tests.conftest import Cast

# What is for machines: parts of names, and times that the entry itself has.
UNSAID = {
    *("employeeId", "followUserId", "addTime", "endedAt", "joinTime", "itemId", "transferId", "runId"),
    *("day", "riskId", "ruleId", "mergeId", "keptId", "otherIds", "version"),
}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture(autouse=True)
def _shanghai() -> Any:
    with timezone.override("Asia/Shanghai"):
        yield


def read(row: TimelineEntry) -> reading.Entry:
    """As a page reads it."""
    entries, _cursor = reading.page(row.customer_id, reading.Wanted(), size=100)
    return next(entry for entry in entries if entry.id == row.pk)


def said(
    cast: Cast, customer: Customer, kind: str, /, *, who: str = "admin", employee: Any = None, **facts: Any
) -> str:
    entry = read(make.entry(customer, employee, kind=kind, facts=facts))
    with translation.override("en"):
        return words.details(entry, Names([entry], actor=cast.actor(who), corp_id=cast.corp.pk))


def test_every_fact_of_every_kind_is_said_or_is_for_machines() -> None:
    facts = {fact for telling in EVENTS.values() for fact in telling.facts}
    assert facts - set(words.SAID) == UNSAID
    assert set(TABLES) <= set(words.SAID)


class TestPeople:
    def test_the_employee_comes_first(self, cast: Cast, customer: Customer) -> None:
        text = said(cast, customer, "followed", employee=cast.owner, employeeId=cast.owner.pk, addWay=1, again=False)
        assert text == "王小明 · QR code"

    def test_adding_again_is_said(self, cast: Cast, customer: Customer) -> None:
        text = said(cast, customer, "followed", employee=cast.owner, addWay=999, again=True)
        assert text == "王小明 · 999 · not for the first time"

    @pytest.mark.parametrize(
        ("how", "text"),
        [
            ("customer", "deleted by the customer"),
            ("employee", "deleted by the employee"),
            ("transfer", "transferred"),
            ("unknown", "ended, nobody told how"),
        ],
    )
    def test_who_ended_it_is_said(self, cast: Cast, customer: Customer, how: str, text: str) -> None:
        assert said(cast, customer, "unfollowed", endedBy=how) == text

    def test_of_a_handover_both_are_named_once(self, cast: Cast, customer: Customer) -> None:
        pair = {"handoverId": cast.owner.pk, "takerId": cast.colleague.pk}
        text = said(cast, customer, "transferred", employee=cast.colleague, **pair)
        assert text == "from 王小明 · to 李小红"

    def test_one_whose_giver_is_unknown_says_whom_it_was_to(self, cast: Cast, customer: Customer) -> None:
        text = said(cast, customer, "transfer_failed", takerId=cast.colleague.pk, reason="taker_full")
        assert text.startswith("to 李小红 · Whoever would take over has as many customers")

    def test_readers_are_listed(self, cast: Cast, customer: Customer) -> None:
        ids = [cast.colleague.pk, cast.manager.pk]
        assert said(cast, customer, "readers_added", employeeIds=ids) == "李小红, 赵经理"

    def test_nobody_of_another_company_is_named(self, cast: Cast, customer: Customer) -> None:
        text = said(cast, customer, "transferred", employee=cast.stranger, handoverId=cast.stranger.pk)
        assert text == "from –"


class TestThings:
    def test_tags_are_listed_by_their_names(self, cast: Cast, customer: Customer) -> None:
        group = make.group(cast.corp)
        tags = [make.tag(group, name=name) for name in ("重点", "续费")]
        assert said(cast, customer, "tag_added", tagIds=[tag.pk for tag in tags]) == "重点, 续费"

    def test_a_tag_that_is_gone_or_foreign_is_left_out(self, cast: Cast, customer: Customer) -> None:
        known, foreign = make.tag(make.group(cast.corp), name="重点"), make.tag(make.group(cast.other_corp))
        assert said(cast, customer, "tag_added", tagIds=[known.pk, foreign.pk, 10**9]) == "重点"

    def test_a_step_between_stages_says_both(self, cast: Cast, customer: Customer) -> None:
        first, second = make.stage(cast.corp, name="新客"), make.stage(cast.corp, name="意向")
        both = {"fromStageId": first.pk, "toStageId": second.pk}
        assert said(cast, customer, "stage_changed", **both) == "from 新客 · to 意向"
        assert said(cast, customer, "stage_changed", toStageId=first.pk) == "to 新客"

    def test_a_follow_up_is_quoted_in_one_line_and_not_without_end(self, cast: Cast, customer: Customer) -> None:
        row = make.follow_up_row(customer, content="电话\n沟通了 " + "很" * 300)
        text = said(cast, customer, "follow_up", followUpId=row.pk)
        assert text.startswith("电话 沟通了 很很")
        assert len(text) == 121
        assert text.endswith("…")

    def test_a_segment_a_warning_and_a_rule_are_named(self, cast: Cast, customer: Customer) -> None:
        segment = make.segment(cast.corp, name="老客户")
        assert said(cast, customer, "segment_entered", segmentId=segment.pk, runId=3) == "老客户"
        assert said(cast, customer, "risk_opened", kind="silence", level=2) == "no contact for long · warning"
        assert said(cast, customer, "risk_closed", kind="silence", why="handled") == "no contact for long · handled"
        row = make.assignment(customer, cast.owner, rule_name="轮流")
        assert said(cast, customer, "assigned", assignmentId=row.pk, ruleId=row.rule_id) == "轮流"

    def test_an_sop_says_its_name_and_step(self, cast: Cast, customer: Customer) -> None:
        sop = make.sop(customer, name="新客户欢迎")
        assert said(cast, customer, "sop_step_done", enrolmentId=sop.pk, step=2) == "新客户欢迎 · step 2"
        nameless = make.sop(customer, name="", sop_id="welcome")
        assert said(cast, customer, "sop_enrolled", enrolmentId=nameless.pk) == "welcome"

    def test_a_reminder_says_what_was_to_be_done(self, cast: Cast, customer: Customer) -> None:
        row = make.reminder(customer, content="回电")
        assert said(cast, customer, "reminder_done", reminderId=row.pk, step=1) == "step 1 · 回电"

    def test_what_was_noted_is_named_not_quoted(self, cast: Cast, customer: Customer) -> None:
        text = said(cast, customer, "remark_changed", changed=["remark", "remarkMobiles", "state"])
        assert text == "remark, remarked mobiles"

    def test_the_blacklist_says_until_when_in_the_readers_zone(self, cast: Cast, customer: Customer) -> None:
        assert said(cast, customer, "blacklisted", until="2026-12-01T20:30:00Z") == "until 2026-12-02 04:30"
        assert said(cast, customer, "blacklisted") == ""
        assert said(cast, customer, "blacklist_lifted", expired=True) == "time was up"
        assert said(cast, customer, "blacklist_lifted", expired=False) == ""


class TestGroups:
    def test_the_way_in_and_out_is_said(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.owner, customer, name="老客户群")
        assert said(cast, customer, "group_joined", groupId=chat.pk, joinScene=2) == "老客户群 · invitation link"
        assert said(cast, customer, "group_left", groupId=chat.pk, quitScene=0) == "老客户群 · left by themselves"

    def test_one_that_is_not_theirs_to_see_has_no_name(self, cast: Cast, customer: Customer) -> None:
        chat = make.chat(cast.corp, cast.colleague, customer, name="秘密群")
        text = said(cast, customer, "group_joined", who="owner", groupId=chat.pk)
        assert text == "a group chat that you may not see"
        assert "秘密群" in said(cast, customer, "group_joined", who="manager", groupId=chat.pk)


class TestStatements:
    def everything(self, cast: Cast, customer: Customer) -> list[reading.Entry]:
        tag, stage = make.tag(make.group(cast.corp)), make.stage(cast.corp)
        chat, segment = make.chat(cast.corp, cast.owner, customer), make.segment(cast.corp)
        facts = [
            ("tag_added", {"tagIds": [tag.pk]}),
            ("stage_changed", {"toStageId": stage.pk}),
            ("group_joined", {"groupId": chat.pk}),
            ("segment_entered", {"segmentId": segment.pk}),
            ("follow_up", {"followUpId": make.follow_up_row(customer).pk}),
            ("sop_enrolled", {"enrolmentId": make.sop(customer).pk}),
            ("reminder_done", {"reminderId": make.reminder(customer).pk}),
            ("assigned", {"assignmentId": make.assignment(customer, cast.owner).pk}),
            ("transferred", {"handoverId": cast.owner.pk, "takerId": cast.colleague.pk}),
        ]
        users = [cast.users["owner"].actor.label, f"api:{make.account(cast.corp).pk}"]
        return [
            read(make.entry(customer, kind=kind, facts=told, actor=users[n % 2]))
            for n, (kind, told) in enumerate(facts)
        ]

    def test_names_are_a_statement_a_table_however_many_entries(
        self, cast: Cast, customer: Customer, django_assert_num_queries: Any
    ) -> None:
        entries = self.everything(cast, customer) + self.everything(cast, customer)
        # Nine tables, and who acted: users and API accounts.
        with django_assert_num_queries(11):
            shown = pages.told(entries, actor=cast.actor("admin"), corp_id=cast.corp.pk)
        assert len(shown) == 18
        assert all(one.text and one.by for one in shown)

    def test_nothing_is_asked_for_nothing(self, cast: Cast, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert pages.told([], actor=cast.actor("admin"), corp_id=cast.corp.pk) == []


@pytest.mark.parametrize("kind", EntryKind)
def test_each_kind_is_called_something_in_chinese(kind: EntryKind) -> None:
    with translation.override("zh-hans"):
        chinese = str(kind.label)
    with translation.override("en"):
        assert chinese != str(kind.label)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


def test_who_acted_is_named_and_the_system_is_not(cast: Cast, customer: Customer) -> None:
    by = cast.users["owner"].actor.label
    entries = [read(make.entry(customer, actor=actor, source="operator")) for actor in (by, "system")]
    with translation.override("zh-hans"):
        person, system = pages.told(entries, actor=cast.actor("admin"), corp_id=cast.corp.pk)
    assert (person.by, system.by) == (str(cast.users["owner"]), "")
    assert person.at - entries[0].at == dt.timedelta(0)
