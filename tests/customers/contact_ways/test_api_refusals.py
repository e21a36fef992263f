"""What the doors of contact ways answer to what makes no sense: which field, and that nothing is written."""

from typing import Any

import pytest

from customers.models import ContactWay
from messaging.models import Command, OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.contact_ways.test_changing import everything

URL = "/api/v1/contact-ways"
MEMBER = {"employeeId": "owner"}
# What is sent beside a good body, the answer, and the field that is blamed.
WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"name": None}, 400, "name"),
    ({"name": ""}, 400, "name"),
    ({"name": "x" * 31}, 400, "name"),
    ({"name": "line\nbreak"}, 422, "name"),
    ({"channelId": None}, 400, "channelId"),
    ({"channelId": 0}, 400, "channelId"),
    ({"channelId": "x"}, 400, "channelId"),
    ({"channelId": 999_999}, 422, "channelId"),
    ({"channelId": "foreign channel"}, 422, "channelId"),
    ({"skipVerify": "perhaps"}, 400, "skipVerify"),
    ({"tagIds": [0]}, 400, "tagIds.0"),
    ({"tagIds": ["x"]}, 400, "tagIds.0"),
    ({"tagIds": [999_999]}, 422, "tagIds"),
    ({"tagIds": ["foreign tag"]}, 422, "tagIds"),
    ({"remarkTemplate": "x" * 41}, 400, "remarkTemplate"),
    ({"remarkTemplate": "x" * 21}, 422, "remarkTemplate"),
    ({"remarkTemplate": "{name}" + "x" * 20}, 422, "remarkTemplate"),
    ({"welcomeText": "x" * 1001}, 400, "welcomeText"),
    ({"spareEmployeeId": 0}, 400, "spareEmployeeId"),
    ({"spareEmployeeId": "stranger"}, 422, "members"),
    ({"members": None}, 400, "members"),
    ({"members": {}}, 400, "members"),
    ({"members": []}, 422, "members"),
    ({"members": [{}]}, 422, "members"),
    ({"members": [{"employeeId": "owner", "departmentId": "department"}]}, 422, "members"),
    ({"members": [{"employeeId": "stranger"}]}, 422, "members"),
    ({"members": [{"departmentId": "foreign department"}]}, 422, "members"),
    ({"members": [{"departmentId": "department", "dayCap": 5}]}, 422, "members"),
    ({"members": [MEMBER | {"weekdays": []}]}, 400, "members.0.weekdays"),
    ({"members": [MEMBER | {"weekdays": [0]}]}, 400, "members.0.weekdays.0"),
    ({"members": [MEMBER | {"weekdays": [8]}]}, 400, "members.0.weekdays.0"),
    ({"members": [MEMBER | {"start": "25:00", "end": "09:00"}]}, 400, "members.0.start"),
    ({"members": [MEMBER | {"start": "9", "end": "09:00"}]}, 400, "members.0.start"),
    ({"members": [MEMBER | {"start": "09:00"}]}, 422, "members"),
    ({"members": [MEMBER | {"end": "09:00"}]}, 422, "members"),
    ({"members": [MEMBER | {"start": "09:00", "end": "09:00"}]}, 422, "members"),
    ({"members": [MEMBER | {"dayCap": -1}]}, 400, "members.0.dayCap"),
    ({"members": [MEMBER, MEMBER | {"dayCap": "many"}]}, 400, "members.1.dayCap"),
    ({"members": [MEMBER | {"colour": "red"}]}, 400, "members.0.colour"),
    ({"state": "mine"}, 400, "state"),
    ({"status": "active"}, 400, "status"),
    ({"configId": "mine"}, 400, "configId"),
    ({"qrCode": "https://example.com"}, 400, "qrCode"),
    ({"version": 7}, 400, "version"),
]


@pytest.fixture
def ids(cast: Cast) -> dict[str, int]:
    return {
        "owner": cast.owner.pk,
        "stranger": cast.stranger.pk,
        "department": cast.department.pk,
        "foreign department": make.department(cast.other_corp).pk,
        "foreign tag": make.tag(make.group(cast.other_corp)).pk,
        "foreign channel": make.channel(cast.other_corp).pk,
        "channel": make.channel(cast.corp).pk,
    }


def named(value: Any, ids: dict[str, int]) -> Any:
    """The same with the ids of the rows that it names."""
    if isinstance(value, dict):
        return {key: named(part, ids) for key, part in value.items()}
    if isinstance(value, list):
        return [named(part, ids) for part in value]
    return ids.get(value, value) if isinstance(value, str) else value


def good(ids: dict[str, int], **fields: Any) -> dict[str, Any]:
    return named({"name": "展位", "channelId": "channel", "members": [MEMBER]} | fields, ids)


def told(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(("wrong", "status", "field"), WRONG)
def test_a_new_one_that_may_not_be_is_refused_at_its_field(
    cast: Cast, ids: dict[str, int], wrong: dict[str, Any], status: int, field: str
) -> None:
    before = everything()
    answer = api.client(cast.corp).post(URL, good(ids, **wrong), format="json")
    assert told(answer) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize(("wrong", "status", "field"), WRONG)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_that_may_not_be_is_refused_at_its_field(
    cast: Cast, ids: dict[str, int], method: str, wrong: dict[str, Any], status: int, field: str
) -> None:
    way = make.contact_way(cast.corp, cast.owner)
    sent = named(wrong, ids) if method == "patch" else good(ids, **wrong)
    before = everything()
    answer = getattr(api.client(cast.corp), method)(f"{URL}/{way.pk}", sent, format="json")
    assert told(answer) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize("field", ["name", "channelId", "members"])
def test_what_a_code_needs_has_to_be_there(cast: Cast, ids: dict[str, int], field: str) -> None:
    sent = good(ids)
    del sent[field]
    before = everything()
    assert told(api.client(cast.corp).post(URL, sent, format="json")) == (400, [field])
    assert everything() == before


@pytest.mark.parametrize("field", ["type", "scene"])
def test_what_a_code_is_for_can_be_said_once(cast: Cast, ids: dict[str, int], field: str) -> None:
    client = api.client(cast.corp)
    made = client.post(URL, good(ids, **{field: 1}), format="json")
    assert made.json()[field] == 1
    before = everything()
    assert told(client.patch(made.headers["Location"], {field: 2}, format="json")) == (400, [field])
    assert everything() == before


class TestScope:
    @pytest.fixture
    def foreign(self, cast: Cast) -> ContactWay:
        return make.contact_way(cast.other_corp, cast.stranger)

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_another_companys_is_not_there(
        self, cast: Cast, ids: dict[str, int], foreign: ContactWay, method: str
    ) -> None:
        before = everything()
        send = getattr(api.client(cast.corp), method)
        body: dict[str, Any] = {} if method == "get" else {"data": good(ids), "format": "json"}
        answer = send(f"{URL}/{foreign.pk}", **body)
        assert answer.status_code == 404
        assert everything() == before

    def test_nor_is_it_tried_again_listed_or_counted(self, cast: Cast, foreign: ContactWay) -> None:
        client = api.client(cast.corp)
        assert client.post(f"{URL}/{foreign.pk}/retry").status_code == 404
        assert client.get(URL).json()["list"] == []
        assert client.get(URL, {"channelId": foreign.channel_id}).json()["list"] == []
        assert client.get(f"{URL}/statistics").json()["list"] == []
        assert not Command.objects.exists()

    def test_its_event_names_its_company_and_no_text_of_it(self, cast: Cast, foreign: ContactWay) -> None:
        event = OutboxEvent.objects.get(name="contact_way.created")
        assert event.corp_id == cast.other_corp.pk
        assert event.payload["data"] == {"contactWayId": foreign.pk, "channelId": foreign.channel_id}


class TestPreconditions:
    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_an_old_version_is_told_so(self, cast: Cast, ids: dict[str, int], method: str) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        client = api.client(cast.corp)
        client.patch(f"{URL}/{way.pk}", {"name": "二号"}, format="json")
        before = everything()
        send = getattr(client, method)
        answer = send(f"{URL}/{way.pk}", good(ids), format="json", headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "version_passed")
        assert everything() == before

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_the_version_that_was_read_may_be_changed(self, cast: Cast, ids: dict[str, int], method: str) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        send = getattr(api.client(cast.corp), method)
        answer = send(f"{URL}/{way.pk}", good(ids), format="json", headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')

    def test_a_key_is_for_one_request(self, cast: Cast, ids: dict[str, int]) -> None:
        client = api.client(cast.corp)
        client.post(URL, good(ids), format="json", headers={"Idempotency-Key": "k"})
        before = everything()
        other = client.post(URL, good(ids, name="别的"), format="json", headers={"Idempotency-Key": "k"})
        assert other.status_code == 422
        assert everything() == before

    def test_one_that_was_ended_is_changed_no_more(self, cast: Cast, ids: dict[str, int]) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        client = api.client(cast.corp)
        assert client.delete(f"{URL}/{way.pk}").status_code == 204
        before = everything()
        answer = client.patch(f"{URL}/{way.pk}", {"name": "二号"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "contact_way_deleted")
        assert client.delete(f"{URL}/{way.pk}").status_code == 204
        assert everything() == before
