"""What the bench measures of statistics and profiles is what the service counts and shows, and makes the verdict."""

import io
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bench import (
    behind,
    clock,
    counting,
    days,
    fill,
    gates,
    past,
    past_chats,
    past_stays,
    report,
    reports,
    stats,
    timelines,
)
from corps.models import Corp
from customers.models import Customer, FollowRelation, RelationEpisode
from insights.models import DailyStat, Loss, StatWindow
from insights.stats import computing, windows
from insights.stats.families import BEGUN, ENDED
from insights.stats.terms import Dim, Span
from tests.bench.test_rules import everything

MYSQL = pytest.mark.skipif(connection.vendor != "mysql", reason="the bench measures MySQL")


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    for name, value in {"FAT": 20, "EACH": 1}.items():
        monkeypatch.setattr(timelines, name, value)
    monkeypatch.setattr(counting, "CALLS", 1)
    monkeypatch.setattr(past_chats, "TALKED", 2)
    return fill.fill(60, say=lambda _text: None)


def printed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    counting.main(arguments)
    return json.loads(out.getvalue().splitlines()[-1])


def test_each_relation_has_a_past_that_is_written_once(corp: Corp) -> None:
    past.fill(corp)
    stays = RelationEpisode.objects.of_corp(corp.pk)
    assert set(stays.values_list("customer", "employee")) == set(
        FollowRelation.objects.values_list("customer", "employee")
    )
    assert 0 < stays.exclude(ended_at=None).count() == Loss.objects.count() < stays.count() / past_stays.AGAIN
    assert all(stay.began_at < clock.END for stay in stays)
    before = everything()
    past.fill(corp)
    assert everything() == before


def test_a_day_is_measured_with_the_queries_that_it_is_counted_by(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    found = printed(monkeypatch, "day")
    assert found["rows"] == DailyStat.objects.count() > 0
    # Beside these who is active, in four dimensions; it goes by rows that are laid ready and taken away again.
    assert found["queries"] == sum(len(family.dims) for family in computing.FAMILIES) + 4 + 2
    assert all(found[name] > 0 for name in ("first", "again", "sql"))
    assert {"relation_episode", "follow_up", "employee_talk_figures"} <= set(found["tables"])


def test_a_rebuild_counts_so_many_days(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    found = printed(monkeypatch, "rebuild", "3")
    assert StatWindow.objects.filter(span=Span.DAY).count() == found["days"] == 3
    assert found["rows"] == DailyStat.objects.filter(span=Span.DAY).count() > 0


@MYSQL
def test_the_years_of_a_day_are_those_that_are_counted(corp: Corp) -> None:
    past.fill(corp)
    moves = [one.metric for family in (BEGUN, ENDED) for one in family.counts]
    with clock.stands():
        days.fill(corp)
        today = windows.today_of(corp)
        day = DailyStat.objects.filter(metric__in=moves, dim=Dim.EMPLOYEE).latest("day").day
        rows = DailyStat.objects.filter(day=day, metric__in=moves).order_by("metric", "dim", "ident")
        numbers = ("metric", "dim", "ident", "detail", "relations", "people")
        written = list(rows.values_list(*numbers))
        assert written
        computing.compute(corp=corp, span=Span.DAY, day=day, today=today)
        assert list(rows.filter(span=Span.DAY).values_list(*numbers)) == written


def test_answers_are_the_reports_and_read_no_table_of_customers(corp: Corp, one_connection: None) -> None:
    fat = Customer.objects.order_by("pk")[0].pk
    with clock.stands():
        calls = reports.answers(corp, fat)
        assert len(calls) == 2 * len(reports.REPORTS) + len(reports.LONG) + 3
        # The console's last: Django's client gives the connections back to the requests.
        costs = {name: reports.weighed(calls[name]) for name in ("REST growth", "REST profile", "console employees")}
    assert costs["REST growth"]["tables"] == costs["console employees"]["tables"] == []
    assert "timeline_entry" in costs["REST profile"]["tables"]
    assert all(0 < one["statements"] <= 8 for one in costs.values())


def test_lists_are_those_that_numbers_lead_to(corp: Corp, one_connection: None) -> None:
    past.fill(corp)
    with clock.stands():
        look = reports.visitor.console(corp)
        found = {name: url for name, length, url in behind.lists(corp) if length == 1}
        for name in ("total of one with few customers", "lost of the company", "new of unknown states"):
            assert look(found[name])
    assert len(found) == 8 * len(behind.NUMBERS) + 3


@pytest.mark.parametrize(
    ("step", "whole"),
    [
        ({"table": "customer", "type": "ALL", "rows": 1_000_000, "Extra": ""}, True),
        ({"table": "customer", "type": "range", "rows": 30_000, "Extra": "Using where; Using filesort"}, True),
        ({"table": "customer", "type": "range", "rows": 300, "Extra": "Using filesort"}, False),
        ({"table": "customer", "type": "range", "rows": 30_000, "Extra": None}, False),
    ],
)
def test_read_whole_is_what_is_scanned_or_sorted(step: dict[str, Any], whole: bool) -> None:
    assert bool(behind._whole(step)) is whole


def answer(large: float = 1.0, small: float = 1.0, statements: int = 4, *tables: str) -> dict[str, Any]:
    return {"statements": statements, "all": 9, "tables": tables, "bytes": 1, "large": large, "small": small}


FOUND: dict[str, Any] = {
    "day": {
        "first": 30.0,
        "again": 24.0,
        "sql": 20.0,
        "rows": 7,
        "queries": 2,
        "tables": {"tag": 9.0, "customer": 11.0},
    },
    "rebuilds": [{"days": 30, "s": 3.0, "grown_mb": 1.0}, {"days": 60, "s": 6.6, "grown_mb": 12.0}],
    "answers": {
        "REST growth": answer(1.1),
        "console home": answer(1.0, 1.0, 9, "customer"),
        "REST profile": answer(9.0, 1.0, 2, "customer"),
        "console profile": answer(9.0, 1.0, 12, "customer"),
    },
    "lists": {"new of all, 1 days": {"ms": 3.0, "rows": 8, "whole": ["8 rows read"]}},
}


def test_the_verdict_takes_the_worst_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    found = FOUND | {"shown": stats._shown(FOUND), "gates": stats._gates(FOUND)}
    judged = {v.gate.what: (v.value, v.word) for v in gates.judge({"stats": found}) if v.gate.workload == "stats"}
    assert judged == {
        "statements of a profile": (2, "aim"),
        "one day / its queries in raw SQL": (1.5, "gate"),
        "rebuild, memory it grows by, MB": (12.0, "gate"),
        "rebuild, a day of many / a day of 30": (pytest.approx(1.1), "aim"),
        "statements of an answer, most": (9, "FAILED"),
        "tables of customers read by a report": (0, "aim"),
        "an answer / at 100,000, most": (1.1, "aim"),
        "lists behind a number that read a table whole": (1, "FAILED"),
    }
    body = report._body({"stats": found, "customers": {}}, [])
    assert "| REST growth (4 statements): ms; at 100,000 | 1.1; 1.0 |" in body
    assert "| read whole behind new of all, 1 days | 8 rows read |" in body


def test_both_sizes_are_asked_in_turn_and_the_quickest_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    @contextmanager
    def side(size: str, _env: Any, _folder: Path) -> Any:
        yield size

    def told(size: Any, _name: str) -> str:
        asked.append(size)
        return str(len(asked))

    monkeypatch.setattr(stats, "_side", side)
    monkeypatch.setattr(stats, "_line", lambda _side: json.dumps({"growth": {"statements": 4}}))
    monkeypatch.setattr(stats, "_asked", told)
    found = stats.in_turn({"large": {}, "small": {}}, tmp_path)
    assert found == {"growth": {"statements": 4, "large": 1.0, "small": 2.0}}
    assert asked == ["large", "small"] * stats.TURNS
