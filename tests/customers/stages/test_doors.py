"""The doors of stages over REST: what they answer, refuse and leave alone."""

from typing import Any

import pytest

from customers.models import Customer, Stage, StageChange
from tests import api, make
from tests.conftest import Cast
from tests.customers.stages.test_setting import everything
from tests.doors import UNREADABLE, refused

URL, CUSTOMERS = "/api/v1/stages", "/api/v1/customers"


def test_a_stage_is_made_read_changed_and_taken_away(cast: Cast) -> None:
    client = api.client(cast.corp)
    made = client.post(URL, {"name": "意向"}, format="json")
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (
        201,
        f"{URL}/{made.json()['id']}",
        '"1"',
    )
    assert {k: made.json()[k] for k in ("name", "order", "outcome", "active", "version")} == {
        "name": "意向",
        "order": 0,
        "outcome": "",
        "active": True,
        "version": 1,
    }
    url = made.headers["Location"]
    put = client.put(url, {"name": "成交", "outcome": "won", "order": 4}, format="json", headers={"If-Match": '"1"'})
    patched = client.patch(url, {"active": False}, format="json")
    assert (put.status_code, patched.status_code) == (200, 200)
    assert patched.json() == client.get(url).json() == client.get(URL).json()["list"][0]
    assert (patched.json()["outcome"], patched.json()["active"], patched.json()["version"]) == ("won", False, 3)
    stale = client.delete(url, headers={"If-Match": '"1"'})
    refused(stale, 412, "version_passed")
    assert client.delete(url).status_code == 204
    assert not Stage.objects.exists()


def test_the_list_is_the_company_s_in_its_order(cast: Cast) -> None:
    for name, order in (("丙", 2), ("甲", 0), ("乙", 1)):
        make.stage(cast.corp, name=name, order=order)
    make.stage(cast.other_corp)
    assert [row["name"] for row in api.client(cast.corp).get(URL).json()["list"]] == ["甲", "乙", "丙"]


def test_what_may_not_be_is_refused_at_its_field_and_changes_nothing(cast: Cast) -> None:
    client, mine = api.client(cast.corp), make.stage(cast.corp, name="mine")
    make.staged(make.customer(cast.corp), make.stage(cast.corp, name="taken"))
    before = everything()
    wrong: list[tuple[Any, int, str]] = [
        ({"name": None}, 400, "name"),
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 31}, 400, "name"),
        ({"name": "x", "order": -1}, 400, "order"),
        ({"name": "x", "order": 2**40}, 400, "order"),
        ({"name": "x", "outcome": "maybe"}, 400, "outcome"),
        ({"name": "x", "outcome": None}, 400, "outcome"),
        ({"name": "x", "active": "perhaps"}, 400, "active"),
        ({"name": "x", "version": 3}, 400, "version"),
        ({"name": "taken"}, 409, "name"),
        ({"name": "tab\tname"}, 422, "name"),
    ]
    for body, status, field in wrong:
        for answer in (
            client.post(URL, body, format="json"),
            client.put(f"{URL}/{mine.pk}", body, format="json"),
            client.patch(f"{URL}/{mine.pk}", body, format="json"),
        ):
            assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (status, [field]), body
    taken = Stage.objects.get(name="taken")
    refused(client.delete(f"{URL}/{taken.pk}"), 409, "stage_in_use")
    assert everything() == before


def test_a_customer_is_put_into_a_stage_and_the_steps_are_shown(cast: Cast) -> None:
    customer, first, second = make.customer(cast.corp, cast.owner), make.stage(cast.corp), make.stage(cast.corp)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}/stage"
    assert client.get(url).json() == {"stageId": None, "list": []}
    client.put(url, {"stageId": first.pk}, format="json")
    answer = client.put(url, {"stageId": second.pk}, format="json", headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    told = answer.json()
    assert (told["stageId"], [(s["fromStageId"], s["toStageId"], s["source"]) for s in told["list"]]) == (
        second.pk,
        [(first.pk, second.pk, "api"), (None, first.pk, "api")],
    )
    assert client.get(url).json() == told
    assert client.get(f"{CUSTOMERS}/{customer.pk}").json()["stageId"] == second.pk
    assert client.put(url, {"stageId": None}, format="json").json()["stageId"] is None


def test_one_customer_s_stage_is_guarded(cast: Cast) -> None:
    customer, stage = make.customer(cast.corp, cast.owner), make.stage(cast.corp)
    foreign, retired = make.stage(cast.other_corp), make.stage(cast.corp, active=False)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}/stage"
    before = everything()
    for body, status in (
        ({}, 400),
        ({"stageId": "x"}, 400),
        ({"stageId": 0}, 400),
        ({"stageId": 2**63}, 400),
        ({"stageId": stage.pk, "by": 1}, 400),
        ({"stageId": foreign.pk}, 422),
        ({"stageId": retired.pk}, 422),
    ):
        assert client.put(url, body, format="json").status_code == status, body
    stale = client.put(url, {"stageId": stage.pk}, format="json", headers={"If-Match": '"7"'})
    refused(stale, 412, "version_passed")
    stranger = api.client(cast.other_corp).put(url, {"stageId": foreign.pk}, format="json")
    refused(stranger, 404, "not_found")
    for body, kind, status, code in UNREADABLE:
        refused(client.generic("PUT", url, body, content_type=kind), status, code)
    assert client.get(f"{url}?page=1").status_code == 400
    patched = client.patch(f"{CUSTOMERS}/{customer.pk}", {"stageId": stage.pk}, format="json")
    assert patched.status_code == 400
    assert everything() == before


def test_many_are_put_at_once_each_with_a_result(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    fresh, there = make.customer(cast.corp), make.staged(make.customer(cast.corp), stage)
    foreign = make.customer(cast.other_corp)
    body = {"customerIds": [foreign.pk, fresh.pk, there.pk, fresh.pk], "stageId": stage.pk}
    answer = api.client(cast.corp).post(f"{CUSTOMERS}/bulk/stage", body, format="json").json()
    assert [(row["customerId"], row["status"]) for row in answer["list"]] == [
        (foreign.pk, "failed"),
        (fresh.pk, "changed"),
        (there.pk, "unchanged"),
    ]
    assert answer["list"][0]["code"] == "not_found"
    assert [answer[name] for name in ("total", "changed", "unchanged", "failed")] == [3, 1, 1, 1]
    assert set(Customer.objects.filter(stage=stage)) == {fresh, there}


def test_a_bulk_that_can_not_be_changes_nothing(cast: Cast) -> None:
    customer, foreign = make.customer(cast.corp), make.stage(cast.other_corp)
    before = everything()
    for body, status in (
        ({"customerIds": [customer.pk]}, 400),
        ({"customerIds": [], "stageId": None}, 400),
        ({"customerIds": list(range(1, 102)), "stageId": None}, 400),
        ({"customerIds": [customer.pk], "stageId": foreign.pk}, 422),
    ):
        answer = api.client(cast.corp).post(f"{CUSTOMERS}/bulk/stage", body, format="json")
        assert answer.status_code == status, body
    assert everything() == before


@pytest.mark.parametrize("who", ["owner", "colleague"])
def test_staff_move_their_own_customers_only(cast: Cast, who: str) -> None:
    from customers.stages import bulk

    mine, stage = make.customer(cast.corp, cast.owner), make.stage(cast.corp)
    (result,) = bulk.set_stages(customer_ids=[mine.pk], stage=stage, by=cast.actor(who), source="operator")
    assert result["status"] == ("changed" if who == "owner" else "failed")
    assert StageChange.objects.exists() is (who == "owner")
