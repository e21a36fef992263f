"""A forecast is told where the past shows that it is better than "as before", and nowhere else."""

import random
from statistics import mean
from typing import Any

import pytest

from insights.stats.forecasting import backtest, methods
from insights.stats.forecasting.backtest import LEAST, MARGIN, forecast
from insights.stats.forecasting.methods import HORIZON, SMOOTHINGS, WEEK, Smoothing, naive, seasonal_naive, summed

WEEKDAYS = (2, 3, 1, 0, 4, -12, -15)


def weekly(seed: int, days: int, slope: float = 0.0, noise: float = 5.0) -> tuple[int, ...]:
    """New customers of a company that works on weekdays."""
    dice = random.Random(seed)
    return tuple(max(0, round(40 + slope * n + WEEKDAYS[n % WEEK] + dice.gauss(0, noise))) for n in range(days))


def walk(seed: int, days: int) -> tuple[int, ...]:
    """What nobody can foretell better than "as it is"."""
    dice, at, found = random.Random(seed), 500, []
    for _n in range(days):
        at += dice.choice((-3, -2, -1, 1, 2, 3))
        found.append(at)
    return tuple(found)


def totals(moves: Any, first: int = 1000) -> tuple[int, ...]:
    found = [first]
    for move in moves:
        found.append(found[-1] + move)
    return tuple(found)


class TestMethods:
    def test_the_naive_ones_say_the_last_day_and_the_last_week_again(self) -> None:
        curve = tuple(range(30))
        assert naive(curve, [20])[20] == [19] * HORIZON
        assert seasonal_naive(curve, [20])[20] == [13, 14, 15, 16, 17, 18, 19] * 4

    @pytest.mark.parametrize("smoothing", SMOOTHINGS)
    def test_a_rhythm_without_noise_is_continued_exactly(self, smoothing: Smoothing) -> None:
        curve = tuple(40 + WEEKDAYS[n % WEEK] for n in range(70))
        expected = [40 + WEEKDAYS[n % WEEK] for n in range(65, 65 + HORIZON)]
        assert smoothing(curve, [65])[65] == pytest.approx(expected)

    def test_an_origin_knows_nothing_of_the_days_behind_it(self) -> None:
        curve = weekly(1, 100)
        for method in (naive, seasonal_naive, *SMOOTHINGS, summed(SMOOTHINGS[3])):
            changed = (*curve[:80], *(9999 for _n in range(20)))
            assert method(curve, [60, 80]) == method(changed, [60, 80])

    def test_a_trend_runs_out_instead_of_going_on_for_ever(self) -> None:
        ahead = Smoothing(0.4, 0.05, 0.1)(tuple(10.0 * n for n in range(100)), [100])[100]
        steps = [later - earlier for earlier, later in zip(ahead, ahead[WEEK:], strict=False)]
        assert all(0 < later < earlier for earlier, later in zip(steps, steps[WEEK:], strict=False))

    def test_a_total_goes_on_from_where_it_stands_by_its_differences(self) -> None:
        assert summed(naive)((5, 7, 10), [3])[3] == [10 + 3 * (n + 1) for n in range(HORIZON)]


class TestVerdict:
    def test_a_company_with_a_rhythm_is_told_what_comes(self) -> None:
        curve = weekly(7, 300)
        verdict = forecast(curve[:-HORIZON])
        assert verdict.reason == ""
        assert verdict.error is not None and verdict.naive_error and verdict.seasonal_error
        assert verdict.error <= (1 - MARGIN) * min(verdict.naive_error, verdict.seasonal_error)
        # It is closer to what came, too.
        coming = curve[-HORIZON:]
        own = mean(abs(day.value - one) for day, one in zip(verdict.ahead, coming, strict=True))
        assert own < mean(abs(curve[-HORIZON - WEEK + n % WEEK] - one) for n, one in enumerate(coming))

    @pytest.mark.parametrize("curve", [walk(3, 300), (7,) * 300, (0,) * 300], ids=["walk", "constant", "nothing"])
    def test_what_nobody_can_foretell_is_not_told_but_both_errors_are(self, curve: tuple[int, ...]) -> None:
        verdict = forecast(curve)
        assert (verdict.reason, verdict.ahead, verdict.together) == ("not_better", [], None)
        assert None not in (verdict.error, verdict.naive_error, verdict.seasonal_error)

    def test_of_walks_hardly_one_looks_foretold(self) -> None:
        assert sum(not forecast(walk(seed, 260)).reason for seed in range(20)) <= 2

    def test_a_history_that_is_a_day_too_short_says_so(self) -> None:
        assert forecast(weekly(1, LEAST - 1)).reason == "history_short"
        assert forecast(weekly(1, LEAST)).reason != "history_short"

    def test_the_errors_are_the_mean_absolute_ones_over_the_judged_origins(self) -> None:
        curve = weekly(2, LEAST)
        judged = range(119, LEAST - HORIZON + 1)
        misses = [abs(curve[origin + step] - curve[origin - 1]) for origin in judged for step in range(HORIZON)]
        assert forecast(curve).naive_error == pytest.approx(mean(misses))

    def test_past_days_lay_within_the_range_as_often_as_it_says(self) -> None:
        within = []
        for seed in range(12):
            curve = weekly(seed, 240 + HORIZON)
            verdict = forecast(curve[:-HORIZON])
            within += [one.low <= day <= one.high for one, day in zip(verdict.ahead, curve[-HORIZON:], strict=True)]
        assert len(within) == 12 * HORIZON
        assert 0.7 < mean(within) < 0.92

    def test_a_total_is_told_by_its_differences_and_its_range_widens(self) -> None:
        verdict = forecast(totals(one - 25 for one in weekly(4, 300)), total=True)
        assert (verdict.reason, verdict.together) == ("", None)
        widths = [day.high - day.low for day in verdict.ahead]
        assert widths[-1] > 2 * widths[0]

    def test_there_is_never_less_than_nobody_but_a_net_loss_there_is(self) -> None:
        dice = random.Random(5)
        few = tuple(dice.choice((1, 2, 3)) if n % WEEK < 5 else 0 for n in range(300))
        ahead = forecast(few).ahead
        assert len(ahead) == HORIZON and min(day.low for day in ahead) == 0
        assert all(0 <= day.low <= day.value <= day.high for day in ahead)
        losing = tuple(one - 60 for one in weekly(6, 300))
        assert max(day.high for day in forecast(losing, signed=True).ahead) < 0

    def test_the_same_curve_gives_the_same_numbers(self) -> None:
        first = forecast(weekly(9, 250))
        backtest.forecast.cache_clear()
        assert forecast(weekly(9, 250)) == first
        assert len(first.ahead) == methods.HORIZON
