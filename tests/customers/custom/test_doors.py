"""The doors of custom fields over REST: what they answer, refuse and leave alone."""

from typing import Any

import pytest

from customers.choices import RelationStatus
from customers.custom import history
from customers.models import CustomChange, Customer, CustomField, CustomValue, FollowRelation
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import K, everything, held, ids_of, put
from tests.doors import UNREADABLE, refused

URL, CUSTOMERS = "/api/v1/custom-fields", "/api/v1/customers"
NEW: dict[str, Any] = {"subject": "customer", "key": "level", "name": "等级", "kind": "choice"}
NEW["options"] = [{"label": "甲"}, {"label": "乙"}]


def test_a_field_is_made_read_changed_and_taken_away(cast: Cast) -> None:
    client = api.client(cast.corp)
    made = client.post(URL, NEW, format="json")
    place = f"{URL}/{made.json()['id']}"
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, place, '"1"')
    body = made.json()
    assert {
        key: body[key] for key in ("subject", "key", "name", "kind", "required", "personal", "order", "active")
    } == {
        "subject": "customer",
        "key": "level",
        "name": "等级",
        "kind": "choice",
        "required": False,
        "personal": False,
        "order": 0,
        "active": True,
    }
    assert [(o["label"], o["active"]) for o in body["options"]] == [("甲", True), ("乙", True)]
    kept = [{"id": body["options"][1]["id"], "label": "丙"}, {"label": "丁", "active": False}]
    facts = {"name": "级别", "required": True, "personal": True, "order": 3, "options": kept}
    put_ = client.put(place, facts, format="json", headers={"If-Match": '"1"'})
    patched = client.patch(place, {"active": False}, format="json")
    assert (put_.status_code, patched.status_code) == (200, 200)
    assert patched.json() == client.get(place).json() == client.get(URL).json()["list"][0]
    told = patched.json()
    assert [(o["label"], o["active"]) for o in told["options"]] == [("丙", True), ("丁", False)]
    assert (told["name"], told["required"], told["personal"], told["active"], told["version"]) == (
        "级别",
        True,
        True,
        False,
        3,
    )
    refused(client.delete(place, headers={"If-Match": '"1"'}), 412, "version_passed")
    assert client.delete(place).status_code == 204
    assert not CustomField.objects.exists()


def test_the_list_is_the_company_s_in_its_order_and_costs_the_same_for_many(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for name, order in (("丙", 2), ("甲", 0), ("乙", 1)):
        make.custom_field(cast.corp, f"f{order}", "一", "二", name=name, order=order)
    make.custom_field(cast.other_corp, "foreign")
    client = api.client(cast.corp)
    with django_assert_max_num_queries(5):
        assert [row["name"] for row in client.get(URL).json()["list"]] == ["甲", "乙", "丙"]


@pytest.mark.parametrize("kind", ["text", "longText", "number", "date", "dateTime", "flag", "phone", "link", "email"])
def test_a_field_of_each_kind_is_made(cast: Cast, kind: str) -> None:
    body = {"subject": "relation", "key": "a", "name": "甲", "kind": kind}
    answer = api.client(cast.corp).post(URL, body, format="json")
    assert (answer.status_code, answer.json()["kind"], answer.json()["options"]) == (201, kind, [])


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"name": None}, 400, "name"),
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 41}, 400, "name"),
        ({"key": None}, 400, "key"),
        ({"key": "x" * 41}, 400, "key"),
        ({"key": "Level"}, 422, "key"),
        ({"key": "taken"}, 409, "key"),
        ({"name": "已有"}, 409, "name"),
        ({"subject": "group"}, 400, "subject"),
        ({"kind": "file"}, 400, "kind"),
        ({"kind": 1}, 400, "kind"),
        ({"kind": None}, 400, "kind"),
        ({"required": "perhaps"}, 400, "required"),
        ({"personal": 7}, 400, "personal"),
        ({"order": -1}, 400, "order"),
        ({"order": 2**40}, 400, "order"),
        ({"active": None}, 400, "active"),
        ({"options": []}, 422, "options"),
        ({"options": [{"label": "甲"}, {"label": "甲"}]}, 422, "options"),
        ({"options": [{"label": "甲", "id": 7}]}, 422, "options"),
        ({"kind": "text"}, 422, "options"),
        ({"version": 3}, 400, "version"),
        ({"id": 3}, 400, "id"),
        ({"leaveOld": True}, 400, "leaveOld"),
    ],
)
def test_what_may_not_be_made_is_refused_at_its_field(cast: Cast, change: Any, status: int, field: str) -> None:
    make.custom_field(cast.corp, "taken", name="已有")
    before = everything()
    answer = api.client(cast.corp).post(URL, NEW | change, format="json")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize(
    "options", ["甲", {"label": "甲"}, ["甲"], [{"label": None}], [{"name": "甲"}], [{"label": "x" * 41}]]
)
def test_options_that_are_none_are_refused_within_them(cast: Cast, options: Any) -> None:
    before = everything()
    answer = api.client(cast.corp).post(URL, NEW | {"options": options}, format="json")
    assert answer.status_code == 400
    assert all(error["field"].startswith("options") for error in answer.json()["errors"])
    assert everything() == before


def test_whose_it_is_and_its_key_are_not_changed(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    before = everything()
    for body in ({"subject": "relation", "name": "x"}, {"key": "other", "name": "x"}):
        assert api.client(cast.corp).put(f"{URL}/{field.pk}", body, format="json").status_code == 400
        assert api.client(cast.corp).patch(f"{URL}/{field.pk}", body, format="json").status_code == 400
    assert everything() == before


def test_another_kind_is_tried_then_refused_then_taken(cast: Cast) -> None:
    field, client = make.custom_field(cast.corp, "f"), api.client(cast.corp)
    for text in ("1", "2", "viel"):
        put(make.customer(cast.corp), f=text)
    url = f"{URL}/{field.pk}"
    before = everything()
    tried = client.get(f"{url}/conversion?kind=number").json()
    assert tried == {"allowed": True, "values": 3, "valuesExact": True, "staying": 1}
    unlike = client.get(f"{url}/conversion?kind=flag").json()
    assert unlike == {"allowed": False, "values": 0, "valuesExact": True, "staying": 0}
    body = refused(client.patch(url, {"kind": "number"}, format="json"), 409, "values_not_convertible")
    assert body["errors"][0]["field"] == "kind"
    assert "1" in body["message"]
    assert "3" in body["message"]
    refused(client.patch(url, {"kind": "flag"}, format="json"), 409, "kind_unlike")
    assert everything() == before
    taken = client.patch(url, {"kind": "number", "leaveOld": True}, format="json")
    assert (taken.status_code, taken.json()["kind"]) == (200, "number")
    assert CustomValue.objects.filter(kind=K.NUMBER).count() == 2


def test_a_trial_names_a_kind_that_there_is_of_a_field_that_is_one_s_own(cast: Cast) -> None:
    field, client = make.custom_field(cast.corp, "f"), api.client(cast.corp)
    for query in ("", "?kind=", "?kind=file", "?kind=1", "?kind=number&page=1"):
        assert client.get(f"{URL}/{field.pk}/conversion{query}").status_code == 400, query
    foreign = make.custom_field(cast.other_corp, "f")
    refused(client.get(f"{URL}/{foreign.pk}/conversion?kind=number"), 404, "not_found")
    refused(client.get(f"{URL}/{2**63}/conversion?kind=number"), 404, "not_found")


def test_values_are_put_and_shown_with_where_they_came_from(cast: Cast) -> None:
    level, customer = make.custom_field(cast.corp, "level", "甲", name="等级"), make.customer(cast.corp)
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}/custom-fields"
    assert client.get(url).json() == {"list": []}
    sent = {"customFields": {"level": ids_of(level)["甲"], "age": 12.5}}
    answer = client.patch(url, sent, format="json", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    rows = {row["key"]: row for row in answer.json()["list"]}
    assert {key: (row["value"], row["text"], row["source"]) for key, row in rows.items()} == {
        "level": (ids_of(level)["甲"], "甲", "api"),
        "age": (12.5, "12.5", "api"),
    }
    assert rows["age"]["actor"].startswith("api:")
    assert client.get(url).json() == answer.json()
    detail = client.get(f"{CUSTOMERS}/{customer.pk}")
    assert (detail.headers["ETag"], detail.json()["customFields"]) == ('"2"', sent["customFields"])
    emptied = client.patch(url, {"customFields": {"level": None}}, format="json")
    assert [row["key"] for row in emptied.json()["list"]] == ["age"]


def test_a_relation_s_values_are_put_and_shown_beside_its_employee(cast: Cast) -> None:
    make.custom_field(cast.corp, "mood", subject="relation")
    customer = make.customer(cast.corp, cast.owner)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}/follows/{cast.owner.pk}/custom-fields"
    answer = client.patch(url, {"customFields": {"mood": "好"}}, format="json")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert [(row["key"], row["value"]) for row in answer.json()["list"]] == [("mood", "好")]
    assert client.get(url).json() == answer.json()
    (follow,) = client.get(f"{CUSTOMERS}/{customer.pk}").json()["follows"]
    assert follow["customFields"] == {"mood": "好"}
    other = f"{CUSTOMERS}/{customer.pk}/follows/{cast.colleague.pk}/custom-fields"
    assert client.get(other).json() == {"list": []}
    refused(client.patch(other, {"customFields": {"mood": "好"}}, format="json"), 422, "not_a_follower")
    FollowRelation.objects.update(status=RelationStatus.ENDED_BY_EMPLOYEE)
    refused(client.patch(url, {"customFields": {"mood": "坏"}}, format="json"), 409, "relation_ended")
    assert held(customer, "mood", cast.owner.pk) == "好"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"customFields": None},
        {"customFields": {}},
        {"customFields": []},
        {"customFields": "level"},
        {"customFields": {"nick": "x"}, "nick": "x"},
        {"customFields": {f"k{n}": 1 for n in range(101)}},
    ],
)
def test_a_body_that_names_no_values_is_refused(cast: Cast, body: Any) -> None:
    make.custom_field(cast.corp, "nick")
    customer = make.customer(cast.corp, cast.owner)
    client, before = api.client(cast.corp), everything()
    for url in ("custom-fields", f"follows/{cast.owner.pk}/custom-fields"):
        assert client.patch(f"{CUSTOMERS}/{customer.pk}/{url}", body, format="json").status_code == 400
    many = {"customerIds": [customer.pk]} | body
    assert client.post(f"{CUSTOMERS}/bulk/custom-fields", many, format="json").status_code == 400
    assert everything() == before


@pytest.mark.parametrize("value", [{"a": 1}, [[1]], [{"a": 1}], True, 3, ["x"], 1e300])
def test_values_of_whatever_shape_are_refused_at_their_keys(cast: Cast, value: Any) -> None:
    make.custom_field(cast.corp, "nick")
    customer = make.customer(cast.corp)
    before = everything()
    answer = api.client(cast.corp).patch(
        f"{CUSTOMERS}/{customer.pk}/custom-fields", {"customFields": {"nick": value}}, format="json"
    )
    body = refused(answer, 422, "custom_values_invalid")
    assert [(e["field"], e["code"]) for e in body["errors"]] == [("customFields.nick", "custom_value_invalid")]
    assert everything() == before


def test_one_customer_s_values_are_guarded(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.other_corp, "nick")
    customer = make.customer(cast.corp, cast.owner)
    client, before = api.client(cast.corp), everything()
    for part in ("custom-fields", f"follows/{cast.owner.pk}/custom-fields"):
        url = f"{CUSTOMERS}/{customer.pk}/{part}"
        stale = client.patch(url, {"customFields": {"nick": "x"}}, format="json", headers={"If-Match": '"7"'})
        refused(stale, 412, "version_passed")
        stranger = api.client(cast.other_corp)
        refused(stranger.patch(url, {"customFields": {"nick": "x"}}, format="json"), 404, "not_found")
        refused(stranger.get(url), 404, "not_found")
        for body, kind, status, code in UNREADABLE:
            refused(client.generic("PATCH", url, body, content_type=kind), status, code)
        assert client.get(f"{url}?page=1").status_code == 400
    assert client.patch(f"{CUSTOMERS}/{customer.pk}", {"customFields": {"nick": "x"}}, format="json").status_code == 400
    assert everything() == before


def test_the_history_is_paged(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    make.custom_field(cast.corp, "nick")
    customer = make.customer(cast.corp)
    for text in "一二三":
        put(customer, nick=text)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}/custom-fields/history"
    first = client.get(url).json()
    assert [(row["before"], row["after"], row["source"]) for row in first["list"]] == [
        ("二", "三", "operator"),
        ("一", "二", "operator"),
    ]
    assert first["nextBefore"] == first["list"][-1]["id"]
    second = client.get(f"{url}?before={first['nextBefore']}").json()
    assert ([row["after"] for row in second["list"]], second["nextBefore"]) == (["一"], None)
    assert client.get(f"{url}?key=other").json() == {"list": [], "nextBefore": None}
    for query in ("before=0", "before=x", "page=1"):
        assert client.get(f"{url}?{query}").status_code == 400
    refused(api.client(cast.other_corp).get(url), 404, "not_found")


def test_many_are_filled_in_at_once_each_with_a_result(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    fresh, there = make.customer(cast.corp), make.filled(make.customer(cast.corp), nick="x")
    foreign = make.customer(cast.other_corp)
    body = {"customerIds": [foreign.pk, fresh.pk, there.pk, fresh.pk], "customFields": {"nick": "x"}}
    answer = api.client(cast.corp).post(f"{CUSTOMERS}/bulk/custom-fields", body, format="json").json()
    assert [(row["customerId"], row["status"]) for row in answer["list"]] == [
        (foreign.pk, "failed"),
        (fresh.pk, "changed"),
        (there.pk, "unchanged"),
    ]
    assert answer["list"][0]["code"] == "not_found"
    assert [answer[name] for name in ("total", "changed", "unchanged", "failed")] == [3, 1, 1, 1]
    assert {held(row, "nick") for row in (fresh, there)} == {"x"}
    assert not CustomValue.objects.filter(customer=foreign).exists()


def test_a_bulk_that_can_not_be_says_so_for_each_and_changes_nothing(cast: Cast) -> None:
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    rows = [make.customer(cast.corp) for _n in range(2)]
    before = everything()
    client, url = api.client(cast.corp), f"{CUSTOMERS}/bulk/custom-fields"
    for values, code in (({"age": "viel"}, "custom_values_invalid"), ({"nick": "x"}, "custom_field_unknown")):
        body = {"customerIds": [row.pk for row in rows], "customFields": values}
        told = client.post(url, body, format="json").json()
        assert [(row["status"], row["code"]) for row in told["list"]] == [("failed", code)] * 2
    for body in (
        {"customerIds": [], "customFields": {"age": 1}},
        {"customerIds": list(range(1, 102)), "customFields": {"age": 1}},
        {"customFields": {"age": 1}},
    ):
        assert client.post(url, body, format="json").status_code == 400
    assert everything() == before


def test_what_is_sent_twice_under_one_key_is_done_once(cast: Cast) -> None:
    client = api.client(cast.corp, **{"Idempotency-Key": "k-1"})
    once, twice = (client.post(URL, NEW, format="json") for _time in range(2))
    assert (once.status_code, once.json()) == (twice.status_code, twice.json())
    assert CustomField.objects.count() == 1
    customer = make.customer(cast.corp)
    client = api.client(cast.corp, **{"Idempotency-Key": "k-2"})
    body = {"customerIds": [customer.pk], "customFields": {"level": once.json()["options"][0]["id"]}}
    answers = [client.post(f"{CUSTOMERS}/bulk/custom-fields", body, format="json").json() for _time in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["changed"] == 1
    assert OutboxEvent.objects.filter(name="customer.field.changed").count() == 1
    assert CustomChange.objects.filter(customer=customer).count() == 1


def test_a_service_needs_the_scope(cast: Cast) -> None:
    customer, field = make.customer(cast.corp), make.custom_field(cast.corp, "nick")
    before = everything()
    one, of_one = f"{URL}/{field.pk}", f"{CUSTOMERS}/{customer.pk}/custom-fields"
    for scopes, asked in (
        (("read",), [("post", URL), ("patch", one), ("delete", one), ("get", f"{one}/conversion"), ("patch", of_one)]),
        (("write",), [("get", URL), ("get", one), ("get", of_one), ("get", f"{of_one}/history")]),
        (("tags",), [("get", URL), ("post", URL), ("post", f"{CUSTOMERS}/bulk/custom-fields")]),
    ):
        client = api.client(cast.corp, *scopes)
        for method, url in asked:
            refused(getattr(client, method)(url, {}, format="json"), 403, "permission_denied")
    assert everything() == before


def test_a_written_customer_is_answered_as_before(cast: Cast) -> None:
    """What a write answers has no values: whoever reads gets them."""
    make.custom_field(cast.corp, "nick")
    customer = make.filled(make.customer(cast.corp), nick="x")
    answer = api.client(cast.corp).patch(f"{CUSTOMERS}/{customer.pk}", {"city": "深圳"}, format="json").json()
    assert "customFields" not in answer
    assert Customer.objects.get(pk=customer.pk).city == "深圳"
