"""The doors of one follow-up and of the company's: read, narrowed, searched, changed, deleted, and read as it was."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.time import now
from customers import collaborating
from customers.models import Customer
from followups import revising
from followups.models import FollowUp, FollowUpVersion
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import is_chinese, refused, with_and_without_slash

ALL = "/api/v1/followups"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    return make.follow_up(customer, cast.owner)


def signed_in(cast: Cast, name: str) -> APIClient:
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(user=cast.actor(name))
    return client


def one(row: FollowUp, below: str = "") -> str:
    return f"{ALL}/{row.pk}{below}"


def state() -> list[Any]:
    rows = [list(m.objects.order_by("pk").values()) for m in (FollowUp, FollowUpVersion)]
    return [*rows, OutboxEvent.objects.count()]


def asked(client: Any, **params: Any) -> list[str]:
    """The contents that a list answers."""
    answer = client.get(f"{ALL}?{urlencode(params)}")
    assert answer.status_code == 200, answer.content
    return [row["content"] for row in answer.json()["list"]]


def on(day: int) -> dt.datetime:
    return dt.datetime(2026, 1, day, tzinfo=dt.UTC)


def test_what_is_sent_is_kept_and_shown(cast: Cast, customer: Customer, client: Any) -> None:
    body = {"content": "到店看样", "kind": "visit", "outcome": "agreed", "nextAt": "2099-01-02T08:00:00+08:00"}
    body |= {"employeeId": cast.owner.pk, "mentionIds": [cast.colleague.pk]}
    answer = client.post(f"/api/v1/customers/{customer.pk}/followups", body)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["kind"], shown["outcome"], shown["nextAt"]) == ("visit", "agreed", "2099-01-02T00:00:00Z")
    assert (shown["mentionIds"], shown["attachments"], shown["version"]) == ([cast.colleague.pk], [], 1)
    assert client.get(one(FollowUp.objects.get())).json() == shown


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("kind", ["", "letter", 1, None, []]),
        ("outcome", ["won", 1, None, {}]),
        ("nextAt", ["", "x", 5, [], "2026-13-01T00:00:00Z"]),
        ("mentionIds", ["1", 1, [0], [-1], ["x"], [2**63], [None], list(range(1, 22))]),
    ],
)
def test_values_of_another_kind_are_refused_by_name_and_write_nothing(
    customer: Customer, client: Any, field: str, values: list[Any]
) -> None:
    before = state()
    for value in values:
        told = refused(
            client.post(f"/api/v1/customers/{customer.pk}/followups", {"content": "x", field: value}), 400, "invalid"
        )
        assert told["errors"][0]["field"].split(".")[0] == field, value
    assert state() == before


def test_one_is_read_under_its_version_by_either_address(written: FollowUp, client: Any) -> None:
    for address in with_and_without_slash(one(written)):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    refused(client.get(one(written) + "?x=1"), 400, "unknown_parameter")


def test_a_change_answers_with_what_stands_now(written: FollowUp, client: Any) -> None:
    answer = client.patch(one(written), {"content": "已报价", "outcome": "thinking"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (answer.json()["content"], answer.json()["outcome"], answer.json()["kind"]) == ("已报价", "thinking", "note")
    refused(client.patch(one(written), {"content": "三"}, headers={"If-Match": '"1"'}), 412, "version_passed")
    assert FollowUp.objects.get().content == "已报价"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": None}, "content"),
        ({"content": "长" * 5_001}, "content"),
        ({"employeeId": 1}, "employeeId"),
        ({"actor": "user:1"}, "actor"),
        ({"happenedAt": None}, "happenedAt"),
        ({"kind": "letter"}, "kind"),
        ({"version": 3}, "version"),
    ],
)
def test_a_change_takes_only_what_may_be_changed(
    written: FollowUp, client: Any, body: dict[str, Any], field: str
) -> None:
    before = state()
    told = refused(client.patch(one(written), body), 400, "invalid")
    assert told["errors"][0]["field"] == field
    assert state() == before


def test_the_next_time_is_taken_away_by_null(cast: Cast, customer: Customer, client: Any) -> None:
    row = make.follow_up(customer, cast.owner, next_at=now() + dt.timedelta(days=1))
    assert client.patch(one(row), {"nextAt": None}).json()["nextAt"] is None
    assert row.plans.get().state == "cancelled"


def test_a_deleted_one_is_not_there_and_its_words_are_read_on(written: FollowUp, client: Any) -> None:
    client.patch(one(written), {"content": "二"})
    assert client.delete(one(written)).status_code == 204
    for act in (client.get, client.delete):
        refused(act(one(written)), 404, "not_found")
    history = client.get(one(written, "/history")).json()
    assert [(row["number"], row["revision"], row["content"]) for row in history["list"]] == [
        (2, "deleted", "二"),
        (1, "edited", "电话沟通"),
    ]
    gone = client.get(f"/api/v1/customers/{written.customer_id}/followups/deleted").json()
    assert [(row["followUpId"], row["content"], row["employeeName"]) for row in gone["list"]] == [
        (written.pk, "二", "王小明")
    ]


def test_one_that_never_changed_has_an_empty_history_and_one_that_never_was_none(
    written: FollowUp, client: Any
) -> None:
    assert client.get(one(written, "/history")).json()["list"] == []
    refused(client.get(f"{ALL}/{written.pk + 1}/history"), 404, "not_found")
    refused(client.get(f"{ALL}/9999999999999999999/history"), 404, "not_found")


def test_who_does_not_see_the_customer_sees_neither_the_follow_up_nor_its_history(
    cast: Cast, written: FollowUp
) -> None:
    revising.edit(follow_up=written, content="二", by=cast.actor("admin"), source="api")
    for who, there in (("owner", True), ("manager", True), ("admin", True), ("colleague", False), ("stranger", False)):
        client = signed_in(cast, who)
        for below in ("", "/history", "/comments", "/attachments"):
            assert (client.get(one(written, below)).status_code == 200) == there, (who, below)
        assert bool(asked(client)) == there
    assert signed_in(cast, "colleague").patch(one(written), {"content": "x"}).status_code == 404


def test_a_collaborator_reads_and_comments_and_changes_nothing(cast: Cast, written: FollowUp) -> None:
    collaborating.add_collaborators(
        customer=Customer.objects.get(), employee_ids=[cast.colleague.pk], by=cast.actor("admin"), source="api"
    )
    client, before = signed_in(cast, "colleague"), state()
    assert client.get(one(written)).status_code == 200
    refused(client.patch(one(written), {"content": "x"}), 403, "collaborator_reads")
    refused(client.delete(one(written)), 403, "collaborator_reads")
    assert state() == before
    assert client.post(one(written, "/comments"), {"content": "好"}).status_code == 201


def test_staff_are_told_why_they_may_not_change_it(cast: Cast, written: FollowUp) -> None:
    FollowUp.objects.update(create_time=now() - dt.timedelta(days=2))
    before = state()
    told = refused(signed_in(cast, "owner").patch(one(written), {"content": "x"}), 403, "edit_time_over")
    assert "24" in told["message"]
    chinese = APIClient(headers={"Accept-Language": "zh-hans"})
    chinese.force_authenticate(user=cast.actor("owner"))
    assert is_chinese(chinese.delete(one(written)).json()["message"])
    assert state() == before


def test_the_list_is_newest_first_and_narrowed_by_each_filter(cast: Cast, customer: Customer, client: Any) -> None:
    other = make.customer(cast.corp, cast.colleague)
    make.follow_up(customer, cast.owner, content="一", happened_at=on(1), kind="call")
    make.follow_up(customer, cast.owner, content="三", happened_at=on(3), outcome="agreed")
    make.follow_up(other, cast.colleague, content="二", happened_at=on(2), kind="visit")
    assert asked(client) == ["三", "二", "一"]
    assert asked(client, kind="call") == ["一"]
    assert asked(client, outcome="agreed") == ["三"]
    assert asked(client, customerId=other.pk) == ["二"]
    assert asked(client, employeeId=cast.owner.pk) == ["三", "一"]
    assert asked(client, happenedFrom="2026-01-02T00:00:00Z") == ["三", "二"]
    assert asked(client, happenedTo="2026-01-02T00:00:00Z") == ["一"]
    assert asked(client, happenedFrom="2026-01-01T12:00:00Z", happenedTo="2026-01-02T12:00:00Z") == ["二"]
    assert asked(client, size=1, page=2) == ["二"]


@pytest.mark.parametrize(
    "query", ["kind=letter", "outcome=", "employeeId=x", "customerId=0", "happenedFrom=x", "colour=1", "q=x", "size=0"]
)
def test_a_filter_that_means_nothing_is_refused(client: Any, query: str) -> None:
    answer = client.get(f"{ALL}?{query}")
    assert answer.status_code == (200 if query == "outcome=" else 400), query


def test_a_cursor_reads_to_the_end_and_no_row_twice(cast: Cast, customer: Customer, client: Any) -> None:
    for n in range(7):
        make.follow_up(customer, cast.owner, content=str(n), happened_at=on(1 + n // 3))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{ALL}?{urlencode({'cursor': cursor, 'size': 2})}").json()
        assert set(page) == {"list", "size", "nextCursor"}
        seen += [row["content"] for row in page["list"]]
        cursor = page["nextCursor"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    refused(client.get(f"{ALL}?cursor=nonsense"), 400, "invalid_cursor")


def test_words_are_found_in_one_customers_history(cast: Cast, customer: Customer, client: Any) -> None:
    make.follow_up(customer, cast.owner, content="客户要样品 A4", happened_at=on(1))
    make.follow_up(customer, cast.owner, content="不要了", happened_at=on(2))
    mine = client.get(f"/api/v1/customers/{customer.pk}/followups?{urlencode({'q': '样品'})}").json()
    assert [row["content"] for row in mine["list"]] == ["客户要样品 A4"]


def test_a_percent_sign_is_a_percent_sign(cast: Cast, customer: Customer, client: Any) -> None:
    make.follow_up(customer, cast.owner, content="八折")
    make.follow_up(customer, cast.owner, content="降 5%_税")
    assert asked(client, q="%_", customerId=customer.pk) == ["降 5%_税"]


def test_a_page_costs_the_same_for_one_as_for_thirty(cast: Cast, customer: Customer, client: Any) -> None:
    counts = []
    for more in (1, 29):
        for _n in range(more):
            employee = make.employee(cast.corp, cast.department)
            row = make.follow_up(customer, employee, mention_ids=[cast.owner.pk])
        make.attachment(row)
        # Who calls is known for some seconds.
        client.get("/api/v1/me")
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(f"{ALL}?size=50").json()["list"]
        counts.append(len(captured))
    # The page with its names, whom it names, and its files.
    assert (len(rows), counts) == (30, [3, 3])


def test_it_stays_readable_for_whoever_has_the_customer_now(cast: Cast, written: FollowUp) -> None:
    """As a transfer leaves it: the old relation has ended, the new one lives."""
    make.attachment(written)
    make.comment(written, cast.owner)
    make.communication(Customer.objects.get(), cast.owner)
    revising.edit(follow_up=written, content="二", by=cast.actor("owner"), source="api")
    customer = Customer.objects.get()
    customer.relations.update(status=3)
    make.relation(customer, cast.colleague)
    Customer.objects.update(follow_user=cast.colleague)
    new, old = signed_in(cast, "colleague"), signed_in(cast, "owner")
    for below in ("", "/history", "/comments", "/attachments"):
        assert new.get(one(written, below)).status_code == 200, below
        assert old.get(one(written, below)).status_code == 404, below
    shown = new.get(f"/api/v1/customers/{customer.pk}/followups").json()["list"][0]
    assert (shown["content"], shown["employeeName"], len(shown["attachments"])) == ("二", "王小明", 1)
    assert new.get(f"/api/v1/customers/{customer.pk}/communications").json()["total"] == 1
    # It is the former colleague's work all the same.
    refused(new.patch(one(written), {"content": "x"}), 403, "not_your_record")
