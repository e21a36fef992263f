"""Each query parameter of the list: what it means, and what it refuses to guess."""

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadRequest
from customers import ordering
from customers.api import parameters
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"
DAWN = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def read(**params: str) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    query.update(params)
    return parameters.filters_of(query)


@pytest.mark.parametrize(
    ("name", "raw", "meant"),
    [
        ("keyword", " 张 三 ", "张 三"),
        ("keyword", "x" * 50, "x" * 50),
        ("channel", " qr code ", "qr code"),
        ("status", "0", 0),
        ("status", "02", 2),
        ("followUserId", str(2**63 - 1), 2**63 - 1),
        ("departmentId", "1", 1),
        ("tagIdsAll", "2,1,2", [2, 1, 2]),
        ("tagIdsAny", ",".join(["1"] * 50), [1] * 50),
        ("tagIdsNone", "7", [7]),
        ("untagged", "TRUE", True),
        ("untagged", "0", False),
        ("blacklisted", "1", True),
        ("blacklisted", "false", False),
        ("addTimeFrom", "2026-05-01T00:00:00Z", DAWN),
        ("addTimeTo", "2026-05-01T08:00:00+08:00", DAWN),
        ("addTimeTo", "2026-05-01T08:00:00 08:00", DAWN),
        ("updatedAfter", "2026-05-01T00:00:00", DAWN),
        ("updatedAfter", "2026-05-01T00:00:00.000001Z", DAWN + dt.timedelta(microseconds=1)),
        ("addWay", "0,201,32767", [0, 201, 32767]),
        ("customField", "level:is:a:b", [("level", "is", "a:b")]),
        ("customField", "level:unset", [("level", "unset", "")]),
        ("gender", "0", 0),
        ("type", "2", 2),
    ],
)
def test_a_value_is_read_as_its_type(name: str, raw: str, meant: Any) -> None:
    found = read(**{name: raw})
    assert found == {name: meant}
    if isinstance(meant, dt.datetime):
        assert found[name].utcoffset() == dt.timedelta()


@pytest.mark.parametrize("name", parameters.FILTERS)
def test_an_empty_value_is_a_filter_not_given(name: str) -> None:
    assert read(**{name: ""}) == {}


NUMBERS = ["+1", "-1", " 1", "1 ", "1_0", "１", "٣", "1.0", "1e0", "0x1", "x", "9" * 20, "²", "1\x00"]
WRONG = {
    "keyword": ["   ", "\u3000", "x" * 51, "a\x00"],
    "channel": [" ", "x" * 51, "\x00"],
    "status": [*NUMBERS, "3"],
    "gender": [*NUMBERS, "3"],
    "type": [*NUMBERS, "0", "3"],
    "followUserId": [*NUMBERS, "0", str(2**63)],
    "segmentId": [*NUMBERS, "0", str(2**63)],
    "stageId": [*NUMBERS, "0", str(2**63)],
    "departmentId": [*NUMBERS, "0", str(2**63)],
    "tagIdsAll": [*NUMBERS, ",", "1,", ",1", "1,,2", "1;2", "[1]", "0", ",".join(["1"] * 51)],
    "tagIdsAny": [*NUMBERS, "1, 2", str(2**63)],
    "tagIdsNone": [*NUMBERS, "1,-2"],
    "addWay": [*NUMBERS, "32768", "1,", ",".join(["1"] * 51)],
    "followerId": [*NUMBERS, "0", str(2**63)],
    "followStatus": [*NUMBERS, "0", "5"],
    "followState": [" ", "x" * 51, "\x00"],
    "untagged": ["yes", "2", "真", " true"],
    "blacklisted": ["no", "null", "01"],
    "addTimeFrom": ["2026-05-01", "1777593600", "2026-05-01T25:00:00Z", "T", "0001-01-01T00:00:00+14:00"],
    "addTimeTo": ["tomorrow", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-05-01T00:00:00+99:00"],
    "customField": ["level", ":is:1", "level:like:1", "level:is", "level:set:", "a:is:\x00", "a:is:" + "x" * 600],
    "updatedAfter": ["0", "0001-01-01T00:00:00+00:01", "２０２６-05-01T00:00:00Z"],
}


@pytest.mark.parametrize(("name", "raw"), [(name, raw) for name, values in WRONG.items() for raw in values])
def test_a_value_that_is_none_is_refused_by_name(name: str, raw: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read(**{name: raw})
    assert (refusal.value.code, [e.field for e in refusal.value.errors]) == ("invalid_parameter", [name])


def test_every_filter_has_its_wrong_values_above() -> None:
    assert set(WRONG) == set(parameters.FILTERS)


@given(st.sampled_from(sorted(parameters.FILTERS)), st.text(max_size=30))
def test_no_text_at_all_makes_a_parser_fail_otherwise(name: str, raw: str) -> None:
    try:
        found = read(**{name: raw})
    except BadRequest:
        return
    assert set(found) <= {name}


def test_all_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    answer = api.client(cast.corp).get(URL, {"status": "9", "gender": "x", "channel": "ok", "addWay": "-1"})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"status", "gender", "addWay"}


def test_names_that_nobody_knows_are_all_told_before_anything_is_read(cast: Cast) -> None:
    answer = api.client(cast.corp).get(URL, {"昵称": "1", "Status": "1", "status": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
    assert [error["field"] for error in answer.json()["errors"]] == ["Status", "昵称"]


@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize("raw", ["１０", "+1", "1.0", "0", "-1", "x", "101000000000", "1 "])
def test_a_window_is_of_plain_whole_numbers(cast: Cast, name: str, raw: str) -> None:
    answer = api.client(cast.corp).get(URL, {name: raw})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


@pytest.mark.parametrize(
    ("filters", "sort"),
    [
        ({}, "-id"),
        ({"status": 1, "keyword": "张"}, "-id"),
        ({"addTimeFrom": DAWN}, "-addTime"),
        ({"addTimeTo": DAWN, "status": 2}, "-addTime"),
        ({"updatedAfter": DAWN, "addTimeTo": DAWN}, "updateTime"),
    ],
)
def test_the_order_follows_the_filter_unless_one_is_asked_for(filters: dict[str, Any], sort: str) -> None:
    assert ordering.default_sort(filters) == sort
    assert parameters.sort_of(QueryDict("sort="), filters) == sort
    assert parameters.sort_of(QueryDict("sort=id"), filters) == "id"


class TestHostileLists:
    """What a hostile or careless caller may ask of the whole list."""

    def test_a_keyword_that_unfolds_to_hundreds_of_characters_is_answered(self, cast: Cast) -> None:
        # Squared words of which each is four or five characters once folded: more pairs than a database joins tables.
        word = "".join(chr(c) for c in range(0x3300, 0x3332))
        hit = make.customer(cast.corp, name=word)
        make.customer(cast.corp, name=word[:20])
        answer = api.client(cast.corp).get(URL, {"keyword": word})
        assert (answer.status_code, [row["id"] for row in answer.json()["list"]]) == (200, [hit.pk])

    def test_every_filter_at_once_at_its_limit_is_answered(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.owner)
        many = ",".join(map(str, range(2**63 - 50, 2**63)))
        ways = ",".join(map(str, range(50)))
        params = dict.fromkeys(("tagIdsAny", "tagIdsNone"), many) | {"tagIdsAll": many[:59], "addWay": ways}
        params |= {"keyword": "a" * 50, "channel": "c" * 50, "untagged": "true", "departmentId": "1", "size": "100"}
        params |= {"addTimeFrom": "0001-01-01T00:00:00Z", "addTimeTo": "9999-12-31T23:59:59Z"}
        answer = api.client(cast.corp).get(URL, params)
        assert (answer.status_code, answer.json()["total"]) == (200, 0)

    @pytest.mark.parametrize("keyword", ["\u200b", "\ufffd", "%", "_", "\\", "'", '"', "--", "😀", "\u0301", "a\nb"])
    def test_no_character_means_anything_to_the_search(self, cast: Cast, keyword: str) -> None:
        make.customer(cast.corp, name="张三")
        hit = make.customer(cast.corp, name=f"前{keyword}后")
        answer = api.client(cast.corp).get(URL, {"keyword": keyword})
        assert [row["id"] for row in answer.json()["list"]] == [hit.pk]

    @pytest.mark.parametrize("channel", ["qr%", "QRCODE", "qr_ode", "qrcode x", "qrcodé", "%"])
    def test_a_channel_is_matched_exactly_and_never_as_a_pattern(self, cast: Cast, channel: str) -> None:
        make.customer(cast.corp, channel="qrcode")
        client = api.client(cast.corp)
        assert (
            client.get(URL, {"channel": channel.strip() if channel != "qrcode " else "qrcode x"}).json()["list"] == []
        )
        assert client.get(URL, {"channel": "qrcode"}).json()["total"] == 1
