"""The reports against the record itself: any days, weeks or months, of anybody, asked over REST."""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from core.time import day_range
from insights.stats import windows
from insights.stats.terms import KEPT_AFTER, Span
from insights.stats.words import MOVES
from tests import api
from tests.insights.stats import model
from tests.insights.stats.model import Stay
from tests.insights.stats.world import FIRST, World, day

URL = "/api/v1/stats"
NAMES = ["wmA", "wmB", "wmC", "wmD"]
LAST = 19
ENDS = {"lostByEmployee": 2, "lostByCustomer": 3, "lostUnknown": None, "transferred": 4}
Pair = dict[str, Any]


@pytest.fixture
def history(world: World) -> World:
    """Forty random acts in three weeks; the same in each test."""
    dice = random.Random(11)
    for _n in range(40):
        at, who, employee = dice.randrange(LAST * 24) / 24, dice.choice(NAMES), dice.choice(world.people)
        if dice.random() < 0.6:
            world.begin(at, who, employee, state=dice.choice(["", "expo", "unheard"]))
        else:
            world.end(at, dice.choice(["employee", "customer", "transfer"]), who, employee)
    world.at(day(LAST + 1))
    world.recalled(day(-30), day(LAST))
    return world


def get(world: World, where: str, query: dict[str, Any]) -> Any:
    answer = api.client(world.corp).get(f"{URL}/{where}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pair(stays: Iterable[Stay]) -> Pair:
    some = list(stays)
    return {"relations": len(some), "people": len({stay.customer for stay in some})}


def plus(pairs: Iterable[Pair]) -> Pair:
    some = list(pairs)
    return {name: sum(one[name] for one in some) for name in ("relations", "people")}


class Hand:
    """Counts what a report should tell, from the stays of somebody."""

    def __init__(self, world: World, whose: Callable[[Stay], bool]) -> None:
        self.zone, self.all = world.corp.zone, model.stays(world.corp)
        self.mine = [stay for stay in self.all if whose(stay)]

    def within(self, first: dt.date, last: dt.date) -> Callable[[dt.datetime | None], bool]:
        start, end = day_range(first, self.zone)[0], day_range(last, self.zone)[1]
        return lambda moment: moment is not None and start <= moment < end

    def total(self, last: dt.date) -> Pair:
        end = day_range(last, self.zone)[1]
        return pair(stay for stay in self.mine if stay.lasts(end))

    def moves(self, first: dt.date, last: dt.date) -> dict[str, Pair]:
        inside = self.within(first, last)
        begun = [stay for stay in self.mine if inside(stay.began)]
        ended = [stay for stay in self.mine if inside(stay.ended)]
        told = {"new": pair(begun), "readded": pair(stay for stay in begun if self.again(stay))}
        told |= {"lost": pair(stay for stay in ended if stay.by != 4)}
        return told | {name: pair(stay for stay in ended if stay.by == how) for name, how in ENDS.items()}

    def again(self, stay: Stay) -> bool:
        same = (one for one in self.all if (one.customer, one.employee) == (stay.customer, stay.employee))
        return any(one.began < stay.began for one in same)


def scopes(world: World) -> dict[str, tuple[dict[str, int], Callable[[Stay], bool]]]:
    """What is asked for, and which stays are meant."""
    where = model.places(world.corp)
    sales, root = world.cast.department.pk, world.cast.department.parent_id or 0
    found: dict[str, tuple[dict[str, int], Callable[[Stay], bool]]] = {
        "company": ({}, lambda stay: True),
        "sales": ({"departmentId": sales}, lambda stay: sales in where.get(stay.employee, ())),
        "root": ({"departmentId": root}, lambda stay: root in where.get(stay.employee, ())),
        "both": ({"employeeId": world.both.pk}, lambda stay: stay.employee == world.both.pk),
        "loner": ({"employeeId": world.loner.pk}, lambda stay: stay.employee == world.loner.pk),
    }
    for name, ident in {"expo": world.channel.pk, "unheard": -1, "none": 0}.items():
        found[name] = ({"channelId": ident}, lambda stay, ident=ident: stay.channel == ident)
    return found


def test_growth_of_any_days_weeks_and_months_is_that_of_the_record(history: World) -> None:
    for name, (query, whose) in scopes(history).items():
        hand, dice = Hand(history, whose), random.Random(name)
        for by, span in (("day", Span.DAY), ("week", Span.WEEK), ("month", Span.MONTH), ("day", Span.DAY)):
            first = dice.randrange(LAST)
            last = dice.randrange(first, LAST + 1)
            answer = get(history, "growth", query | {"by": by, "fromDay": day(first), "toDay": day(last)})
            rows = answer["list"]
            assert [row["day"] for row in rows] == sorted(
                {windows.beginning(span, day(n)).isoformat() for n in range(first, last + 1)}
            )
            moves = []
            for row in rows:
                start = dt.date.fromisoformat(row["day"])
                until = min(windows.after(span, start) - model.DAY, day(LAST))
                expected = hand.moves(start, until)
                assert {key: row[key] for key in MOVES} == expected, (by, row["day"])
                assert row["total"] == hand.total(until)
                net = (
                    expected["new"]["relations"] - expected["lost"]["relations"] - expected["transferred"]["relations"]
                )
                before = hand.total(start - model.DAY)
                assert row["net"] == {"relations": net, "people": row["total"]["people"] - before["people"]}
                moves.append(expected)
            for key in MOVES:
                assert answer["sum"][key] == plus(row[key] for row in moves)


def test_the_spans_before_are_the_same_number_just_before(history: World) -> None:
    hand = Hand(history, lambda stay: True)
    for first, last in ((10, 14), (15, 19), (8, 8)):
        answer = get(history, "growth", {"fromDay": day(first), "toDay": day(last)})
        length = last - first + 1
        days = [day(n) for n in range(first - length, first)]
        for key in MOVES:
            assert answer["before"][key] == plus(hand.moves(one, one)[key] for one in days)
        assert answer["before"]["total"] == hand.total(days[-1])


def test_employees_are_told_as_each_of_them_is(history: World) -> None:
    answer = get(history, "employees", {"fromDay": day(5), "toDay": day(15), "sort": "lost"})
    ranks = [(-row["lost"]["relations"], row["employeeId"]) for row in answer["list"]]
    assert ranks == sorted(ranks)
    days = [day(n) for n in range(5, 16)]
    seen = {row["employeeId"]: row for row in answer["list"]}
    for person in history.people:
        hand = Hand(history, lambda stay, who=person.pk: stay.employee == who)  # type: ignore[misc]
        sums = {key: plus(hand.moves(one, one)[key] for one in days) for key in MOVES}
        if person.pk not in seen:
            assert not any(number for one in sums.values() for number in one.values())
            continue
        assert {key: seen[person.pk][key] for key in MOVES if key != "lostUnknown"} == {
            key: one for key, one in sums.items() if key != "lostUnknown"
        }
        assert seen[person.pk]["total"] == hand.total(day(15))


def test_channels_are_told_as_each_of_them_is(history: World) -> None:
    answer = get(history, "channels", {"fromDay": FIRST, "toDay": day(LAST)})
    days = [day(n) for n in range(LAST + 1)]
    for row in answer["list"]:
        ident = {"unknown": -1, "none": 0}.get(row["kind"], row["channelId"])
        hand = Hand(history, lambda stay, one=ident: stay.channel == one)  # type: ignore[misc]
        for key in ("new", "lost", "transferred", "readded"):
            assert row[key] == plus(hand.moves(one, one)[key] for one in days), (row["kind"], key)
        assert row["total"] == hand.total(day(LAST))
        assert [point["days"] for point in row["kept"]] == list(KEPT_AFTER)
        ripe = [one for one in days if one + 7 * model.DAY <= day(LAST)]
        assert row["kept"][0]["of"] == plus(hand.moves(one, one)["new"] for one in ripe)
        assert row["kept"][0]["stayed"] == plus(kept(hand, one) for one in ripe)


def test_retention_is_that_of_the_record(history: World) -> None:
    for query, whose in scopes(history).values():
        hand = Hand(history, whose)
        answer = get(history, "retention", query | {"fromDay": FIRST, "toDay": day(LAST)})
        (month,) = answer["list"]
        ripe = [day(n) for n in range(LAST - 6)]
        of, stayed = (
            plus(some) for some in ([hand.moves(one, one)["new"] for one in ripe], [kept(hand, d) for d in ripe])
        )
        point = month["kept"][0]
        assert (point["of"], point["stayed"]) == (of, stayed)
        assert point["rate"] == (round(stayed["relations"] / of["relations"], 4) if of["relations"] else None)
        assert month["new"] == plus(hand.moves(day(n), day(n))["new"] for n in range(LAST + 1))
        # Nobody has had a month yet.
        assert all(point["rate"] is None for point in month["kept"][1:])


def test_the_overview_is_the_growth_of_its_days(history: World) -> None:
    overview = get(history, "overview", {})
    for name, length in (("day", 1), ("week", 7)):
        growth = get(history, "growth", {"fromDay": day(LAST - length + 1), "toDay": day(LAST)})
        for side, told in (("now", growth["sum"]), ("before", growth["before"])):
            assert {key: overview[name][side][key] for key in ("total", *MOVES, "net")} == told


def kept(hand: Hand, on: dt.date) -> Pair:
    inside = hand.within(on, on)
    return pair(stay for stay in hand.mine if inside(stay.began) and stay.kept(7))
