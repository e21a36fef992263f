"""What a follow-up may say, and of when: each bound from both sides."""

import datetime as dt
from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from followups import texts

ZONE = dt.timezone(dt.timedelta(hours=8))


def refusal(act: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(RuleViolation) as raised:
        act(*args, **more)
    error = raised.value.errors[0]
    assert (error.code, error.message) == (raised.value.code, raised.value.message)
    return raised.value.code, error.field


@pytest.mark.parametrize(
    ("said", "kept"),
    [("x", "x"), (" x ", "x"), ("\n两行\n字\n", "两行\n字"), ("　宽　", "宽"), ("x" * 5_000, "x" * 5_000)],
)
def test_words_are_kept_without_the_blanks_around_them(said: str, kept: str) -> None:
    assert texts.content_of(said) == kept


@pytest.mark.parametrize("said", ["", " ", "\t\n", "　", "x" * 5_001])
def test_nothing_and_too_much_are_refused(said: str) -> None:
    assert refusal(texts.content_of, said) == ("content_invalid", "content")


def test_a_comment_has_a_bound_of_its_own_and_says_so() -> None:
    assert texts.content_of("x" * 1_000, most=texts.COMMENT_LENGTH)
    with pytest.raises(RuleViolation) as raised:
        texts.content_of("x" * 1_001, most=texts.COMMENT_LENGTH)
    assert "1000" in str(raised.value.message)


def test_without_a_time_it_is_now() -> None:
    before = now()
    assert before <= texts.past(None) <= now()


def test_a_time_is_kept_in_utc() -> None:
    moment = dt.datetime(2026, 3, 1, 8, tzinfo=ZONE)
    assert texts.past(moment).isoformat() == "2026-03-01T00:00:00+00:00"
    coming = texts.ahead(dt.datetime(2099, 3, 1, 8, tzinfo=ZONE))
    assert coming is not None
    assert coming.isoformat() == "2099-03-01T00:00:00+00:00"


@pytest.mark.parametrize(("ahead", "may"), [(dt.timedelta(minutes=4), True), (dt.timedelta(minutes=6), False)])
def test_a_clock_a_little_ahead_is_forgiven(ahead: dt.timedelta, may: bool) -> None:
    if may:
        assert texts.past(now() + ahead)
    else:
        assert refusal(texts.past, now() + ahead) == ("happened_in_future", "happenedAt")


def test_the_next_time_lies_ahead_or_there_is_none() -> None:
    assert texts.ahead(None) is None
    assert refusal(texts.ahead, now()) == ("next_in_past", "nextAt")
    assert refusal(texts.ahead, now() - dt.timedelta(days=1)) == ("next_in_past", "nextAt")
    assert texts.ahead(now() + dt.timedelta(minutes=1))
