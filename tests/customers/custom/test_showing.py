"""What the wire shows of custom fields: detail, list, all of one customer, history; and what each costs."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.actors import SYSTEM
from customers import cache, custom, reading
from customers.custom import history, marking, showing
from customers.models import Customer, CustomField, FollowRelation
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, ids_of, one_of_each, put

CUSTOMERS = "/api/v1/customers"


def detail(customer: Customer) -> dict[str, Any]:
    found = reading.one(customer.pk)
    showing.include([found], actor=SYSTEM)
    return orjson.loads(orjson.dumps(found, default=str))


def test_the_detail_has_the_customer_s_values_and_those_of_each_relation(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    FollowRelation.objects.create(corp=cast.corp, customer=customer, employee=cast.colleague)
    level = make.custom_field(cast.corp, "level", "甲", "乙", order=2)
    make.custom_field(cast.corp, "age", kind=K.NUMBER, order=1)
    make.custom_field(cast.corp, "mood", subject="relation")
    put(customer, level=ids_of(level)["乙"], age=3)
    put(customer, cast.owner.pk, mood="好")
    found = detail(customer)
    assert found["customFields"] == {"age": 3, "level": ids_of(level)["乙"]}
    assert list(found["customFields"]) == ["age", "level"]
    assert {f["employeeId"]: f["customFields"] for f in found["follows"]} == {
        cast.owner.pk: {"mood": "好"},
        cast.colleague.pk: {},
    }


def test_each_kind_is_told_as_json_has_it(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    options = ids_of(fields[K.CHOICES])
    sent: dict[str, Any] = {
        "f1": "甲",
        "f2": "一\n二",
        "f3": 0.1,
        "f4": "1990-05-01",
        "f5": "2026-01-31T00:30:00Z",
        "f6": False,
        "f7": ids_of(fields[K.CHOICE])["丙"],
        "f8": [options["丙"], options["甲"]],
        "f9": "4008",
        "f10": "https://example.com",
        "f11": "a@example.com",
    }
    put(customer, **sent)
    # Options come in the field's order, whatever the order in which they were chosen.
    assert detail(customer)["customFields"] == sent | {"f8": [options["甲"], options["丙"]]}


def test_options_are_told_in_the_field_s_order(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f", "甲", "乙", kind=K.CHOICES), make.customer(cast.corp)
    ids = ids_of(field)
    put(customer, f=list(ids.values()))
    field.options.filter(label="甲").update(order=9)
    assert detail(customer)["customFields"]["f"] == [ids["乙"], ids["甲"]]


def test_what_is_retired_or_left_of_another_kind_is_not_in_the_detail(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    old, nick = make.custom_field(cast.corp, "old"), make.custom_field(cast.corp, "nick")
    put(customer, old="x", nick="viel")
    custom.update_field(field=old, active=False, **AS)
    custom.update_field(field=nick, kind=K.NUMBER, leave_old=True, **AS)
    assert detail(customer)["customFields"] == {}
    told = {row["key"]: (row["text"], row["state"], row["kind"]) for row in showing.in_full(customer, actor=SYSTEM)}
    assert told == {"old": ("x", "retired", "text"), "nick": ("viel", "otherKind", "text")}


def test_all_of_a_customer_is_told_with_where_it_came_from(cast: Cast) -> None:
    level, customer = make.custom_field(cast.corp, "level", "甲", name="等级"), make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "mood", subject="relation")
    act: Any = {"by": cast.actor("admin"), "source": "import", "run_id": 4}
    custom.set_values(customer=customer, values={"level": ids_of(level)["甲"]}, **act)
    put(customer, cast.owner.pk, mood="好")
    (told,) = showing.in_full(customer, actor=SYSTEM)
    when = told.pop("updateTime")
    assert when.endswith("Z")
    assert told == {
        "key": "level",
        "name": "等级",
        "kind": "choice",
        "value": ids_of(level)["甲"],
        "text": "甲",
        "state": "current",
        "actor": cast.actor("admin").label,
        "source": "import",
        "runId": 4,
    }
    assert [row["text"] for row in showing.in_full(customer, actor=SYSTEM, employee_id=cast.owner.pk)] == ["好"]
    assert showing.in_full(customer, actor=SYSTEM, employee_id=cast.colleague.pk) == []


def test_the_detail_costs_one_statement_more_and_a_page_too(cast: Cast, django_assert_num_queries: Any) -> None:
    one_of_each(cast.corp)
    customers = [make.customer(cast.corp, cast.owner) for _n in range(5)]
    for customer in customers:
        put(customer, f1="x", f3=1, f6=True)
    with django_assert_num_queries(1):
        showing.include([reading_of(customer) for customer in customers], actor=SYSTEM)
    with django_assert_num_queries(0):
        showing.include([], actor=SYSTEM)
    service = make.service(cast.corp)
    versions = cache.versions(customers[0].pk, service)
    assert versions
    assert marking.marks(cast.corp.pk, versions[1]).there
    with django_assert_num_queries(2):
        cache.detail(customers[0].pk, versions, service)
    with django_assert_num_queries(0):
        cache.detail(customers[0].pk, versions, service)


def test_a_company_without_fields_pays_nothing_for_them_until_it_has_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    service, customers = make.service(cast.corp), [make.customer(cast.corp, cast.owner) for _n in range(3)]

    def told(customer: Customer) -> Any:
        versions = cache.versions(customer.pk, service)
        assert versions
        return orjson.loads(cache.detail(customer.pk, versions, service))["customFields"]

    assert told(customers[0]) == {}
    with django_assert_num_queries(2):
        assert told(customers[1]) == {}
    make.custom_field(cast.corp, "nick")
    put(customers[1], nick="小明")
    put(customers[2], nick="小红")
    assert [told(customer) for customer in customers] == [{}, {"nick": "小明"}, {"nick": "小红"}]


def reading_of(customer: Customer) -> dict[str, Any]:
    return {"id": customer.pk, "follows": [{"employeeId": customer.follow_user_id}]}


def test_a_list_carries_values_only_where_they_are_asked_for(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    customer = make.customer(cast.corp, cast.owner)
    put(customer, nick="x")
    client = api.client(cast.corp)
    with CaptureQueriesContext(
        connection,
    ) as plain:
        (row,) = client.get(CUSTOMERS).json()["list"]
    assert "customFields" not in row
    assert not any("custom_" in query["sql"] for query in plain.captured_queries)
    for query in ("include=customFields", "include=customFields&cursor=", "include=customFields&sort=addTime"):
        with CaptureQueriesContext(connection) as asked:
            (row,) = client.get(f"{CUSTOMERS}?{query}").json()["list"]
        assert row["customFields"] == {"nick": "x"}
        assert row["follows"][0]["customFields"] == {}
        assert sum("custom_value" in query["sql"] for query in asked.captured_queries) == 1
    assert client.get(f"{CUSTOMERS}?include=tags").status_code == 400


def test_a_cached_detail_shows_a_new_value_at_once(cast: Cast) -> None:
    level, customer = make.custom_field(cast.corp, "level", "甲", "乙"), make.customer(cast.corp)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}"
    first = client.get(url)
    assert first.json()["customFields"] == {}
    put(Customer.objects.get(pk=customer.pk), level=ids_of(level)["乙"])
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.json()["customFields"]) == (200, {"level": ids_of(level)["乙"]})


def test_a_cached_detail_shows_a_changed_definition_at_once(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f"), make.customer(cast.corp)
    put(customer, f="3")
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}"
    assert client.get(url).json()["customFields"] == {"f": "3"}
    custom.update_field(field=CustomField.objects.get(pk=field.pk), kind=K.NUMBER, **AS)
    assert client.get(url).json()["customFields"] == {"f": 3}
    custom.update_field(field=CustomField.objects.get(pk=field.pk), active=False, **AS)
    assert client.get(url).json()["customFields"] == {}


def told_of(customer: Customer, **which: Any) -> list[dict[str, Any]]:
    return showing.changes(history.of(customer, **which), customer, actor=SYSTEM)


def test_the_history_is_told_page_by_page_the_latest_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    customer = make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "mood", subject="relation")
    for text in "一二三四":
        put(customer, nick=text)
    put(customer, cast.owner.pk, mood="好")
    rows = told_of(customer)
    assert [(row["key"], row["before"], row["after"], row["employeeId"]) for row in rows] == [
        ("mood", "", "好", cast.owner.pk),
        ("nick", "三", "四", None),
        ("nick", "二", "三", None),
    ]
    more = told_of(customer, before=rows[-1]["id"])
    assert [(row["before"], row["after"]) for row in more] == [("一", "二"), ("", "一")]
    assert [row["after"] for row in told_of(customer, key="mood")] == ["好"]
    assert told_of(customer, key="nothing") == []
    assert told_of(make.customer(cast.corp)) == []
