"""What counts as changed since the bitmaps were brought into step."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers.models import Customer
from segments.bitmaps import changes
from tests import make
from tests.conftest import Cast

AT = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def stamped(cast: Cast, *moments: dt.datetime) -> list[int]:
    """Customers that changed at these times."""
    made = [make.customer(cast.corp).pk for _ in moments]
    for ident, moment in zip(made, moments, strict=True):
        Customer.objects.filter(pk=ident).update(update_time=moment)
    return made


def since(cast: Cast, known: Any = frozenset(), most: int = 10) -> list[int]:
    return [ident for ident, _at in changes.since(cast.corp.pk, AT, known, most)]


def test_what_changed_up_to_the_margin_before_counts_in_the_order_of_time(cast: Cast) -> None:
    late, old, edge, newest = stamped(cast, AT - MINUTE, AT - 6 * MINUTE, AT - changes.MARGIN, AT + 9 * MINUTE)
    assert since(cast) == [edge, late, newest]
    assert old not in since(cast)
    make.customer(cast.other_corp)
    assert since(cast) == [edge, late, newest]


def test_what_is_known_at_its_present_time_doesnt(cast: Cast) -> None:
    one, other = stamped(cast, AT, AT + MINUTE)
    known = frozenset(changes.since(cast.corp.pk, AT, frozenset(), 10))
    assert since(cast, known) == []
    Customer.objects.filter(pk=one).update(update_time=AT + MINUTE)
    assert since(cast, known) == [one]
    Customer.objects.filter(pk=other).update(update_time=AT - MINUTE)
    assert since(cast, known) == [other, one]


def test_as_many_are_told_as_are_asked_for_however_many_are_known(cast: Cast) -> None:
    ids = stamped(cast, *(AT + n * MINUTE for n in range(5)))
    known = frozenset(changes.since(cast.corp.pk, AT, frozenset(), 2))
    assert since(cast, known, most=2) == ids[2:4]


def test_the_watermark_is_the_last_change_and_never_ahead_of_now() -> None:
    one, other = (7, "2026-05-01 12:00:00.000001"), (3, "2026-05-01 11:00:00")
    assert changes.advanced(AT, [one, other]) == AT + dt.timedelta(microseconds=1)
    assert changes.advanced(AT, [other]) == AT
    assert changes.advanced(AT, []) == AT
    before = now()
    assert before <= changes.advanced(AT, [(7, "2999-01-01 00:00:00")]) <= now()


def test_what_the_margin_doesnt_reach_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [(n, str((AT - n * MINUTE).replace(tzinfo=None))) for n in range(8)]
    kept = changes.unpacked(changes.packed(some, AT))
    assert kept == frozenset(some[:6])
    monkeypatch.setattr(changes, "RECENT", 2)
    assert changes.unpacked(changes.packed(some, AT)) == frozenset(some[:2])
    assert changes.unpacked(b"") == frozenset()
