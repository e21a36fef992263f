"""Every code that WeCom gives a single chat (pages 92127, 95703), and what becomes of the chat and of its job."""

import pytest

from groups.transfers import claiming
from tests.wecom.group_transfers.conftest import LEAVERS, ON_JOB, House
from wecom.admin.group_transfer_items import because
from wecom.sandbox.codes import TEXTS
from wecom.sandbox.endpoints import group_transfers as sandbox

# Code → what it means, from the reference of the API.
REFUSED = {
    40128: "too often",
    40129: "being transferred",
    40143: "the taker is banned",
    40205: "the ticket has expired",
    49008: "dismissed",
    90500: "the owner has not left",
    90501: "no customer group",
    90502: "the owner has left",
    90503: "full",
    90504: "the owner stays the same",
    90507: "being inherited",
    90508: "has been inherited",
    90509: "no customer group of WeCom",
    90510: "nobody active for a year",
    99999: "a code of tomorrow",
}


def refusing(monkeypatch: pytest.MonkeyPatch, code: int, only: str | None = None) -> None:
    """WeCom refuses every chat, or one, with this code."""

    def why_not(call: object, chat: object, owner: object) -> int:
        return code if only in (None, chat.chat_id) else 0  # type: ignore[attr-defined]

    monkeypatch.setitem(TEXTS, code, "no")
    for api in (ON_JOB, LEAVERS):
        assert api in sandbox.ROUTES
    monkeypatch.setattr(sandbox, "_why_not_group", why_not)
    monkeypatch.setattr(sandbox, "_why_not_leavers_group", why_not)


@pytest.mark.parametrize("code", REFUSED)
def test_a_chat_that_is_refused_keeps_its_code_and_its_owner(
    house: House, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    refusing(monkeypatch, code)
    job = house.start()
    house.work()
    assert set(job.items.values_list("state", "error_code")) == {("failed", code)}
    job.refresh_from_db()
    assert (job.state, job.error_code, house.theirs("lina")) == ("done", None, 4)


@pytest.mark.parametrize("code", REFUSED)
def test_an_operator_is_told_each_code_in_words(house: House, code: int) -> None:
    assert because("", code).startswith(f"{code}: ")
    assert len(because("", code)) > len(f"{code}: ") + 3


@pytest.mark.parametrize("leaver", [False, True])
def test_one_refusal_spoils_no_other(house: House, monkeypatch: pytest.MonkeyPatch, leaver: bool) -> None:
    if leaver:
        house.box.company.fire("lina")
        house.box.sync()
    chat = list(house.box.company.chats)[2]
    refusing(monkeypatch, 90503, only=chat)
    job = house.start()
    house.work()
    assert house.states(job) == ["done"] * 3 + ["failed"]
    assert job.items.get(state="failed").chat.chat_id == chat


@pytest.mark.parametrize("code", [90504, 90508])
def test_that_it_is_so_already_is_a_refusal_the_first_time_and_a_doubt_the_second(
    house: House, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    refusing(monkeypatch, code)
    job = house.start()
    job.items.update(attempts=1)
    batch = claiming.take(job.pk)
    assert batch and {item.attempts for item in batch.items} == {1}
    job.items.update(state="waiting")
    house.work()
    # WeCom was asked: the old owner has them still, so they wait to be sent again.
    house.pass_time()
    house.work()
    assert set(house.states(job)) <= {"doubt", "waiting"}


def test_a_refused_chat_can_be_chosen_again_and_the_old_attempt_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        refusing(full, 90503)
        first = house.start()
        house.work()
    second = house.start()
    house.work()
    assert (house.states(first), house.states(second)) == (["failed"] * 4, ["done"] * 4)
    assert house.theirs("wang") == 4
