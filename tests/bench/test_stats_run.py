"""How the parts about statistics are run: each in a process of its own, answers of both sizes in turn."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import counting, parts, reports, run, stats, visitor, within
from corps.models import Corp
from tests.bench.test_stats import FOUND, corp

__all__ = ["corp"]


@pytest.mark.parametrize("part", ["behind", "counting", "reports"])
def test_each_can_be_run_within_the_service(part: str) -> None:
    assert part in within.PARTS


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT a FROM `customer` WHERE b IN (SELECT c FROM `follow_up`)", {"customer", "follow_up"}),
        ('SELECT a FROM "customer" JOIN "tag" ON 1', {"customer", "tag"}),
        ("SELECT a FROM customer c JOIN (SELECT b FROM tag) t", {"customer", "tag"}),
        ("UPDATE `customer` SET a = 1", {"customer"}),
        ("INSERT INTO outbox_event (a) VALUES (1)", {"outbox_event"}),
        ("SAVEPOINT s1", set()),
    ],
)
def test_the_tables_of_a_statement_are_known_however_they_are_quoted(sql: str, named: set[str]) -> None:
    assert visitor.tables(sql) == named


def test_finding_out_who_asks_is_no_statement_of_an_answer() -> None:
    asked = ["SELECT a FROM `daily_stat`", "SELECT b FROM `corp`"]
    who = ["SELECT a FROM `django_session`", "SELECT a FROM `console_user`", "SELECT a FROM api_key k", "BEGIN"]
    assert visitor.own([*who, *asked]) == asked


def test_a_page_that_is_refused_ends_the_run(corp: Corp, one_connection: None) -> None:
    look = visitor.console(corp)
    with pytest.raises(SystemExit, match="404"):
        look("/admin/insights/dailystat/behind/nothing/here/")


def test_costs_are_told_first_then_each_call_is_timed_as_it_is_named(
    corp: Corp, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    calls = {name: (lambda name=name: made.append(name) or b"four") for name in ("growth", "funnel")}
    monkeypatch.setattr(reports, "answers", lambda _corp, _fat: calls)
    for name in ("past", "days"):
        monkeypatch.setattr(reports, name, SimpleNamespace(fill=lambda _corp: None))
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stdin", io.StringIO("funnel\ngrowth\nfunnel\n"))
    reports.main([])
    costs, *times = out.getvalue().splitlines()
    assert json.loads(costs)["growth"] == {"statements": 0, "all": 0, "tables": [], "bytes": 4}
    assert [float(ms) >= 0 for ms in times] == [True] * 3
    # Each once to warm up and once to be weighed.
    assert made[4:] == ["funnel"] * reports.CALLS + ["growth"] * reports.CALLS + ["funnel"] * reports.CALLS


def test_the_table_of_a_query_is_what_it_reads_first() -> None:
    assert counting._table("SELECT 0 AS ident FROM tag g JOIN customer_tag_relation r ON 1 GROUP BY ident") == "tag"


def test_a_rebuild_is_of_the_small_size_and_lists_are_of_the_large(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, ...]] = []

    def answered(part: str, *arguments: str, env: Any, folder: Path) -> Any:
        assert env["OTP_REQUIRED"] == "0"
        asked.append((env["SIZE"], part, *arguments))
        if part == "behind":
            return FOUND["lists"]
        return FOUND["day"] if arguments[0] == "day" else FOUND["rebuilds"][len(asked) % 2]

    monkeypatch.setattr(subprocess, "run", lambda *_args, **_named: None)
    monkeypatch.setattr(parts, "answer", answered)
    monkeypatch.setattr(stats, "in_turn", lambda _both, _folder: FOUND["answers"])
    found = stats.figures({"SIZE": "large"}, {"SIZE": "small"}, tmp_path, days=365)
    assert asked == [
        ("large", "counting", "day"),
        ("small", "counting", "rebuild", "30"),
        ("small", "counting", "rebuild", "365"),
        ("large", "behind"),
    ]
    assert {"gates", "shown"} <= set(found)


def test_an_answerer_that_ends_ends_the_run() -> None:
    with pytest.raises(SystemExit, match="see its log"):
        stats._line(SimpleNamespace(stdout=io.StringIO("")))  # type: ignore[arg-type]


def test_both_databases_are_asked_for_whatever_sizes_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[tuple[str, int]] = []
    monkeypatch.setattr(run, "ensure_filled", lambda url, count: filled.append((url, count)) or url)
    monkeypatch.setattr(run.targets, "production", lambda schema, *_args, **_named: {"DATABASE_URL": schema})
    monkeypatch.setattr(run.stats, "figures", lambda large, small, _folder, *, days: (large, small, days))
    options: Any = SimpleNamespace(server="mysql://root@h/", folder=Path(), redis_db=8, vhost="v", days=120)
    large, small, days = run._of_both(options)  # type: ignore[misc]
    assert (large["DATABASE_URL"], small["DATABASE_URL"], days) == (  # type: ignore[index]
        "mysql://root@h/bench_1m",
        "mysql://root@h/bench_100k",
        120,
    )
    assert [count for _url, count in filled] == [1_000_000, 100_000]
