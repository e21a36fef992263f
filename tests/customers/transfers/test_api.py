"""``/api/v1/transfers``: drawn up, started, held up, called off, and how each customer stands."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from customers.models import Customer, TransferItem, TransferJob
from tests import api, make
from tests.customers.transfers.conftest import Bench
from tests.doors import BAD_PAGES

URL = "/api/v1/transfers"


def body(bench: Bench, **more: Any) -> dict[str, Any]:
    given = {"handoverId": bench.cast.owner.pk, "takerIds": [bench.cast.colleague.pk]}
    return given | (more or {"filters": {}})


@pytest.fixture
def client(bench: Bench) -> Any:
    return api.client(bench.cast.corp)


def refused(answer: Any, status: int) -> tuple[str, list[str]]:
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert TransferJob.objects.count() == 0
    return told["code"], [error["field"] for error in told["errors"]]


def test_a_transfer_is_drawn_up_with_its_sheet(bench: Bench, client: Any) -> None:
    Customer.objects.filter(pk=bench.customers[0].pk).update(blacklisted=True)
    answer = client.post(f"{URL}/", body(bench, filters={}, message="你好"), format="json")
    assert answer.status_code == 201
    wire = answer.json()
    assert answer.headers["Location"] == f"{URL}/{wire['id']}"
    counts = {state: number for state, number in wire.pop("counts").items() if number}
    assert counts == {"excluded": 1, "ready": 2}
    assert wire.pop("createTime").endswith("Z")
    assert wire.pop("askedBy").startswith("api:")
    assert wire == {
        "id": TransferJob.objects.get().pk,
        "corpId": bench.cast.corp.pk,
        "kind": "onjob",
        "handoverId": bench.cast.owner.pk,
        "handoverName": "王小明",
        "takerIds": [bench.cast.colleague.pk],
        "message": "你好",
        "state": "checked",
        "errorCode": None,
        "startedAt": None,
        "finishedAt": None,
        "nextLookAt": None,
        "total": 3,
        "share": 0,
        "reasons": [
            {
                "state": "excluded",
                "reason": "blacklisted",
                "message": "The customer is on the blacklist.",
                "number": 1,
            }
        ],
        "badLines": 0,
        "lines": [],
    }


@pytest.mark.parametrize("way", ["customerIds", "externalUserids", "filters"])
def test_the_customers_are_named_in_one_of_three_ways(bench: Bench, client: Any, way: str) -> None:
    row = bench.customers[1]
    Customer.objects.filter(pk=row.pk).update(channel="广告")
    chosen: dict[str, Any] = {
        "customerIds": [row.pk],
        "externalUserids": [row.external_userid, "wmNobody"],
        "filters": {"channel": "广告"},
    }
    wire = client.post(URL, body(bench, **{way: chosen[way]}), format="json").json()
    assert TransferItem.objects.get().customer_id == row.pk
    lines = [{"line": 2, "code": "customer_unknown"}] if way == "externalUserids" else []
    assert (wire["badLines"], wire["lines"]) == (len(lines), lines)


class TestRefusals:
    def test_none_or_two_ways_of_naming_customers(self, bench: Bench, client: Any) -> None:
        for more in ({"message": ""}, {"filters": {}, "customerIds": [bench.customers[0].pk]}):
            assert refused(client.post(URL, body(bench, **more), format="json"), 400) == ("one_choice", ["filters"])

    @pytest.mark.parametrize(
        ("filters", "code"),
        [
            ({"nope": "1"}, "unknown_parameter"),
            ({"page": "2"}, "unknown_parameter"),
            ({"cursor": ""}, "unknown_parameter"),
            ({"gender": "9"}, "invalid_parameter"),
            ({"tagIdsAll": "x"}, "invalid_parameter"),
        ],
    )
    def test_a_filter_that_the_list_does_not_have(self, bench: Bench, client: Any, filters: Any, code: str) -> None:
        answer = client.post(URL, body(bench, filters=filters), format="json")
        assert refused(answer, 400) == (code, list(filters))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"takerIds": []},
            {"takerIds": [0]},
            {"takerIds": list(range(1, 22))},
            {"handoverId": "x"},
            {"handoverId": 2**63},
            {"message": "x" * 201},
            {"customerIds": []},
            {"externalUserids": [1, None]},
            {"filters": []},
            {"filters": {"channel": {}}},
            {"unknown": 1},
        ],
    )
    def test_what_has_no_such_shape(self, bench: Bench, client: Any, wrong: dict[str, Any]) -> None:
        answer = client.post(URL, body(bench, filters={}) | wrong, format="json")
        refused(answer, 400)

    def test_employees_who_are_not_there(self, bench: Bench, client: Any) -> None:
        stranger = bench.cast.stranger.pk
        for wrong, field in (({"handoverId": stranger}, "handoverId"), ({"takerIds": [stranger]}, "takerIds")):
            answer = client.post(URL, body(bench, filters={}) | wrong, format="json")
            assert refused(answer, 422) == ("employee_unknown", [field])

    def test_customers_who_are_not_there(self, bench: Bench, client: Any) -> None:
        foreign = make.customer(bench.cast.other_corp)
        answer = client.post(URL, body(bench, customerIds=[foreign.pk]), format="json")
        assert refused(answer, 422)[0] == "no_customers"

    def test_a_key_without_the_scope(self, bench: Bench) -> None:
        reader = api.client(bench.cast.corp, "read")
        assert refused(reader.post(URL, body(bench), format="json"), 403)[0] == "permission_denied"


def test_the_same_key_draws_up_one_transfer(bench: Bench, client: Any) -> None:
    answers = [client.post(URL, body(bench), format="json", headers={"Idempotency-Key": "k1"}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"] == TransferJob.objects.get().pk


class TestActs:
    def act(self, client: Any, job: TransferJob, name: str) -> tuple[int, Any]:
        answer = client.post(f"{URL}/{job.pk}/{name}")
        told = answer.json()
        return answer.status_code, told["state"] if answer.status_code == 200 else told["code"]

    def test_it_is_checked_started_held_up_let_go_on_and_called_off(self, bench: Bench, client: Any) -> None:
        job = bench.draw()
        for name, state in (
            ("check", "checked"),
            ("start", "running"),
            ("pause", "paused"),
            ("resume", "running"),
            ("cancel", "cancelled"),
        ):
            assert self.act(client, job, name) == (200, state)
            assert self.act(client, job, name)[0] == 200
        assert set(job.items.values_list("state", flat=True)) == {"cancelled"}

    def test_what_does_not_fit_is_a_conflict(self, bench: Bench, client: Any) -> None:
        job = bench.draw()
        assert self.act(client, job, "pause") == (409, "transfer_not_started")
        self.act(client, job, "cancel")
        assert self.act(client, job, "start") == (409, "transfer_over")

    def test_a_key_is_of_one_act_and_answers_it_again(self, bench: Bench, client: Any) -> None:
        job = bench.draw()
        keyed = {"Idempotency-Key": "start-1"}
        first = client.post(f"{URL}/{job.pk}/start", headers=keyed)
        client.post(f"{URL}/{job.pk}/pause")
        again = client.post(f"{URL}/{job.pk}/start", headers=keyed)
        # The answer of then, not how it stands now.
        assert (again.status_code, again.json()) == (200, first.json())
        assert TransferJob.objects.get().state == "paused"
        other = client.post(f"{URL}/{job.pk}/cancel", headers=keyed)
        assert other.status_code == 422
        assert TransferJob.objects.get().state == "paused"

    @pytest.mark.parametrize("name", ["check", "start", "pause", "resume", "cancel"])
    def test_one_of_another_company_is_not_there(self, bench: Bench, name: str) -> None:
        job = bench.draw()
        stranger = api.client(bench.cast.other_corp)
        assert self.act(stranger, job, name) == (404, "not_found")
        assert TransferJob.objects.get().state == "checked"


class TestReading:
    def test_the_newest_comes_first_each_with_its_counts(self, bench: Bench, client: Any) -> None:
        first, second = bench.draw(some=bench.customers[:1]), bench.draw()
        told = client.get(URL).json()
        assert [(row["id"], row["total"]) for row in told["list"]] == [(second.pk, 3), (first.pk, 1)]
        assert told["totalExact"] is True

    def test_the_list_is_narrowed(self, bench: Bench, client: Any) -> None:
        job = bench.start()
        other = bench.draw(bench.cast.owner, handover=bench.cast.colleague)
        wanted = {
            "state=running": [job.pk],
            "state=checked": [other.pk],
            "kind=leaver": [],
            f"handoverId={bench.cast.colleague.pk}": [other.pk],
        }
        for query, ids in wanted.items():
            assert [row["id"] for row in client.get(f"{URL}?{query}").json()["list"]] == ids
        for query in ("state=nope", "handoverId=x", "nope=1", *BAD_PAGES):
            assert client.get(f"{URL}?{query}").status_code == 400, query

    def test_a_manager_sees_those_of_the_own_people(self, bench: Bench) -> None:
        cast = bench.cast
        mine, others = bench.draw(), bench.draw(handover=make.employee(cast.corp), some=bench.customers[:1])
        seen = TransferJob.objects.visible_to(cast.actor("manager")).values_list("pk", flat=True)
        assert list(seen) == [mine.pk]
        assert others.pk in TransferJob.objects.visible_to(cast.actor("admin")).values_list("pk", flat=True)
        assert not TransferJob.objects.visible_to(cast.actor("stranger")).exists()

    def test_its_customers_are_listed_and_narrowed(self, bench: Bench, client: Any) -> None:
        Customer.objects.filter(pk=bench.customers[0].pk).update(blacklisted=True)
        job = bench.draw()
        TransferItem.objects.filter(customer=bench.customers[1]).update(state="waiting", takeover_time=now())
        rows = client.get(f"{URL}/{job.pk}/items").json()["list"]
        assert [(row["state"], row["reason"]) for row in rows] == [
            ("excluded", "blacklisted"),
            ("waiting", ""),
            ("ready", ""),
        ]
        assert rows[0]["message"] == "The customer is on the blacklist."
        assert rows[1]["takeoverTime"].endswith("Z")
        assert rows[1]["externalUserid"] == bench.customers[1].external_userid
        for query, number in (("state=ready", 1), ("reason=blacklisted", 1), (f"takerId={rows[1]['takerId']}", 2)):
            assert client.get(f"{URL}/{job.pk}/items?{query}").json()["total"] == number
        assert client.get(f"{URL}/{job.pk}/items?state=nope").status_code == 400
        assert client.get(f"{URL}/{2**62}/items").status_code == 404
        assert api.client(bench.cast.other_corp).get(f"{URL}/{job.pk}/items").status_code == 404

    def test_one_of_another_company_is_not_there(self, bench: Bench, client: Any) -> None:
        job = bench.draw()
        assert client.get(f"{URL}/{job.pk}").status_code == 200
        assert client.get(f"{URL}/{job.pk}?x=1").status_code == 400
        assert api.client(bench.cast.other_corp).get(f"{URL}/{job.pk}").status_code == 404

    def test_lists_cost_the_same_however_long_they_are(self, bench: Bench, client: Any) -> None:
        job = bench.draw()

        def statements(address: str) -> int:
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            return len(seen)

        few = [statements(URL), statements(f"{URL}/{job.pk}/items")]
        for _n in range(5):
            bench.draw()
        assert [statements(URL), statements(f"{URL}/{job.pk}/items")] == few
        assert max(few) <= 4
