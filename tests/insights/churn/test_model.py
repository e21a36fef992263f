"""The points of the model: what adds to a score, what takes from it, and which reasons are named."""

import random
from dataclasses import fields, replace
from typing import Any

import pytest

from insights.churn import model
from insights.churn.known import Facts
from insights.churn.model import Reason, judge
from insights.churn.table import BASE, CODES, TABLE

# Nothing that gives or takes a point.
PLAIN = Facts(kept=100, silent=10, recent=0, earlier=0, groups=1, tags=1)


def points(code: str, number: int) -> int:
    return next(factor for factor in TABLE if factor.code == code).points(number)


def some(dice: random.Random) -> Facts:
    kept = dice.randrange(800)
    return Facts(
        kept=kept,
        silent=dice.randint(0, kept),
        recent=dice.randrange(5),
        earlier=dice.randrange(8),
        groups=dice.randrange(5),
        groups_left=dice.randrange(4),
        left_before=dice.randrange(4),
        colleagues=dice.randrange(3),
        tags=dice.choice([None, 0, 1, 2, 5]),
    )


class TestTable:
    @pytest.mark.parametrize(
        ("code", "number", "wanted"),
        [
            ("silent", 0, -10),
            ("silent", 7, -10),
            ("silent", 8, 0),
            ("silent", 13, 0),
            ("silent", 14, 5),
            ("silent", 30, 15),
            ("silent", 60, 25),
            ("silent", 89, 25),
            ("silent", 90, 30),
            ("silent", 4000, 30),
            ("kept", 0, 15),
            ("kept", 7, 15),
            ("kept", 8, 10),
            ("kept", 31, 5),
            ("kept", 91, 0),
            ("kept", 364, 0),
            ("kept", 365, -10),
            ("contacts", 0, 10),
            ("contacts", 2, 0),
            ("contacts", 3, -5),
            ("contacts", 6, -10),
            ("pace", 0, 10),
            ("pace", 49, 10),
            ("pace", 50, 0),
            ("pace", 149, 0),
            ("pace", 150, -5),
            ("groups", 0, 5),
            ("groups", 1, -5),
            ("groups", 3, -10),
            ("groups_left", 0, 0),
            ("groups_left", 1, 10),
            ("groups_left", 2, 15),
            ("left_before", 0, 0),
            ("left_before", 1, 15),
            ("left_before", 2, 20),
            ("colleagues", 0, 0),
            ("colleagues", 9, -5),
            ("tags", 0, 5),
            ("tags", 1, 0),
            ("tags", 3, -5),
        ],
    )
    def test_a_number_gives_the_points_of_the_last_step_it_reaches(self, code: str, number: int, wanted: int) -> None:
        assert points(code, number) == wanted

    def test_a_number_below_the_first_step_gives_nothing(self) -> None:
        assert points("silent", -3) == 0

    @pytest.mark.parametrize("factor", TABLE, ids=CODES)
    def test_steps_rise_and_points_go_one_way(self, factor: Any) -> None:
        numbers, given = zip(*factor.steps, strict=True)
        assert list(numbers) == sorted(set(numbers))
        assert list(given) in (sorted(given), sorted(given, reverse=True))

    def test_every_fact_is_read_by_some_factor(self) -> None:
        read = set()
        for name in (field.name for field in fields(Facts)):
            for least, most in [(0, 50), (1, 400), (2, 1)]:
                before, after = (replace(replace(PLAIN, earlier=4), **{name: value}) for value in (least, most))
                if judge(before) != judge(after):
                    read.add(name)
        assert read == {field.name for field in fields(Facts)}


class TestScore:
    def test_it_is_the_base_and_the_points_of_each_line(self) -> None:
        known = Facts(kept=40, silent=35, recent=0, earlier=2, groups=0, groups_left=1, left_before=1, tags=0)
        # Silence, a friend for 40 days, two follow-ups, pace, no group, one left, left before, no tag.
        assert judge(known).score == BASE + 15 + 5 + 0 + 10 + 5 + 10 + 15 + 5

    def test_what_is_not_known_gives_nothing(self) -> None:
        without = judge(replace(PLAIN, tags=None))
        assert without.score == judge(replace(PLAIN, tags=1)).score
        assert "tags" not in {reason.code for reason in without.reasons}

    def test_there_is_no_pace_where_nothing_was_before(self) -> None:
        assert judge(replace(PLAIN, recent=2, earlier=0)).score == judge(replace(PLAIN, recent=2, earlier=3)).score + 5
        assert "pace" not in {reason.code for reason in judge(replace(PLAIN, recent=3)).reasons}

    def test_it_ends_at_100_and_at_0(self) -> None:
        worst = Facts(kept=95, silent=95, earlier=0, groups_left=2, left_before=2, tags=0)
        assert judge(worst).score == 100
        assert sum(reason.points for reason in judge(worst).reasons) < 100
        best = Facts(kept=900, silent=0, recent=9, earlier=9, groups=4, colleagues=2, tags=8)
        assert judge(best).score == 0

    def test_silence_alone_is_watched_and_not_high(self) -> None:
        # A company that writes no follow-ups here would otherwise see everybody in danger.
        asleep = judge(Facts(kept=200, silent=200, tags=0)).score
        assert 50 <= asleep < 75
        assert judge(Facts(kept=200, silent=200, tags=0, groups_left=1)).score >= 75

    def test_who_was_added_today_is_not_in_danger(self) -> None:
        assert judge(Facts(kept=0, silent=0, tags=0)).score < 50


class TestDirections:
    """Whatever else is known, more of this never makes a score go the wrong way."""

    @pytest.mark.parametrize("name", ["silent", "groups_left", "left_before"])
    def test_more_of_it_never_lowers_the_score(self, name: str) -> None:
        dice = random.Random(1)
        for _n in range(400):
            known = some(dice)
            more = replace(known, **{name: getattr(known, name) + dice.randint(1, 60)})
            assert judge(more).score >= judge(known).score, (known, more)

    @pytest.mark.parametrize("name", ["kept", "recent", "groups", "colleagues", "tags"])
    def test_more_of_it_never_raises_the_score(self, name: str) -> None:
        dice = random.Random(2)
        for _n in range(400):
            known = replace(some(dice), tags=dice.randrange(5))
            more = replace(known, **{name: getattr(known, name) + dice.randint(1, 60)})
            assert judge(more).score <= judge(known).score, (known, more)

    def test_it_is_always_between_0_and_100_with_three_reasons_at_most(self) -> None:
        dice = random.Random(3)
        for _n in range(400):
            verdict = judge(some(dice))
            assert 0 <= verdict.score <= 100
            assert len(verdict.reasons) <= model.REASONS

    def test_the_same_facts_have_the_same_verdict(self) -> None:
        assert judge(some(random.Random(4))) == judge(some(random.Random(4)))


class TestReasons:
    def test_the_weightiest_come_first_with_their_numbers(self) -> None:
        verdict = judge(Facts(kept=100, silent=95, groups=1, groups_left=2, left_before=2, tags=1))
        assert verdict.reasons == (
            Reason("silent", 95, 30),
            Reason("left_before", 2, 20),
            Reason("groups_left", 2, 15),
        )

    def test_of_equal_weight_those_for_leaving_come_first(self) -> None:
        verdict = judge(Facts(kept=400, silent=3, recent=0, groups=1, tags=1))
        assert [(reason.code, reason.points) for reason in verdict.reasons] == [
            ("contacts", 10),
            ("silent", -10),
            ("kept", -10),
        ]

    def test_what_gives_no_point_is_no_reason(self) -> None:
        assert [reason.code for reason in judge(replace(PLAIN, recent=1, earlier=1)).reasons] == ["pace", "groups"]
        assert all(reason.points for n in range(99) for reason in judge(some(random.Random(n))).reasons)
