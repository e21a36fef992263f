"""What the doors of channels answer to what makes no sense: which field, which code, and that nothing is written."""

from typing import Any

import pytest

from customers.models import Channel, ChannelKey
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.channels.test_naming import everything

URL = "/api/v1/channels"
WRONG: list[tuple[Any, int, str]] = [
    ({}, 400, "name"),
    ({"name": None}, 400, "name"),
    ({"name": ""}, 400, "name"),
    ({"name": "x" * 51}, 400, "name"),
    ({"name": 1.5, "states": [None]}, 400, "states.0"),
    ({"name": "x", "states": None}, 400, "states"),
    ({"name": "x", "states": "expo"}, 400, "states"),
    ({"name": "x", "states": [""]}, 400, "states.0"),
    ({"name": "x", "states": ["y" * 65]}, 400, "states.0"),
    ({"name": "x", "addWays": ["QR"]}, 400, "addWays.0"),
    ({"name": "x", "addWays": [-1]}, 400, "addWays.0"),
    ({"name": "x", "addWays": [40_000]}, 400, "addWays.0"),
    ({"name": "x", "active": "perhaps"}, 400, "active"),
    ({"name": "x", "order": -1}, 400, "order"),
    ({"name": "x", "order": 2**40}, 400, "order"),
    ({"name": "x", "note": "y" * 201}, 400, "note"),
    ({"name": "x", "version": 3}, 400, "version"),
    ({"name": "x", "id": 3}, 400, "id"),
    ({"name": "taken"}, 409, "name"),
    ({"name": "x", "states": ["taken"]}, 409, "states"),
    ({"name": "x", "addWays": [16]}, 409, "addWays"),
    ({"name": "x", "states": [" blank "]}, 422, "states"),
    ({"name": "x", "states": ["line\nbreak"]}, 422, "states"),
    ({"name": "tab\tname"}, 422, "name"),
]


@pytest.fixture
def taken(cast: Cast) -> Channel:
    return make.channel(cast.corp, "taken", name="taken", add_ways=[16])


def told(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(("body", "status", "field"), WRONG)
def test_a_new_one_that_may_not_be_is_refused_at_its_field(
    cast: Cast, taken: Channel, body: Any, status: int, field: str
) -> None:
    before = everything()
    answer = api.client(cast.corp).post(URL, body, format="json")
    assert told(answer) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize(("body", "status", "field"), [row for row in WRONG if row[0]])
@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_that_may_not_be_is_refused_at_its_field(
    cast: Cast, taken: Channel, method: str, body: Any, status: int, field: str
) -> None:
    other = make.channel(cast.corp, "mine", name="mine")
    before = everything()
    answer = getattr(api.client(cast.corp), method)(f"{URL}/{other.pk}", body, format="json")
    assert told(answer) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "state"),
        ({"state": "", "name": "x"}, 400, "state"),
        ({"state": "s" * 65, "name": "x"}, 400, "state"),
        ({"state": "s", "channelId": 0}, 400, "channelId"),
        ({"state": "s", "channelId": "x"}, 400, "channelId"),
        ({"state": "s", "channelId": 2**63}, 400, "channelId"),
        ({"state": "s"}, 400, "channelId"),
        ({"state": "s", "name": "x", "channelId": 1}, 400, "channelId"),
        ({"state": "s", "channelId": 999_999}, 422, "channelId"),
        ({"state": "taken", "name": "x"}, 409, "states"),
        ({"state": "s", "name": "taken"}, 409, "name"),
    ],
)
def test_a_naming_that_may_not_be_is_refused_at_its_field(
    cast: Cast, taken: Channel, body: Any, status: int, field: str
) -> None:
    before = everything()
    answer = api.client(cast.corp).post(f"{URL}/name-state", body, format="json")
    assert told(answer) == (status, [field])
    assert everything() == before


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("from=2026-09-01&to=2026-09-30", 200),
        ("from=2026-09-01&to=2026-12-01", 200),
        ("to=2026-09-30", 200),
        ("from=2026-09-01&to=2026-12-02", 400),
        ("from=2026-10-01&to=2026-09-30", 400),
        ("from=2026-13-01", 400),
        ("from=1.9.2026", 400),
        ("from=%00", 400),
        ("to=9999-12-31", 400),
        ("to=0001-01-01", 400),
        ("day=2026-09-01", 400),
        ("page=1", 400),
    ],
)
@pytest.mark.parametrize("path", ["channels/statistics", "channels/unknown-states", "contact-ways/statistics"])
def test_days_are_read_strictly(cast: Cast, path: str, query: str, status: int) -> None:
    answer = api.client(cast.corp).get(f"/api/v1/{path}?{query}")
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("path", ["", "/statistics", "/unknown-states", "/1", "/name-state"])
@pytest.mark.parametrize("scope", ["write", "tags"])
def test_a_service_without_the_scope_is_refused(cast: Cast, path: str, scope: str) -> None:
    client = api.client(cast.corp, scope)
    send = client.post if path == "/name-state" and scope == "tags" else client.get
    assert send(f"{URL}{path}").status_code in (403, 405)


class TestScope:
    """Another company's channel is not there, whatever is asked of it."""

    @pytest.fixture
    def foreign(self, cast: Cast) -> Channel:
        return make.channel(cast.other_corp, "theirs", name="theirs")

    def test_it_is_in_no_list_and_no_figure(self, cast: Cast, foreign: Channel) -> None:
        client = api.client(cast.corp)
        assert client.get(URL).json()["list"] == []
        kinds = [row["kind"] for row in client.get(f"{URL}/statistics").json()["list"]]
        assert kinds == ["unknown", "none"]

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_it_is_neither_read_nor_changed_nor_deleted(self, cast: Cast, foreign: Channel, method: str) -> None:
        before = everything()
        answer = getattr(api.client(cast.corp), method)(f"{URL}/{foreign.pk}", {"name": "stolen"}, format="json")
        assert answer.status_code == (400 if method == "get" and answer.status_code == 400 else 404)
        assert everything() == before

    def test_its_names_and_states_are_free_here(self, cast: Cast, foreign: Channel) -> None:
        sent = {"name": "theirs", "states": ["theirs"]}
        assert api.client(cast.corp).post(URL, sent, format="json").status_code == 201
        assert ChannelKey.objects.filter(state="theirs").count() == 2

    def test_its_event_names_its_company(self, cast: Cast, foreign: Channel) -> None:
        event = OutboxEvent.objects.get(name="channel.created")
        assert (event.corp_id, event.payload["corpId"]) == (cast.other_corp.pk, cast.other_corp.pk)


class TestPages:
    def test_they_are_in_the_companys_order(self, cast: Cast) -> None:
        names = ["third", "first", "second"]
        for name, order in zip(names, (3, 1, 2), strict=True):
            make.channel(cast.corp, name=name, order=order)
        listed = api.client(cast.corp).get(URL).json()["list"]
        assert [row["name"] for row in listed] == ["first", "second", "third"]
        told = api.client(cast.corp).get(f"{URL}/statistics").json()["list"]
        assert [row["name"] for row in told if row["kind"] == "channel"] == ["first", "second", "third"]

    def test_a_page_is_a_part_of_them(self, cast: Cast) -> None:
        for n in range(5):
            make.channel(cast.corp, name=f"c{n}", order=n)
        told = api.client(cast.corp).get(URL, {"page": 2, "size": 2}).json()
        assert [row["name"] for row in told["list"]] == ["c2", "c3"]
        assert (told["total"], told["totalExact"], told["page"], told["size"]) == (5, True, 2, 2)

    @pytest.mark.parametrize("query", ["size=0", "size=101", "page=0", "page=x", "sort=name", "name=x"])
    def test_a_parameter_that_is_none_is_refused(self, cast: Cast, query: str) -> None:
        assert api.client(cast.corp).get(f"{URL}?{query}").status_code == 400
