"""What the bench asks of bitmaps and of SQL is the same question, and its figures make the table and the verdict."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bench import bitmaps, dataset, fill, gates, parts, segments, tree_forms, tree_questions
from corps.models import Corp
from customers.models import Customer
from segments.bitmaps import folding
from segments.conditions import parsing

FAME = {"common": (0, 1, 2), "rare": (20, 30, 3)}


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    for name, value in {"TREES": 12, "MANY": 5, "ONES": 2, "CALLS": 1, "SLOW_CALLS": 1, "FAME": FAME}.items():
        monkeypatch.setattr(bitmaps, name, value)
    # SQLite knows no hints, and knows one of the indexes by another name of the clause.
    if connection.vendor != "mysql":
        plain = {k: f for k, f in tree_forms.FORMS.items() if "INDEX" not in f}
        monkeypatch.setattr(tree_forms, "FORMS", plain)
    return fill.fill(1_500, say=lambda _text: None)


def printed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    bitmaps.main(arguments)
    return json.loads(out.getvalue().splitlines()[-1])


def test_every_form_counts_what_the_bitmaps_count_and_all_is_as_before(
    corp: Corp, monkeypatch: pytest.MonkeyPatch
) -> None:
    cities = dict(Customer.objects.values_list("pk", "city"))
    found = printed(monkeypatch)
    assert found["customers"] == Customer.objects.alive().count()
    assert found["previews"]["common"]["count"] > 0
    assert all(set(one["sql"]) == set(tree_forms.FORMS) for one in found["previews"].values())
    assert dict(Customer.objects.values_list("pk", "city")) == cities
    assert folding.fold(corp) == 0
    assert printed(monkeypatch, "memory")["mb"] >= 0


def test_a_form_that_counts_something_else_ends_the_run(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tree_forms.FORMS, "EXISTS", "SELECT COUNT(*) + 1 FROM customer")
    with pytest.raises(SystemExit, match="EXISTS"):
        bitmaps.figures(corp)


def test_the_trees_are_the_same_each_time_and_can_be_asked(corp: Corp) -> None:
    tags = tree_questions.tags_by_fame()
    assert len(tags) == dataset.TAGS
    drawn = tree_questions.trees(30, tags)
    assert drawn == tree_questions.trees(30, tags) != tree_questions.trees(30, tags, seed=8)
    for document in drawn:
        parsing.parse(document, corp=corp)


def run(ms: float, update: float) -> dict[str, Any]:
    preview = {"count": 3, "bitmaps": ms, "sql": {"EXISTS": 90.0, "IN": 80.0}}
    spread = {"p50": 1.0, "p95": 2.0, "max": 3.0}
    found = {
        "customers": 1000,
        "bytes": 2**20,
        "build_s": 1.0,
        "build_mb": 9.0,
        "mb": 2.0,
        "update_many": update,
        "update_one": 5.0,
    }
    return found | {"previews": {"common": preview}, "trees": spread, "trees_first": spread}


OF_RULES: dict[str, Any] = {
    "event": {"one": 5.0, "many": 20.0, "first": 900.0},
    "refresh": {
        "common": {"members": 70, "first": 500.0, "again": 120.0, "sql": 80.0},
        "rare": {"members": 7, "first": 95.0, "again": 90.0, "sql": 5.0},
    },
}
BACKFILL = {"backfill": {"seen": 1000, "changed": 10, "a_second": 5000.0, "grown_mb": 200.0}}


def test_the_verdict_takes_the_best_sql_and_both_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = iter([run(4.0, 0.3), {}, OF_RULES, BACKFILL, run(1.0, 0.2), {}, OF_RULES, BACKFILL])
    monkeypatch.setattr(parts, "answer", lambda *_args, **_named: next(runs))
    figures: dict[str, Any] = {}
    segments.add("large", figures, {}, Path())
    assert "bringing one change into step / at 100,000" not in figures["segments"]["gates"]
    segments.add("small", figures, {}, Path())
    judged = {v.gate.what: (v.value, v.word) for v in gates.judge(figures) if v.gate.workload == "segments"}
    assert judged["preview by bitmaps / best SQL"] == (0.05, "gate")
    assert judged["200 random trees, p95 ms"] == (2.0, "aim")
    assert judged["bringing one change into step / at 100,000"] == (pytest.approx(1.5), "gate")
    assert judged["event with 1,000 rules / with one"] == (4.0, "aim")
    assert judged["refresh of one segment / best SQL"] == (1.5, "gate")
    assert judged["backfill of a rule, memory it grows by, MB"] == (200.0, "FAILED")
    shown = figures["segments"]["shown"]
    assert shown["1,000 customers, refresh of it, rare tags (7 members): ms"] == 90.0
    assert shown["1,000 customers, backfill of a rule (10 changed), customers a second"] == 5000.0
    assert figures["segments"]["shown"]["preview, common tags, IN: ms"] == 80.0
