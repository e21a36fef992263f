"""Cursors: positions in an order, that survive what time and strangers do to them."""

import base64
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import BadRequest
from customers import listing, ordering
from customers.models import Customer
from customers.selection import Wanted
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"
DAWN = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def row(**values: Any) -> dict[str, Any]:
    return {"id": 7, "addTime": DAWN, "updateTime": DAWN} | values


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("sort", ordering.SORTS)
def test_a_cursor_can_be_put_into_an_address_as_it_is(sort: str) -> None:
    made = ordering.cursor_at(sort, row())
    assert made.isascii()
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-id",
        "-id|x",
        "-id|7|8",
        "id|7",
        "name|7",
        "-id|2026-05-01T00:00:00|7",
        "-id|7.5",
        "-id|",
        "|7",
    ],
)
def test_a_cursor_of_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="invalid_cursor"):
        ordering.beyond("-id", cursor(text))


@pytest.mark.parametrize(
    "text", ["-addTime|soon|7", "-addTime|7", "-addTime|2026-13-01T00:00:00|7", "-addTime||", "||"]
)
def test_a_cursor_of_times_needs_its_time_and_its_id(text: str) -> None:
    with pytest.raises(BadRequest, match="invalid_cursor"):
        ordering.beyond("-addTime", cursor(text))


@pytest.mark.parametrize("raw", ["%", "😀", "a", "====", "////", "\x00", "null", "-" * 500])
def test_what_was_never_a_cursor_is_400(cast: Cast, raw: str) -> None:
    answer = api.client(cast.corp).get(URL, {"cursor": raw})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("ident", [-1, 0, 2**63, 10**40])
def test_an_id_that_no_customer_has_is_just_a_position(cast: Cast, ident: int) -> None:
    made = make.customer(cast.corp)
    found = api.client(cast.corp).get(URL, {"cursor": cursor(f"-id|{ident}")}).json()["list"]
    assert [c["id"] for c in found] == ([made.pk] if ident > 1 else [])


@given(st.text(max_size=40))
def test_no_text_makes_a_cursor_fail_otherwise(text: str) -> None:
    for sort in ordering.SORTS:
        for raw in (text, cursor(text), cursor(f"{sort}|{text}|7")):
            try:
                ordering.beyond(sort, raw)
            except BadRequest as refusal:
                assert refusal.code == "invalid_cursor"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(
        st.one_of(st.none(), st.integers(0, 3).map(lambda n: DAWN + dt.timedelta(microseconds=n))), max_size=9
    ),
    size=st.integers(1, 4),
)
def test_customers_of_unknown_and_equal_times_are_walked_once_both_ways(
    cast: Cast, times: list[dt.datetime | None], size: int
) -> None:
    Customer.objects.all().delete()
    made = [(t, make.customer(cast.corp, add_time=t).pk) for t in times]
    upwards = [pk for _t, pk in sorted(made, key=lambda pair: (pair[0] is not None, pair[0] or DAWN, pair[1]))]
    for sort, expected in (("addTime", upwards), ("-addTime", upwards[::-1])):
        wanted, found, position = Wanted(cast.actor("admin"), {}, sort), [], ""
        while position is not None:
            answer = listing.after(wanted, cursor=position, size=size)
            found += [c["id"] for c in answer["list"]]
            position = answer["nextCursor"]
        assert found == expected
        page = listing.page(wanted, number=1, size=100)
        assert [c["id"] for c in page["list"]] == expected


def test_a_cursor_crosses_filters_but_no_company(cast: Cast) -> None:
    mine, foreign = make.customer(cast.corp), make.customer(cast.other_corp)
    position = cursor(f"-id|{foreign.pk + 1}")
    assert [c["id"] for c in api.client(cast.corp).get(URL, {"cursor": position}).json()["list"]] == [mine.pk]
    assert api.client(cast.corp).get(URL, {"cursor": position, "status": 2}).json()["list"] == []
