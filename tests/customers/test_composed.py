"""What is composed once against what the ORM composes each time: the same statement, the same values."""

import itertools
from typing import Any

import pytest

from corps.actors import Actor
from customers import composed, listing
from customers.matching import Matching
from customers.ordering import beyond
from customers.selection import Wanted, select
from tests import make
from tests.conftest import Cast

VALUES: dict[str, list[Any]] = {
    "status": [0, 1, 70_000, 2**63 - 1],
    "channel": ["qrcode", "", "%s' OR 1=1 --", "20001"],
    "followUserId": [7, 20_001, 2**63 - 1],
    "gender": [0, 2],
    "type": [1],
    "keyword": [
        "张",
        "张三",
        "张三丰",
        "aaaa",
        "100%",
        "50%_\\'",
        "一二三四五六七八九十" * 3,
        "ＡＢ c",
        "\ue000\ue001",
        " ",
    ],
}
SETS = [names for n in range(len(VALUES) + 1) for names in itertools.combinations(VALUES, n)]
# Not with each set of the others: it is one more number, and the sets would be twice as many.
VALUES["stageId"] = [7, 20_001, 2**63 - 1]
SETS += [("stageId",), ("stageId", "followUserId"), ("channel", "stageId", "status", "type", "keyword")]
SERVICE = Actor(kind="api", id=1, corp_id=5)


def both(wanted: Wanted) -> tuple[tuple[str, list[Any]], tuple[str, list[Any]]]:
    cheap, dear = composed.matching(wanted), Matching(select(wanted))
    return (cheap.tail, list(cheap.params)), (dear.tail, list(dear.params))


@pytest.mark.parametrize("names", SETS, ids=",".join)
def test_each_set_of_filters_reads_as_the_orm_would_have_it(db: None, names: tuple[str, ...]) -> None:
    for values in itertools.product(*(VALUES[name] for name in names[:2]), *(VALUES[name][-3:] for name in names[2:])):
        cheap, dear = both(Wanted(SERVICE, dict(zip(names, values, strict=True))))
        # Of numbers that no row can have the ORM makes no statement.
        assert cheap == dear or dear[0] == ""


def test_a_statement_is_composed_once_and_lends_no_value_to_the_next(db: None) -> None:
    composed._form.cache_clear()
    for corp_id, word in ((5, "张三"), (6, "李四"), (5, "张三")):
        cheap, dear = both(Wanted(Actor(kind="api", id=1, corp_id=corp_id), {"keyword": word, "status": 1}))
        assert cheap == dear
    assert composed._form.cache_info().misses == 1


@pytest.mark.parametrize("name", ["owner", "manager", "admin"])
def test_what_a_person_may_see_is_part_of_it(cast: Cast, name: str) -> None:
    cheap, dear = both(Wanted(cast.actor(name), {"status": 1}))
    assert cheap == dear


@pytest.mark.parametrize(
    "filters", [{"blacklisted": True}, {"tagIdsAny": [1]}, {"departmentId": 1}, {"untagged": True}, {"followerId": 3}]
)
def test_what_depends_on_more_than_values_is_composed_each_time(cast: Cast, filters: dict[str, Any]) -> None:
    composed._form.cache_clear()
    cheap, dear = both(Wanted(SERVICE, filters))
    assert cheap == dear
    assert composed._form.cache_info().currsize == 0


def test_a_form_that_does_not_hold_each_mark_is_not_used(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    composed._form.cache_clear()
    monkeypatch.setattr(composed, "select", lambda wanted: select(Wanted(wanted.actor, {})))
    assert composed._form(("status",), 0, True) is None
    composed._form.cache_clear()


@pytest.mark.parametrize("sort", ["-id", "id"])
@pytest.mark.parametrize("names", [(), ("status",), ("channel", "keyword")])
def test_what_is_behind_a_cursor_is_the_same_as_the_orm_finds_there(
    cast: Cast, names: tuple[str, ...], sort: str
) -> None:
    rows = [make.customer(cast.corp, name=f"张三{n}", channel="qrcode") for n in range(6)]
    filters = {name: {"status": 1, "channel": "qrcode", "keyword": "张三"}[name] for name in names}
    wanted = Wanted(cast.actor("admin"), filters, sort)
    first = listing.after(wanted, cursor="", size=2)
    behind = select(wanted).filter(beyond(sort, first["nextCursor"])).order_by(sort)
    assert [row["id"] for row in listing.after(wanted, cursor=first["nextCursor"], size=9)["list"]] == [
        row.pk for row in behind
    ]
    assert {row.pk for row in behind} < {row.pk for row in rows}
