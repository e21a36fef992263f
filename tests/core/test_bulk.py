"""One act on many rows: each for itself, in an order that can't deadlock, with a result for each."""

from typing import Any

import pytest

from core import bulk
from core.errors import Conflict, NotFound
from corps.models import Corp
from tests import make


def test_results_come_in_the_order_asked_each_row_once_and_rows_are_taken_in_id_order(db: None) -> None:
    taken: list[int] = []

    def act(ident: int) -> bulk.Done:
        taken.append(ident)
        return ident % 2 == 1, {"half": ident // 2}

    assert bulk.each([5, 2, 9, 5], "rowId", act) == [
        {"rowId": 5, "status": "changed", "half": 2},
        {"rowId": 2, "status": "unchanged", "half": 1},
        {"rowId": 9, "status": "changed", "half": 4},
    ]
    assert taken == [2, 5, 9]


def test_one_refusal_is_told_with_its_reason_and_undoes_its_own_row_alone(db: None) -> None:
    rows = [make.corp(name=name) for name in ("甲", "乙", "丙")]

    def act(ident: int) -> bulk.Done:
        Corp.objects.filter(pk=ident).update(name="改")
        if ident == rows[1].pk:
            raise Conflict("busy", "Somebody is at it.")
        return True, {}

    found = bulk.each([row.pk for row in rows], "corpId", act, refused={"added": []})
    assert [row["status"] for row in found] == ["changed", "failed", "changed"]
    assert found[1] == {
        "corpId": rows[1].pk,
        "status": "failed",
        "added": [],
        "code": "busy",
        "message": "Somebody is at it.",
    }
    assert list(Corp.objects.order_by("pk").values_list("name", flat=True)) == ["改", "乙", "改"]


def test_what_is_no_refusal_is_not_swallowed(db: None) -> None:
    def act(_ident: int) -> bulk.Done:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bulk.each([1], "rowId", act)


def test_nobody_asked_for_is_an_empty_answer() -> None:
    assert bulk.counted(bulk.each([], "rowId", lambda _ident: (True, {}))) == {
        "list": [],
        "total": 0,
        "changed": 0,
        "unchanged": 0,
        "failed": 0,
    }


def test_the_counts_are_of_each_status(db: None) -> None:
    def act(ident: int) -> bulk.Done:
        if ident > 3:
            raise NotFound
        return ident > 1, {}

    told: dict[str, Any] = bulk.counted(bulk.each([1, 2, 3, 4], "rowId", act))
    assert {name: told[name] for name in ("total", "changed", "unchanged", "failed")} == {
        "total": 4,
        "changed": 2,
        "unchanged": 1,
        "failed": 1,
    }
