"""How a call's arguments are read: strictly by their JSON type, a wrong one as if it weren't there and warned of."""

import io
from typing import Any

import orjson
import pytest

from wecom.sandbox.call import Call
from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company
from wecom.sandbox.limits import Limits
from wecom.sandbox.request import query, read_body


def call(company: Company, body: dict[str, Any] | None = None, **address: str) -> Call:
    return Call(company, company.apps[1000002], "some/api", address, body or {})


READERS = ["text", "texts", "number", "numbers", "flag", "object", "objects"]
EMPTY = {"text": "", "texts": [], "number": 0, "numbers": [], "flag": False, "object": {}, "objects": []}
# What each reader takes for its own; everything else of this list is wrong for it.
TAKES: dict[str, list[Any]] = {
    "text": ["", "x", "字"],
    "texts": [[], ["x"], ["x", ""]],
    "number": [0, 7, -1],
    "numbers": [[], [1, 2]],
    "flag": [True, False],
    "object": [{}, {"a": 1}],
    "objects": [[], [{}], [{"a": 1}]],
}
ANYTHING = ["x", 7, 1.5, True, ["x"], [7], [{}], ["x", 7], [None], {"a": 1}]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("body", [{}, {"a": None}])
def test_what_is_absent_or_null_is_the_default_and_no_mistake(
    company: Company, reader: str, body: dict[str, Any]
) -> None:
    found = call(company, body)
    assert getattr(found, reader)("a") == EMPTY[reader]
    assert not found.wrong


@pytest.mark.parametrize(("reader", "value"), [(name, value) for name, values in TAKES.items() for value in values])
def test_a_value_of_the_documented_type_is_taken(company: Company, reader: str, value: Any) -> None:
    found = call(company, {"a": value})
    assert getattr(found, reader)("a") == value
    assert not found.wrong


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (name, value)
        for name, taken in TAKES.items()
        for value in ANYTHING
        if orjson.dumps(value) not in {orjson.dumps(one) for one in taken}
        and not (name == "text" and isinstance(value, str))
        and not (name == "number" and type(value) is int)
        and not (name == "numbers" and value == [7])
        and not (name == "texts" and value == ["x"])
    ],
)
def test_a_value_of_another_type_is_the_default_and_a_mistake(company: Company, reader: str, value: Any) -> None:
    found = call(company, {"a": value})
    assert getattr(found, reader)("a") == EMPTY[reader]
    assert found.wrong


def test_an_address_brings_texts_and_numbers_and_the_body_wins(company: Company) -> None:
    assert call(company, a="x").text("a") == "x"
    assert call(company, {"a": "body"}, a="address").text("a") == "body"
    assert call(company, a="12").number("a", 5) == 12
    assert [call(company, a=text).number("a", 5) for text in ("", "-1", "1.5", "x")] == [5, 5, 5, 5]


@pytest.mark.parametrize("body", [{}, {"a": ""}, {"a": None}, {"a": 7}])
def test_a_text_that_is_needed_fails_with_the_code_of_its_absence(company: Company, body: dict[str, Any]) -> None:
    with pytest.raises(Failure) as refused:
        call(company, body).text("a", missing=41009)
    assert refused.value.code == 41009


@pytest.mark.parametrize(
    ("asked", "rows"), [(None, 50), (0, 50), (-3, 50), (1, 1), (99, 99), (100, 100), (101, 100), ("9", 50), (True, 50)]
)
def test_a_page_is_the_default_unless_asked_and_never_over_the_most(company: Company, asked: Any, rows: int) -> None:
    assert call(company, {"limit": asked}).limit(50, 100) == rows


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", {}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a=", {"a": ""}),
        ("a=%E5%AD%97+x", {"a": "字 x"}),
        ("&&=&a", {"": "", "a": ""}),
    ],
)
def test_of_an_argument_given_twice_the_last_counts(text: str, arguments: dict[str, str]) -> None:
    assert query({"QUERY_STRING": text}) == arguments
    assert query({}) == {}


@pytest.mark.parametrize(
    ("content", "body", "wrong"),
    [
        (b"", {}, False),
        (b"  \n", {}, False),
        (b'{"a": 1}', {"a": 1}, False),
        (b"[1]", {}, True),
        (b'"x"', {}, True),
        (b"null", {}, True),
        (b"{", {}, True),
        (b"\xff\xfe", {}, True),
    ],
)
def test_a_body_is_an_object_or_a_mistake(company: Company, content: bytes, body: dict[str, Any], wrong: bool) -> None:
    found = call(company)
    read_body(found, {"CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content)})
    assert (found.body, found.wrong) == (body, wrong)


def test_a_body_is_read_no_further_than_it_says(company: Company) -> None:
    found, rest = call(company), io.BytesIO(b'{"a": 1}{"b": 2}')
    read_body(found, {"CONTENT_LENGTH": "8", "wsgi.input": rest})
    assert found.body == {"a": 1}
    assert rest.read() == b'{"b": 2}'


@pytest.mark.parametrize(("length", "fits"), [(1024 * 1024, True), (1024 * 1024 + 1, False)])
def test_a_body_has_a_largest_size(company: Company, length: int, fits: bool) -> None:
    content = io.BytesIO(b" " * length)
    if fits:
        read_body(call(company), {"CONTENT_LENGTH": str(length), "wsgi.input": content})
        assert content.tell() == length
        return
    with pytest.raises(Failure) as refused:
        read_body(call(company), {"CONTENT_LENGTH": str(length), "wsgi.input": content})
    assert refused.value.code == 40206
    assert content.tell() == 0


def counted(limits: Limits, times: list[int]) -> list[int]:
    """The codes of one call at each of these seconds, each ended before the next."""
    codes = []
    for now in times:
        try:
            limits.enter("x", now)
            codes.append(0)
        except Failure as failure:
            codes.append(failure.code)
        finally:
            limits.leave("x")
    return codes


@pytest.mark.parametrize(
    ("times", "codes"),
    [
        ([0, 1, 2], [0, 0, 45009]),
        ([0, 1, 60], [0, 0, 0]),
        ([58, 59, 60, 61], [0, 0, 0, 0]),
        ([0, 1, 2, 61], [0, 0, 45009, 45009]),
        ([0, 1, 2, 62], [0, 0, 45009, 0]),
        ([0, 1, 2, 3, 62, 63, 64], [0, 0, 45009, 45009, 0, 0, 45009]),
    ],
)
def test_a_minute_is_counted_by_the_clock_and_a_closure_from_the_call_too_many(
    times: list[int], codes: list[int]
) -> None:
    assert counted(Limits(counting=True, per_minute=2), times) == codes


def test_a_call_that_met_a_closed_window_does_not_count() -> None:
    limits = Limits(counting=True, per_minute=2, per_hour=4)
    assert counted(limits, [0, 1, 2, 3, 4, 5, 120, 121, 180]) == [0, 0, *[45009] * 4, 0, 0, 45009]
    assert limits.closed["x"] == 180 + 3600
    assert limits.refused == {45009: 5}
