"""Contact ways by the API, and who comes through them."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import DAY, Api
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible

ADD, GET, LIST = (f"externalcontact/{verb}_contact_way" for verb in ("add", "get", "list"))
UPDATE, DELETE = "externalcontact/update_contact_way", "externalcontact/del_contact_way"
QR = {"type": 2, "scene": 2, "remark": "展会", "state": "expo", "user": ["lina", "bob"], "party": []}


@pytest.fixture
def way(api: Api) -> str:
    config: str = api.post(ADD, **QR)["config_id"]
    return config


def test_a_way_is_made_with_a_picture_for_scanning(api: Api) -> None:
    answer = api.post(ADD, **QR)
    assert set(answer) == {"errcode", "errmsg", "config_id", "qr_code"}
    assert len(answer["config_id"]) == 32
    assert "qr_code" not in api.post(ADD, type=1, scene=1, user=["lina"])


def test_a_way_is_read_as_it_was_made(api: Api, way: str) -> None:
    shown = api.post(GET, config_id=way)["contact_way"]
    assert {name: shown[name] for name in QR} == QR
    assert (shown["config_id"], shown["skip_verify"], shown["is_temp"]) == (way, True, False)
    assert shown["qr_code"].startswith("https://")


def test_an_update_replaces_what_it_names(api: Api, way: str) -> None:
    assert api.post(UPDATE, config_id=way, state="expo-2", user=["bob"], type=1) == {"errcode": 0, "errmsg": "ok"}
    shown = api.post(GET, config_id=way)["contact_way"]
    assert (shown["state"], shown["user"], shown["remark"], shown["type"]) == ("expo-2", ["bob"], "展会", 2)


def test_a_deleted_way_is_gone(api: Api, way: str) -> None:
    assert api.post(DELETE, config_id=way)["errcode"] == 0
    for address in (GET, UPDATE, DELETE):
        assert api.post(address, config_id=way)["errcode"] == 41044
    assert api.post(LIST)["contact_way"] == []


def test_ways_are_listed_but_for_temporary_ones(api: Api, way: str) -> None:
    api.post(ADD, **QR | {"is_temp": True})
    assert api.post(LIST)["contact_way"] == [{"config_id": way}]


def test_ways_are_listed_by_when_they_were_made(company: Company, api: Api, way: str) -> None:
    api.renewing = True
    company.advance(91 * DAY)
    later = api.post(ADD, **QR)["config_id"]
    now = company.clock.now()
    assert api.post(LIST)["contact_way"] == [{"config_id": later}]
    assert len(api.post(LIST, start_time=1)["contact_way"]) == 2
    assert api.post(LIST, start_time=1, end_time=now - 1)["contact_way"] == [{"config_id": way}]


def test_ways_come_in_pages(api: Api) -> None:
    made = [api.post(ADD, **QR)["config_id"] for _ in range(5)]
    pages = api.pages(LIST, "contact_way", limit=2)
    assert [[row["config_id"] for row in page] for page in pages] == [made[:2], made[2:4], made[4:]]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": None}, 41037),
        ({"scene": None}, 41038),
        ({"type": 3}, 41039),
        ({"scene": 3}, 41040),
        ({"type": 1}, 40058),
        ({"type": 1, "user": []}, 40058),
        ({"user": "lina"}, 40035),
        ({"user": [["lina"]]}, 40035),
        ({"party": [[1]]}, 40035),
        ({"party": 1}, 40035),
        ({"user": ["nobody"]}, 40003),
        ({"user": ["asleep"]}, 41054),
        ({"state": "字" * 31}, 40058),
        ({"remark": "字" * 31}, 40058),
        ({"party": [9]}, 41041),
    ],
)
def test_a_wrong_way_is_refused(company: Company, api: Api, fields: dict[str, Any], code: int) -> None:
    company.hire("asleep", "未激活", status=4)
    company.add_department("大部门", id=9)
    for number in range(101):
        company.hire(f"many{number}", "某", [9])
    body = {name: value for name, value in (QR | fields).items() if value is not None}
    assert api.post(ADD, **body)["errcode"] == code
    assert company.contact_ways == {}


def test_a_wrong_update_changes_nothing(api: Api, way: str) -> None:
    before = api.post(GET, config_id=way)["contact_way"]
    assert api.post(UPDATE, config_id=way, user=["nobody"])["errcode"] == 40003
    assert api.post(UPDATE)["errcode"] == 41043
    assert api.post(GET, config_id=way)["contact_way"] == before


def test_who_scans_comes_with_the_state(company: Company, api: Api, way: str) -> None:
    company.take_events()
    external = company.scan(way, userid="bob")
    (event,) = company.take_events()
    assert (event["ChangeType"], event["UserID"], event["State"]) == ("add_external_contact", "bob", "expo")
    (row,) = api.get("externalcontact/get", external_userid=external)["follow_user"]
    assert (row["state"], row["add_way"], row["oper_userid"]) == ("expo", 1, external)


def test_who_scans_may_be_half_added_first(company: Company, way: str) -> None:
    external = company.scan(way, half=True)
    assert company.take_events()[-1]["ChangeType"] == "add_half_external_contact"
    assert ("lina", external) in company.halves


def test_nobody_is_reached_by_a_way_that_does_not_lead_to_them(company: Company, api: Api) -> None:
    way = api.post(ADD, **QR | {"user": ["lina"]})["config_id"]
    with pytest.raises(Impossible):
        company.scan(way, userid="bob")
