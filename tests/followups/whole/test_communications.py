"""Calls and messages: told in bulk or by events, each once, and heard by whoever watches for silence."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from corps.actors import SYSTEM
from customers.models import Customer
from followups import communications, handlers
from followups.communications import hearing, recording
from followups.communications.facts import Told
from followups.models import Communication
from insights import losses, talks
from insights.models import Loss
from insights.risks import record
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from scrm_customer.subscriptions import SUBSCRIPTIONS
from tests import api, make
from tests.conftest import Cast
from tests.doors import refused

URL = "/api/v1/communications"
AT = dt.datetime(2026, 3, 1, 17, 30, tzinfo=dt.UTC)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


def told(external_id: str = "call-1", **more: Any) -> Told:
    given: dict[str, Any] = {"kind": "call", "direction": "out", "at": AT, "external_userid": "wmA"}
    return Told(external_id=external_id, **given | more)


def keep(cast: Cast, *talks: Told) -> list[str]:
    results = communications.record(corp_id=cast.corp.pk, talks=talks, by=SYSTEM, source="api")
    assert [one["externalId"] for one in results] == [one.external_id for one in talks]
    return [one.get("code") or one["status"] for one in results]


def test_a_call_is_kept_with_its_day_on_the_companys_wall_and_told(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    assert keep(cast, told(userid=cast.owner.userid, seconds=95)) == ["recorded"]
    row = Communication.objects.get()
    assert (row.customer_id, row.employee_id, row.kind, row.direction, row.seconds, row.at) == (
        customer.pk,
        cast.owner.pk,
        "call",
        "out",
        95,
        AT,
    )
    # Half past one in the morning of the next day.
    assert (row.day, row.content, row.source, row.actor) == (dt.date(2026, 3, 2), "", "api", "system")
    data = {"communicationId": row.pk, "customerId": customer.pk, "employeeId": cast.owner.pk, "kind": "call"}
    data |= {"direction": "out", "seconds": 95, "at": to_wire(AT), "day": "2026-03-02"}
    assert recorded()[-1] == ("customer.communication.recorded", row.pk, data)


def test_what_was_said_is_kept_only_where_it_is_given_and_never_told(cast: Cast, customer: Customer) -> None:
    keep(cast, told(kind="message", content="价格多少"))
    assert Communication.objects.get().content == "价格多少"
    assert "价格" not in str(OutboxEvent.objects.latest("id").payload)


def test_the_same_id_is_told_once_in_one_batch_and_in_two(cast: Cast, customer: Customer, recorded: Any) -> None:
    assert keep(cast, told(), told(), told("call-2")) == ["recorded", "known", "recorded"]
    before = (list(Communication.objects.values()), recorded())
    assert keep(cast, told(seconds=7), told("call-2")) == ["known", "known"]
    assert (list(Communication.objects.values()), recorded()) == before


def test_one_failure_spoils_no_other(cast: Cast, customer: Customer) -> None:
    make.customer(cast.other_corp, cast.stranger, external_userid="wmTheirs")
    results = keep(
        cast,
        told("1", external_userid="wmX"),
        told("2", external_userid="wmTheirs"),
        told("3", employee_id=cast.stranger.pk),
        told("4", userid="Nobody"),
        told("5", at=now() + dt.timedelta(minutes=1)),
        told("6", external_userid="", customer_id=customer.pk, employee_id=cast.owner.pk),
        told("7", external_userid="wma"),
        told("8", external_userid=""),
    )
    unknown = "customer_unknown"
    assert results == [
        *(unknown, unknown, "employee_unknown", "employee_unknown", "happened_in_future"),
        *("recorded", unknown, unknown),
    ]
    assert list(Communication.objects.values_list("external_id", flat=True)) == ["6"]


def test_two_companies_may_use_one_id(cast: Cast, customer: Customer) -> None:
    theirs = make.customer(cast.other_corp, cast.stranger)
    keep(cast, told())
    talk = told(external_userid="", customer_id=theirs.pk)
    results = communications.record(corp_id=cast.other_corp.pk, talks=[talk], by=SYSTEM, source="api")
    assert (results[0]["status"], Communication.objects.count()) == ("recorded", 2)


def test_many_cost_a_handful_of_statements(cast: Cast, customer: Customer, django_assert_max_num_queries: Any) -> None:
    # SQLite takes some dozens of rows in a statement.
    with django_assert_max_num_queries(40):
        keep(cast, *[told(f"m-{n}") for n in range(recording.MOST)])
    assert Communication.objects.count() == recording.MOST


def body(*talks: dict[str, Any]) -> dict[str, Any]:
    core = {"kind": "message", "direction": "in", "at": "2026-03-01T00:00:00Z", "externalUserid": "wmA"}
    return {"list": [core | {"externalId": f"m-{n}"} | talk for n, talk in enumerate(talks)]}


def test_they_are_told_over_rest_and_read_on_the_customers_address(cast: Cast, customer: Customer) -> None:
    client = api.client(cast.corp)
    answer = client.post(URL, body({"userid": cast.owner.userid}, {"kind": "call", "seconds": 60}))
    assert answer.json() == {
        "list": [{"externalId": "m-0", "status": "recorded"}, {"externalId": "m-1", "status": "recorded"}]
    }
    shown = client.get(f"/api/v1/customers/{customer.pk}/communications").json()
    assert (shown["total"], {row["externalId"] for row in shown["list"]}) == (2, {"m-0", "m-1"})
    calls = client.get(f"/api/v1/customers/{customer.pk}/communications?kind=call").json()["list"]
    assert [(row["seconds"], row["employeeName"]) for row in calls] == [(60, None)]
    for query, number in (("direction=out", 0), (f"employeeId={cast.owner.pk}", 1), ("atFrom=2026-03-02T00:00:00Z", 0)):
        assert client.get(f"/api/v1/customers/{customer.pk}/communications?{query}").json()["total"] == number, query


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "letter"},
        {"direction": "up"},
        {"at": "soon"},
        {"seconds": -1},
        {"seconds": 86_401},
        {"externalId": ""},
        {"externalId": "x" * 101},
        {"customerId": 0},
        {"colour": 1},
        {"content": "长" * 2_001},
    ],
)
def test_a_batch_with_what_cannot_be_read_is_refused_whole(
    cast: Cast, customer: Customer, wrong: dict[str, Any]
) -> None:
    before = OutboxEvent.objects.count()
    refused(api.client(cast.corp).post(URL, body({}, wrong)), 400, "invalid")
    assert (Communication.objects.count(), OutboxEvent.objects.count()) == (0, before)


@pytest.mark.parametrize("number", [0, recording.MOST + 1])
def test_a_batch_of_none_or_of_too_many_is_refused(cast: Cast, customer: Customer, number: int) -> None:
    refused(api.client(cast.corp).post(URL, body(*[{}] * number)), 400, "invalid")
    assert not Communication.objects.exists()


def event(cast: Cast, **data: Any) -> Incoming:
    core = {"externalId": "pbx-1", "kind": "call", "direction": "in", "externalUserid": "wmA"}
    core |= {"at": "2026-03-01T08:00:00+08:00", "seconds": 30}
    given = {key: value for key, value in (core | data).items() if value is not ...}
    return Incoming("e-1", "communication.ended", cast.corp.pk, given, 0, timestamp="2026-03-01T09:00:00Z")


def test_another_services_event_is_a_call_once(cast: Cast, customer: Customer) -> None:
    assert SUBSCRIPTIONS["communication.#"] == ["followups.handlers.communication_told"]
    for _n in range(2):
        handlers.communication_told(event(cast))
    row = Communication.objects.get()
    assert (row.external_id, row.seconds, to_wire(row.at)) == ("pbx-1", 30, "2026-03-01T00:00:00Z")


def test_what_lacks_its_own_id_or_time_takes_the_events(cast: Cast, customer: Customer) -> None:
    assert hearing.hear(event(cast, externalId=..., at=...))
    row = Communication.objects.get()
    assert (row.external_id, to_wire(row.at)) == ("e-1", "2026-03-01T09:00:00Z")


@pytest.mark.parametrize(
    "data",
    [
        {"kind": ...},
        {"kind": "letter"},
        {"kind": ["call"]},
        {"direction": None},
        {"direction": {}},
        {"externalUserid": "wmX"},
        {"externalUserid": 7},
        {"externalUserid": "x" * 101},
        {"userid": "Nobody"},
    ],
)
def test_what_cannot_be_read_is_left_and_not_tried_again(
    cast: Cast, customer: Customer, data: dict[str, Any], recorded: Any
) -> None:
    before = recorded()
    assert not hearing.hear(event(cast, **data))
    assert (Communication.objects.count(), recorded()) == (0, before)


@pytest.mark.parametrize(
    ("data", "column", "value"),
    [
        ({"seconds": "30"}, "seconds", 0),
        ({"seconds": -3}, "seconds", 0),
        ({"seconds": True}, "seconds", 0),
        ({"seconds": 10**9}, "seconds", 0),
        ({"content": 5}, "content", ""),
        ({"content": "a\x00"}, "content", ""),
        ({"employeeId": "x"}, "employee_id", None),
    ],
)
def test_a_value_of_a_wrong_kind_is_left_out(
    cast: Cast, customer: Customer, data: dict[str, Any], column: str, value: Any
) -> None:
    assert hearing.hear(event(cast, **data))
    assert getattr(Communication.objects.get(), column) == value


def test_the_first_and_last_of_a_day_stand_for_all_of_it(cast: Cast, customer: Customer) -> None:
    keep(cast, *[told(str(n), at=AT + dt.timedelta(minutes=n)) for n in (5, 0, 9, 7)])
    keep(cast, told("next", at=AT + dt.timedelta(days=1)))
    other = make.customer(cast.corp, cast.owner)
    found = sorted(talks.moments([customer.pk, other.pk]))
    moments = [AT, AT + dt.timedelta(minutes=9), AT + dt.timedelta(days=1)]
    assert found == [(customer.pk, at) for at in moments]


def test_a_call_is_a_contact_where_silence_is_watched(cast: Cast, customer: Customer) -> None:
    assert record.of_customers([customer], contacts=True)[0].contacts == []
    keep(cast, told())
    assert record.of_customers([customer], contacts=True)[0].contacts == [AT]
    assert record.of_customers([customer], contacts=False)[0].contacts == []
    assert SUBSCRIPTIONS["customer.communication.recorded"][0] == "insights.handlers.customer_heard_of"


def test_a_deletion_record_knows_of_the_last_call(cast: Cast, customer: Customer) -> None:
    make.follow_up(customer, cast.owner, happened_at=AT - dt.timedelta(days=3))
    keep(cast, told())
    given = {"corp_id": cast.corp.pk, "customer": customer, "employee": cast.owner}
    stay = {"began_at": AT - dt.timedelta(days=9), "ended_at": AT + dt.timedelta(days=1), "ended_by": 2}
    customer.episodes.all().delete()
    customer.episodes.model.objects.create(**given | stay)
    losses.settle(corp_id=cast.corp.pk, customer_ids=[customer.pk])
    assert Loss.objects.get().last_contact_at == AT
