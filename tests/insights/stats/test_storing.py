"""What was counted takes the place of what stood there, and touches nothing else."""

import datetime as dt
from typing import Any

import pytest

from insights.models import DailyStat, StatWindow
from insights.stats import storing, windows
from insights.stats.counting import Key
from insights.stats.terms import Dim, Metric, Span
from tests.conftest import Cast
from tests.insights.stats import model
from tests.insights.stats.world import World, day

NEW, LOST = Metric.NEW, Metric.LOST
TODAY = day(20)


def span(cast: Cast, number: int = 3, kind: Span = Span.DAY) -> windows.Window:
    return windows.window(cast.corp, kind, day(number), today=TODAY)


def key(metric: Metric = NEW, dim: Dim = Dim.CORP, ident: int = 0, detail: int = 0) -> Key:
    return Key(dim, metric, ident, detail)


def store(cast: Cast, found: Any, *metrics: Metric, window: windows.Window | None = None) -> int:
    how: Any = {"metrics": metrics or (NEW,), "found": found}
    return storing.store(corp_id=cast.corp.pk, window=window or span(cast), **how)


def stands(cast: Cast) -> dict[Any, Any]:
    """(metric, dim, ident, detail) → numbers, of the day alone."""
    rows = model.stored(cast.corp)
    return {key[2:]: pair for key, pair in rows.items() if key[:2] == (Span.DAY, day(3))}


class TestStore:
    def test_new_rows_are_written_with_their_two_numbers(self, cast: Cast) -> None:
        found = {key(): (3, 2), key(dim=Dim.EMPLOYEE, ident=cast.owner.pk): (3, 2)}
        assert store(cast, found) == 2
        assert stands(cast) == {tuple(which): pair for which, pair in found.items()}

    def test_the_same_again_writes_nothing_and_leaves_the_ids(self, cast: Cast, django_assert_num_queries: Any) -> None:
        store(cast, {key(): (3, 2)})
        before = model.in_full()
        with django_assert_num_queries(3):
            # A savepoint, a look and its release.
            assert store(cast, {key(): (3, 2)}) == 0
        assert model.in_full() == before

    @pytest.mark.parametrize("pair", [(4, 2), (3, 3), (0, 1)])
    def test_one_number_that_differs_is_written_over(self, cast: Cast, pair: tuple[int, int]) -> None:
        store(cast, {key(): (3, 2)})
        (row,) = model.in_full()
        assert store(cast, {key(): pair}) == 1
        assert stands(cast) == {tuple(key()): pair}
        assert model.in_full()[0][0] == row[0]

    def test_what_is_not_found_any_more_is_gone(self, cast: Cast) -> None:
        store(cast, {key(): (3, 2), key(ident=7, dim=Dim.CHANNEL): (1, 1)})
        assert store(cast, {key(): (3, 2)}) == 1
        assert store(cast, {}) == 1
        assert not DailyStat.objects.exists()

    def test_metrics_that_were_not_counted_stay(self, cast: Cast) -> None:
        store(cast, {key(): (3, 2), key(LOST): (1, 1)}, NEW, LOST)
        assert store(cast, {}, NEW) == 1
        assert stands(cast) == {tuple(key(LOST)): (1, 1)}

    def test_other_days_weeks_and_companies_stay(self, cast: Cast) -> None:
        windows_of = [span(cast), span(cast, 4), span(cast, 3, Span.WEEK), span(cast, 3, Span.MONTH)]
        for one in windows_of:
            store(cast, {key(): (3, 2)}, window=one)
        storing.store(corp_id=cast.other_corp.pk, window=span(cast), metrics=(NEW,), found={key(): (9, 9)})
        assert store(cast, {}) == 1
        kept = {(row.corp_id, row.span, row.day) for row in DailyStat.objects.all()}
        assert kept == {
            (cast.corp.pk, Span.DAY, day(4)),
            (cast.corp.pk, Span.WEEK, dt.date(2026, 3, 2)),
            (cast.corp.pk, Span.MONTH, dt.date(2026, 3, 1)),
            (cast.other_corp.pk, Span.DAY, day(3)),
        }

    def test_details_and_the_unknown_channel_are_rows_of_their_own(self, cast: Cast) -> None:
        found = {key(Metric.KEPT, detail=n): (n, n) for n in (7, 30)}
        found |= {key(Metric.KEPT, Dim.CHANNEL, ident, 7): (1, 1) for ident in (-1, 0, 5)}
        assert store(cast, found, Metric.KEPT) == 5
        assert stands(cast) == {tuple(which): pair for which, pair in found.items()}

    def test_very_many_are_written_in_bounded_statements(self, cast: Cast) -> None:
        found = {key(Metric.TAGGED, detail=n): (n, n) for n in range(1, 6001)}
        assert store(cast, found, Metric.TAGGED) == 6000
        assert store(cast, found | {key(Metric.TAGGED, detail=17): (1, 1)}, Metric.TAGGED) == 1
        assert store(cast, {}, Metric.TAGGED) == 6000

    def test_large_numbers_fit(self, cast: Cast) -> None:
        store(cast, {key(Metric.TALK_MESSAGES): (10**12, 10**10)}, Metric.TALK_MESSAGES)
        assert stands(cast) == {tuple(key(Metric.TALK_MESSAGES)): (10**12, 10**10)}

    def test_one_who_counted_the_same_meanwhile_is_no_conflict(self, cast: Cast, monkeypatch: Any) -> None:
        real = storing.insert_many

        def overtaken(table: str, columns: Any, values: Any, tail: str) -> None:
            # Another worker has stored the day between our look and our writing.
            real(table, columns, [(*row[:-2], 9, 9) for row in values], tail)
            real(table, columns, values, tail)

        monkeypatch.setattr(storing, "insert_many", overtaken)
        assert store(cast, {key(): (3, 2)}) == 1
        assert stands(cast) == {tuple(key()): (3, 2)}


class TestMark:
    def marks(self) -> list[tuple[Any, ...]]:
        return list(StatWindow.objects.order_by("span", "day").values_list("span", "day", "final"))

    def test_a_span_has_one_mark_whatever_the_number_of_counts(self, world: World) -> None:
        window = span(world.cast)
        storing.mark(corp_id=world.corp.pk, window=window, final=False)
        first = StatWindow.objects.get()
        world.at(day(21))
        storing.mark(corp_id=world.corp.pk, window=window, final=True)
        second = StatWindow.objects.get()
        assert (second.pk, second.final, second.computed_at) == (first.pk, True, world.moment)
        assert second.computed_at > first.computed_at

    def test_days_weeks_months_and_companies_each_have_their_own(self, world: World) -> None:
        cast = world.cast
        for kind in Span:
            storing.mark(corp_id=cast.corp.pk, window=span(cast, 3, kind), final=False)
        storing.mark(corp_id=cast.other_corp.pk, window=span(cast), final=True)
        assert sorted(self.marks()) == sorted(
            [
                (Span.DAY, day(3), False),
                (Span.DAY, day(3), True),
                (Span.WEEK, day(1), False),
                (Span.MONTH, day(0), False),
            ]
        )

    def test_rows_and_marks_say_what_they_are(self, world: World) -> None:
        storing.mark(corp_id=world.corp.pk, window=span(world.cast), final=False)
        store(world.cast, {key(): (3, 2)})
        assert str(DailyStat.objects.get()) == "2026-03-04 · NEW · 3"
        assert str(StatWindow.objects.get()).endswith(" · 2026-03-04")
