"""Welcome messages: within twenty seconds, and once."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import Api
from wecom.sandbox.company import Company

SEND = "externalcontact/send_welcome_msg"
TEXT = {"text": {"content": "您好"}}
IMAGE = {"msgtype": "image", "image": {"media_id": "m"}}


@pytest.fixture
def code(company: Company) -> str:
    company.befriend("lina")
    text: str = company.take_events()[-1]["WelcomeCode"]
    return text


def test_a_welcome_is_sent_once(company: Company, api: Api, code: str) -> None:
    assert api.post(SEND, welcome_code=code, **TEXT) == {"errcode": 0, "errmsg": "ok"}
    assert company.welcomes[code].said == "您好"
    assert api.post(SEND, welcome_code=code, **TEXT)["errcode"] == 41051


@pytest.mark.parametrize(("seconds", "answer"), [(0, 0), (20, 0), (21, 41050), (3600, 41050)])
def test_a_code_is_good_for_twenty_seconds(company: Company, api: Api, code: str, seconds: int, answer: int) -> None:
    company.advance(seconds)
    assert api.post(SEND, welcome_code=code, **TEXT)["errcode"] == answer
    assert company.welcomes[code].used is (answer == 0)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"welcome_code": "", **TEXT}, 41049),
        ({"welcome_code": "made-up", **TEXT}, 41050),
        ({}, 40063),
        ({"text": {"content": ""}}, 40063),
        ({"text": {"content": "字" * 1334}}, 40058),
        ({"attachments": [IMAGE] * 10}, 41064),
        ({"attachments": [{"msgtype": "voice", "voice": {}}]}, 41065),
        ({"attachments": [{"msgtype": "image"}]}, 41065),
        ({"attachments": [{"image": {}}]}, 41065),
    ],
)
def test_a_wrong_welcome_leaves_the_code_good(
    company: Company, api: Api, code: str, body: dict[str, Any], answer: int
) -> None:
    assert api.post(SEND, **({"welcome_code": code} | body))["errcode"] == answer
    assert api.post(SEND, welcome_code=code, attachments=[IMAGE] * 9)["errcode"] == 0


def test_who_is_greeted_by_the_administrators_brings_no_code(company: Company) -> None:
    company.employees["lina"].greeted = True
    company.befriend("lina")
    assert "WelcomeCode" not in company.take_events()[-1]


def test_a_colleague_of_another_company_brings_no_code(company: Company) -> None:
    company.befriend("lina", type=2)
    assert "WelcomeCode" not in company.take_events()[-1]


def test_a_code_used_for_the_half_adding_is_not_given_again(company: Company, api: Api) -> None:
    unused, used = company.half_add("lina"), company.half_add("lina")
    code = company.take_events()[-1]["WelcomeCode"]
    assert api.post(SEND, welcome_code=code, **TEXT)["errcode"] == 0
    company.befriend("lina", unused)
    company.befriend("lina", used)
    assert ["WelcomeCode" in event for event in company.take_events()] == [True, False]


def test_old_codes_are_forgotten(company: Company) -> None:
    for _ in range(5010):
        company.befriend("lina")
    assert len(company.welcomes) == 5000
    assert company.take_events()[-1]["WelcomeCode"] in company.welcomes
