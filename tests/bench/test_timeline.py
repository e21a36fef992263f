"""What the bench asks of timelines and of SQL is the same page, and its figures make the table and the verdict."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import fill, gates, parts, report, timeline, timelines
from corps.models import Corp
from customers.models import Customer
from followups.models import TimelineEntry


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    for name, value in {"FAT": 2_000, "EACH": 2, "CALLS": 1, "CHUNK": 300}.items():
        monkeypatch.setattr(timelines, name, value)
    return fill.fill(30, say=lambda _text: None)


def printed(monkeypatch: pytest.MonkeyPatch) -> Any:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    timelines.main([])
    return json.loads(out.getvalue().splitlines()[-1])


def test_one_customer_has_many_entries_and_each_other_some_written_once(corp: Corp) -> None:
    fat = timelines.fill(corp)
    assert TimelineEntry.objects.filter(customer=fat).count() == 2_000
    others = Customer.objects.of_corp(corp.pk).exclude(pk=fat.pk)
    assert {row.timeline.count() for row in others} == {2}
    assert timelines.fill(corp) == fat
    assert TimelineEntry.objects.count() == 2_000 + 2 * others.count()


def test_each_page_is_measured_at_each_depth_beside_each_way_of_writing_it(
    corp: Corp, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = printed(monkeypatch)
    assert found["entries"] == TimelineEntry.objects.count()
    assert set(found["pages"]) == {
        "everything",
        "a common kind",
        "a rare kind",
        "a person",
        "a kind and a person",
        "a month",
    }
    for depths in found["pages"].values():
        assert set(depths) == {"top", "middle", "three quarters", "end"}
        for one in depths.values():
            assert set(one["sql"]) == set(timelines.FORMS)
            assert one["ours"] > 0
    assert found["pages"]["everything"]["top"]["rows"] == timelines.SIZE


def test_a_form_that_shows_something_else_ends_the_run(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    fat = timelines.fill(corp)
    monkeypatch.setitem(timelines.FORMS, "OR", "AND (t.at > %s OR (t.at = %s AND t.id < %s))")
    with pytest.raises(SystemExit, match="OR"):
        timelines.figures(corp, fat)


def pages(ours: float, deep: float) -> dict[str, Any]:
    def page(ms: float) -> dict[str, Any]:
        return {"rows": 20, "ours": ms, "sql": {"OR": 9.0, "bounded": 0.5}}

    return {"everything": {"top": page(ours), "end": page(deep)}, "a rare kind": {"top": page(0.5), "end": page(0.6)}}


@pytest.mark.parametrize(
    ("ours", "deep", "words"),
    [(0.5, 0.55, ["aim", "aim"]), (0.9, 1.0, ["gate", "aim"]), (0.5, 2.0, ["FAILED", "FAILED"])],
)
def test_the_verdict_takes_the_page_that_is_furthest_from_its_best_sql(
    monkeypatch: pytest.MonkeyPatch, ours: float, deep: float, words: list[str]
) -> None:
    found = {"entries": 7, "pages": pages(ours, deep)}
    monkeypatch.setattr(parts, "answer", lambda part, **_named: found if part == "timelines" else {})
    figures = {"timeline": timeline.figures({}, Path())}
    judged = [v for v in gates.judge(figures) if v.gate.workload == "timeline"]
    assert [verdict.word for verdict in judged] == words
    assert judged[0].value == max(ours, deep, 0.6) / 0.5


def test_it_has_a_table_of_its_own_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "answer", lambda _part, **_named: {"entries": 7, "pages": pages(0.5, 0.6)})
    figures: dict[str, Any] = {"timeline": timeline.figures({}, Path()), "customers": {}}
    body = report._body(figures, [])
    assert "### The timeline" in body
    assert "| everything, at the top, end: ms | 0.50, 0.60 |" in body
    assert "| everything, best SQL: ms | 0.50, 0.50 |" in body


def test_without_it_the_gates_say_that_nothing_was_measured() -> None:
    judged = [verdict.word for verdict in gates.judge({}) if verdict.gate.workload == "timeline"]
    assert judged == ["not measured"] * 2
