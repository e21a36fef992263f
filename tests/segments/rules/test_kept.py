"""Facts that were kept with an effect come back as they were, through JSON and whatever their kind."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from segments.rules import kept
from segments.rules.judging import plain

FACTS: list[Any] = [
    ("text", "北京 "),
    ("text", "2026-01-31"),
    ("flag", False),
    ("choice", 3),
    ("choice", frozenset({7})),
    ("choices", frozenset({7, 9})),
    ("choices", frozenset()),
    ("membership", frozenset({1, 2**53 + 1})),
    ("decimal", Decimal("0.1")),
    ("decimal", Decimal("-99999999999.9999")),
    ("decimal", Decimal("30.0000")),
    ("time", dt.datetime(2026, 1, 31, 0, 30, tzinfo=dt.UTC)),
    ("time", dt.date(1990, 5, 1)),
    ("days", dt.timedelta(days=7, hours=3)),
    ("days", dt.timedelta(days=-1, seconds=5)),
]


@pytest.mark.parametrize(("kind", "fact"), FACTS)
def test_a_fact_comes_back_as_it_was(kind: str, fact: Any) -> None:
    again = kept.fact(kind, json.loads(json.dumps(plain(fact))))
    assert again == fact
    assert type(again) is type(fact)


@pytest.mark.parametrize("kind", sorted({kind for kind, _fact in FACTS}))
def test_what_was_not_known_is_not_known_again(kind: str) -> None:
    assert kept.fact(kind, plain(None)) is None


def test_a_day_is_no_moment_and_compares_with_days() -> None:
    day = kept.fact("time", plain(dt.date(2026, 1, 31)))
    assert not isinstance(day, dt.datetime)
    assert day < dt.date(2026, 2, 1)
