"""The small pieces that the facts are put together from, without a database; and the docs' table against the code's."""

import re
from pathlib import Path

import pytest

from insights.choices import ChurnLevel
from insights.churn import telling
from insights.churn.crowds import Crowd
from insights.churn.known import Facts
from insights.churn.levels import Thresholds
from insights.churn.model import judge
from insights.churn.report import Report
from insights.churn.stays import Stay
from insights.churn.table import BASE, CODES, TABLE
from insights.churn.talks import Talk, of_pair
from tests.customers.mirroring.readings import day

DOCS = Path("docs/churn.md").read_text()


def stay(began: float, ended: float | None = None) -> Stay:
    return Stay(1, 7, day(began), None if ended is None else day(ended), None)


class TestStay:
    @pytest.mark.parametrize(
        ("ended", "at", "lives"), [(None, 5, True), (6, 5, True), (5, 5, False), (4, 5, False), (None, 9999, True)]
    )
    def test_it_lives_until_the_moment_of_its_end(self, ended: float | None, at: float, lives: bool) -> None:
        assert stay(1, ended).lives(day(at)) is lives


class TestTalk:
    def test_nobodys_work_is_added_to_the_employees(self) -> None:
        talks = {(1, 7): Talk(2, 3, day(5)), (1, None): Talk(1, 1, day(9)), (1, 8): Talk(50, 50, day(99))}
        assert of_pair(talks, 1, 7) == Talk(3, 4, day(9))

    def test_one_of_the_two_is_enough(self) -> None:
        assert of_pair({(1, 7): Talk(2, 3, day(5))}, 1, 7) == Talk(2, 3, day(5))
        assert of_pair({(1, None): Talk(2, 3, day(5))}, 1, 7) == Talk(2, 3, day(5))

    def test_none_is_nothing(self) -> None:
        assert of_pair({}, 1, 7) == Talk(0, 0, None)
        assert of_pair({(2, 7): Talk(2, 3, day(5))}, 1, 7) == Talk()

    def test_who_is_in_no_chat_is_an_empty_crowd(self) -> None:
        assert Crowd() == (0, 0, None)


class TestLevels:
    @pytest.mark.parametrize("watch", [1, 30, 99])
    def test_every_score_has_one_and_they_rise(self, watch: int) -> None:
        limits, order = Thresholds(watch, watch + 1), list(ChurnLevel)
        found = [order.index(limits.level(score)) for score in range(101)]
        assert found == sorted(found)
        assert found.count(order.index(ChurnLevel.WATCH)) == 1
        assert (found[0], found[-1]) == (0, 2)


class TestDocs:
    """Who adds a score up by the documentation gets what the code gives."""

    def test_they_name_the_beginning(self) -> None:
        assert f"Everybody begins with {BASE}." in DOCS

    def test_there_is_a_line_for_each_factor(self) -> None:
        assert len(lines()) == len(TABLE)

    @pytest.mark.parametrize("place", range(len(TABLE)), ids=CODES)
    def test_each_line_has_the_points_of_the_code(self, place: int) -> None:
        given = [points for _least, points in TABLE[place].steps]
        told = [int(number.replace("−", "-")) for number in re.findall(r": ([+−]?\d+)", lines()[place])]
        # A step that gives nothing may go without saying.
        assert told in (given, [points for points in given if points])

    @pytest.mark.parametrize("place", range(len(TABLE)), ids=CODES)
    def test_each_line_has_the_steps_of_the_code(self, place: int) -> None:
        least = {str(number) for number, points in TABLE[place].steps if points and number}
        told = set(re.findall(r"\d+", lines()[place].replace("+", "")))
        # What is below a step is told as "up to" or "under".
        assert all(number in told for number in least), (least, told)

    def test_they_name_the_usual_thresholds(self) -> None:
        assert f"From {Thresholds().watch} on" in DOCS
        assert f"from {Thresholds().high} *high*" in DOCS


class TestSums:
    @pytest.mark.parametrize(
        ("known", "score"),
        [
            # A friend of yesterday, of whom nothing else is known.
            (Facts(kept=1, silent=1), 20 - 10 + 15 + 10 + 5),
            # A year's friend who is talked to each week, in two groups, with tags.
            (Facts(kept=400, silent=3, recent=4, earlier=8, groups=2, tags=4), 0),
            # Somebody forgotten for half a year.
            (Facts(kept=180, silent=180, groups=1, tags=1), 20 + 30 + 10 - 5),
            # Talked to a lot, and then no more.
            (Facts(kept=200, silent=40, earlier=6, groups=1, tags=1), 20 + 15 - 10 + 10 - 5),
            # Back after having deleted us, and out of a group already.
            (Facts(kept=20, silent=12, groups_left=1, left_before=1, tags=0), 20 + 10 + 10 + 5 + 10 + 15 + 5),
        ],
    )
    def test_people_as_one_knows_them(self, known: Facts, score: int) -> None:
        assert judge(known).score == score

    def test_a_relation_that_nobody_touches_never_gets_safer_by_itself_within_the_first_quarter(self) -> None:
        scores = [judge(Facts(kept=n, silent=n)).score for n in range(91)]
        falls = [n for n in range(1, 91) if scores[n] < scores[n - 1]]
        # Only where a week and a month of staying are behind them without the silence having grown a step.
        assert falls == [31]
        assert scores[90] > scores[0]


class TestTelling:
    def test_every_line_is_as_wide_as_a_terminal_at_most(self) -> None:
        report = Report(Thresholds(), days=365)
        for score in range(101):
            report.seen[score], report.gone[score] = 9_999_999, 1_234_567
        assert max(map(len, telling.lines(report))) <= 80

    def test_a_report_of_a_million_holds_two_hundred_numbers(self) -> None:
        report = Report(Thresholds())
        for n in range(10_000):
            report.add(n % 101, lost=n % 7 == 0)
        assert (len(report.seen), len(report.gone), report.relations) == (101, 101, 10_000)
        assert report.losses == len(range(0, 10_000, 7))


def lines() -> list[str]:
    """The second column of the points' table."""
    rows = [line for line in DOCS.split("## Levels")[0].splitlines() if line.startswith("| ")]
    return [row.split(" | ")[1] for row in rows[2:]]
