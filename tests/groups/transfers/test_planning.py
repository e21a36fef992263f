"""The sheet: which chats can go to a new owner and why the others can't, before anything is sent or told."""

import datetime as dt
from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from corps.actors import SYSTEM
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import planning, preflight, report
from tests import make
from tests.conftest import Cast
from tests.groups.transfers.conftest import Desk


def refused(code: str, **asked: Any) -> None:
    with pytest.raises(RuleViolation) as refusal:
        planning.plan(by=SYSTEM, **asked)
    assert refusal.value.code == code
    assert not GroupTransferJob.objects.exists()


def test_a_job_begins_as_a_sheet_and_tells_nobody(cast: Cast, desk: Desk, told: Any) -> None:
    chats = desk.chats(3)
    job = desk.plan(*chats, by=cast.actor("admin"))
    assert (job.state, job.taker_id, job.actor) == ("draft", cast.colleague.pk, f"user:{cast.users['admin'].pk}")
    assert desk.states(job) == ["planned"] * 3
    item = desk.item(job, chats[0])
    assert (item.owner_id, item.leaver, item.corp_id, item.open_mark) == (cast.owner.pk, False, cast.corp.pk, None)
    assert told() == []


def test_each_that_can_not_go_has_its_reason(cast: Cast, desk: Desk) -> None:
    fine, theirs, inheriting, ownerless, gone = (
        *desk.chats(1),
        *desk.chats(1, cast.colleague),
        *desk.chats(1, status=2),
        make.chat(cast.corp, None),
        *desk.chats(1),
    )
    GroupChat.objects.filter(pk=gone.pk).update(status=9)
    job = desk.plan(fine, theirs, inheriting, ownerless, gone)
    assert desk.reasons(job) == {
        theirs.pk: "same_owner",
        inheriting.pk: "being_inherited",
        ownerless.pk: "no_owner",
        gone.pk: "dismissed",
    }
    assert report.counts(job)["planned"] == 1
    assert [(row["reason"], row["count"]) for row in report.reasons(job)] == sorted(
        (reason, 1) for reason in desk.reasons(job).values()
    )
    assert set(desk.reasons(job).values()) < set(preflight.WORDS)


def test_one_that_another_job_has_on_its_way_waits_for_that(desk: Desk) -> None:
    chat, *_others = desk.chats(2)
    desk.plan(chat)
    # A sheet alone holds nothing up.
    assert desk.reasons(desk.plan(chat)) == {}
    desk.started(chat)
    assert desk.reasons(desk.plan(chat)) == {chat.pk: "in_another_job"}


def handed_over(desk: Desk, chat: GroupChat, days_ago: int, leaver: bool = False, state: str = "done") -> None:
    job = GroupTransferJob.objects.create(corp_id=chat.corp_id, taker=desk.cast.colleague, state="done")
    GroupTransferItem.objects.create(
        corp_id=chat.corp_id,
        job=job,
        chat=chat,
        owner=desk.cast.owner,
        leaver=leaver,
        state=state,
        sent_at=now() - dt.timedelta(days=days_ago),
    )


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([10], None),
        ([10, 80], "twice_in_90_days"),
        ([10, 91], None),
        ([10, 20, 30], "twice_in_90_days"),
    ],
)
def test_a_working_owners_chat_goes_twice_in_ninety_days(desk: Desk, before: list[int], reason: str | None) -> None:
    (chat,) = desk.chats(1)
    for days in before:
        handed_over(desk, chat, days)
    assert desk.reasons(desk.plan(chat)).get(chat.pk) == reason


def test_what_failed_or_was_a_leavers_does_not_count(cast: Cast, desk: Desk) -> None:
    (chat,) = desk.chats(1)
    for n in range(2):
        handed_over(desk, chat, n + 1, leaver=True)
        handed_over(desk, chat, n + 1, state="failed")
    assert desk.reasons(desk.plan(chat)) == {}
    for n in range(2):
        handed_over(desk, chat, n + 1)
    assert desk.reasons(desk.plan(chat)) == {chat.pk: "twice_in_90_days"}
    cast.owner.status = 5
    cast.owner.save()
    # By the call for leavers it may go again.
    assert desk.reasons(desk.plan(chat)) == {}


def test_a_leavers_chats_go_by_the_leavers_call(cast: Cast, desk: Desk) -> None:
    left = make.employee(cast.corp, status=5)
    theirs, waiting, mine = *desk.chats(1, left), *desk.chats(1, status=1), *desk.chats(1)
    job = desk.plan(theirs, waiting, mine)
    assert [desk.item(job, chat).leaver for chat in (theirs, waiting, mine)] == [True, True, False]


@pytest.mark.parametrize("fields", [{"status": 5}, {"status": 2}, {"status": 4}, {"can_follow": False}])
def test_an_employee_who_can_not_take_groups_is_refused(cast: Cast, desk: Desk, fields: dict[str, Any]) -> None:
    desk.chats(1)
    taker = make.employee(cast.corp, **fields)
    refused("taker_unfit", corp_id=cast.corp.pk, chats=GroupChat.objects.all(), taker=taker)


def test_a_taker_of_another_company_is_not_there(cast: Cast, desk: Desk) -> None:
    desk.chats(1)
    refused("taker_unknown", corp_id=cast.corp.pk, chats=GroupChat.objects.all(), taker=cast.stranger)


def test_no_chats_and_too_many_are_refused(cast: Cast, desk: Desk, monkeypatch: Any) -> None:
    asked = {"corp_id": cast.corp.pk, "taker": cast.colleague}
    refused("no_groups", chats=GroupChat.objects.all(), **asked)
    monkeypatch.setattr(planning, "MOST", 2)
    desk.chats(3)
    refused("too_many_groups", chats=GroupChat.objects.all(), **asked)


def test_chats_of_another_company_are_left_out(cast: Cast, desk: Desk) -> None:
    (mine,) = desk.chats(1)
    foreign = make.chat(cast.other_corp, cast.stranger)
    job = desk.plan(mine, foreign)
    assert list(job.items.values_list("chat_id", flat=True)) == [mine.pk]


def test_all_of_one_employee_are_those_that_are_not_dismissed(cast: Cast, desk: Desk) -> None:
    first, second, gone = desk.chats(3)
    desk.chats(1, cast.colleague)
    GroupChat.objects.filter(pk=gone.pk).update(status=9)
    assert {chat.pk for chat in planning.owned_by(cast.owner, SYSTEM)} == {first.pk, second.pk}
    assert set(planning.owned_by(cast.owner, cast.actor("colleague"))) == set()


def test_a_sheet_costs_the_same_however_long(cast: Cast, desk: Desk, django_assert_max_num_queries: Any) -> None:
    chats = desk.chats(30)
    with django_assert_max_num_queries(8):
        desk.plan(*chats)
