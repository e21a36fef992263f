"""What is sent to WeCom and read of its results: fields, pages, codes; for both kinds of transfer."""

from typing import Any

import httpx
import orjson
import pytest

from corps.models import Employee
from customers.models import TransferItem
from customers.transfers import reasons
from tests.wecom.sandboxed import BASE
from tests.wecom.transfers.conftest import Desk
from wecom.client import codes as client_codes
from wecom.client import wire
from wecom.client.transport import client_for
from wecom.sandbox.endpoints import transfer_results
from wecom.transfers import codes, results


class Overheard(httpx.BaseTransport):
    """The sandbox's transport, which keeps what was sent."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.sent = inner, []  # type: ignore[var-annotated]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.sent.append((request.url.path.removeprefix("/cgi-bin/externalcontact/"), orjson.loads(request.read())))
        return self.inner.handle_request(request)


@pytest.fixture
def overheard(desk: Desk) -> Overheard:
    heard = Overheard(wire.TRANSPORTS[BASE])
    wire.forget()
    wire.TRANSPORTS[BASE] = heard
    return heard


def sent(heard: Overheard, path: str) -> list[dict[str, Any]]:
    return [body for called, body in heard.sent if called == path]


def test_on_the_job_the_message_goes_along(desk: Desk, overheard: Overheard) -> None:
    desk.work(desk.begin("wang", message="以后由王五为您服务"))
    assert sent(overheard, "transfer_customer") == [
        {
            "handover_userid": "lina",
            "takeover_userid": "wang",
            "external_userid": desk.externals,
            "transfer_success_msg": "以后由王五为您服务",
        }
    ]


def test_without_a_message_wecom_uses_its_own(desk: Desk, overheard: Overheard) -> None:
    desk.work(desk.begin("wang"))
    (body,) = sent(overheard, "transfer_customer")
    assert "transfer_success_msg" not in body


def test_a_leavers_go_by_the_other_call_and_its_results_are_read_by_the_other_one(
    desk: Desk, overheard: Overheard
) -> None:
    desk.company.fire("lina")
    desk.box.sync("house")
    overheard.sent.clear()
    job = desk.work(desk.begin("wang"))
    desk.work(job)
    assert [path for path, _body in overheard.sent] == ["resigned/transfer_customer", "resigned/transfer_result"]
    who = {"handover_userid": "lina", "takeover_userid": "wang"}
    assert sent(overheard, "resigned/transfer_customer") == [who | {"external_userid": desk.externals}]
    assert sent(overheard, "resigned/transfer_result") == [who | {"cursor": ""}]


def test_each_taker_is_a_call_and_a_list_of_results_of_its_own(desk: Desk, overheard: Overheard) -> None:
    job = desk.work(desk.begin("wang", "zhou"))
    desk.work(job)
    assert [body["takeover_userid"] for body in sent(overheard, "transfer_customer")] == ["wang", "zhou"]
    assert sorted(body["takeover_userid"] for body in sent(overheard, "transfer_result")) == ["wang", "zhou"]


def test_results_are_read_to_their_last_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer_results, "PAGE", 2)
    job = desk.work(desk.begin("wang"))
    desk.company.finish_transfers()
    found = results.read(client_for(job.corp_id), job, Employee.objects.get(userid="wang"))
    assert found.keys() == set(desk.externals)
    assert desk.calls("transfer_result") > 1
    assert desk.work(job).state == "done"


def test_an_answer_that_never_ends_is_left_after_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.begin("wang")
    asked: list[str] = []

    def endless(client: Any, *, cursor: str, **who: str) -> tuple[list[Any], str]:
        asked.append(cursor)
        return [], f"{len(asked)}"

    monkeypatch.setattr(results.transfers, "transfer_results", endless)
    assert results.read(client_for(job.corp_id), job, desk.employee("wang")) == {}
    assert asked[:3] == ["", "1", "2"]
    assert len(asked) == 100


def test_a_status_that_nobody_knows_settles_nothing(desk: Desk) -> None:
    job = desk.work(desk.begin("wang"))
    for transfer in desk.company.transfers:
        transfer.outcome = 9
    assert desk.states(desk.work(job)) == ["waiting"] * 3


def test_a_result_without_a_time_is_one_all_the_same(desk: Desk) -> None:
    assert results.takeover_time({}) is None
    assert results.takeover_time({"takeover_time": 0}) is None
    job = desk.work(desk.begin("wang", some=1))
    before = job.items.get().takeover_time
    desk.company.refuse_transfer("wang", desk.externals[0])
    desk.work(job)
    assert job.items.get().takeover_time == before


class TestCodes:
    def test_each_has_a_reason_in_words_and_wecoms_own_advice(self) -> None:
        for code in codes._REASONS:
            assert codes.reason_of(code) in reasons.WORDS
            assert code in client_codes.CODES

    def test_one_that_nobody_knows_is_a_refusal_with_its_number(self) -> None:
        assert codes.reason_of(123_456) == "wecom_refused"

    def test_each_reason_is_a_word_as_events_promise(self) -> None:
        assert all(word.replace("_", "").isalpha() and word.islower() and len(word) <= 30 for word in reasons.WORDS)

    @pytest.mark.parametrize(
        ("act", "code", "reason"),
        [
            (lambda desk: desk.company.delete_by_employee("lina", desk.externals[0]), 40131, "not_followed"),
            (lambda desk: setattr(desk.company.employees["wang"], "verified", False), 40098, "taker_unproven"),
            (lambda desk: setattr(desk.company.employees["wang"], "contact", False), 84074, "taker_not_allowed"),
            (lambda desk: desk.company.fire("wang"), None, "employee_unknown"),
        ],
    )
    def test_what_the_mirror_does_not_know_yet_is_told_by_wecom(
        self, desk: Desk, act: Any, code: int | None, reason: str
    ) -> None:
        job = desk.begin("wang", some=1)
        act(desk)
        desk.work(job)
        item = job.items.get()
        assert (item.state, item.reason) == ("failed", reason)
        assert item.error_code == code or code is None

    def test_one_who_came_back_from_leaving_is_not_handed_over_as_a_leaver(self, desk: Desk) -> None:
        job = desk.begin("wang", some=1)
        type(job).objects.update(kind="leaver")
        desk.work(job)
        assert (job.items.get().error_code, job.items.get().reason) == (40097, "not_left")

    def test_a_customer_of_another_subject_is_unknown_there(self, desk: Desk) -> None:
        job = desk.begin("wang", some=1)
        del desk.company.people[desk.externals[0]]
        desk.work(job)
        assert TransferItem.objects.get().reason == "customer_unknown"
