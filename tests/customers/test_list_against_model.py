"""The list, its totals and its cursors against a model that reads every customer: any filters, order and reader."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from customers import listing, matching, ordering, selection
from customers.models import Customer
from customers.selection import Wanted
from tags.models import Tag
from tests.conftest import Cast
from tests.customers.list_model import CHANNELS, MOMENTS, WORDS, World, build

URL = "/api/v1/customers"
WHO = ["owner", "colleague", "manager", "admin", "service", "stranger"]
SORTS = list(ordering.SORTS)
DRAWN = settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def world(cast: Cast) -> World:
    return build(cast, seed=7)


def values(world: World) -> dict[str, list[Any]]:
    """For each filter, the values worth asking for, those that nobody has among them."""
    tags = [*world.tags, 999_999]
    return {
        "keyword": WORDS,
        "channel": [*CHANNELS, "%", "qrcode%"],
        "status": [0, 1, 2],
        "followUserId": [*world.employees, 2**63 - 1],
        "stageId": [*world.stages, 2**63 - 1],
        "departmentId": [*world.departments, 2**63 - 1],
        "tagIdsAll": [tags[:1], tags[:2], tags[1:4], tags[-1:], [*tags[:1], *tags[:1]]],
        "tagIdsAny": [tags[:1], tags[:2], tags[2:], tags[-1:]],
        "tagIdsNone": [tags[:1], tags[:3], tags[-1:], tags],
        "untagged": [True, False],
        "addTimeFrom": MOMENTS,
        "addTimeTo": MOMENTS,
        "addWay": [[0], [3], [3, 202], [9]],
        "gender": [0, 1, 2],
        "type": [1, 2],
        "blacklisted": [True, False],
        "updatedAfter": MOMENTS,
    }


def asked(world: World, who: str, filters: dict[str, Any], sort: str = "-id") -> tuple[Wanted, list[int]]:
    wanted = Wanted(world.actors[who], filters, sort)
    return wanted, world.expected(wanted, who)


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["list"]]


def paged(wanted: Wanted, size: int) -> list[int]:
    """Walk by page number to the first page that isn't full."""
    found: list[int] = []
    rows, number = [0] * size, 0
    while len(rows) == size:
        number += 1
        rows = ids(listing.page(wanted, number=number, size=size))
        found += rows
    return found


def walked(wanted: Wanted, size: int) -> list[int]:
    """Walk by cursor to the end."""
    found, cursor = [], ""
    while cursor is not None:
        answer = listing.after(wanted, cursor=cursor, size=size)
        found += ids(answer)
        cursor = answer["nextCursor"]
    return found


@st.composite
def queries(draw: st.DrawFn, world: World, most: int = 3) -> dict[str, Any]:
    table = values(world)
    names = draw(st.lists(st.sampled_from(sorted(table)), max_size=most, unique=True))
    return {name: draw(st.sampled_from(table[name])) for name in names}


def test_the_model_is_worth_comparing_with(world: World) -> None:
    """Each filter leaves some in and some out, and readers differ: agreement below is no coincidence of empty lists."""
    everyone = asked(world, "admin", {})[1]
    assert len(everyone) > 20
    for name, choices in values(world).items():
        found = [len(asked(world, "admin", {name: value})[1]) for value in choices]
        assert max(found) > 0, name
        assert min(found) < len(everyone), name
    seen = {who: len(asked(world, who, {})[1]) for who in WHO}
    assert 0 < seen["owner"] < seen["manager"] < seen["admin"] == seen["service"]
    assert seen["stranger"] > 0


def test_each_filter_alone_holds_what_reading_everyone_would(world: World) -> None:
    every = [(name, value) for name, choices in values(world).items() for value in choices]
    for who, (name, value) in itertools.product(WHO, every):
        wanted, expected = asked(world, who, {name: value})
        answer = listing.page(wanted, number=1, size=100)
        assert ids(answer) == expected, (who, name, value)
        assert (answer["total"], answer["totalExact"]) == (len(expected), True)


def test_filters_in_pairs_hold_what_reading_everyone_would(world: World) -> None:
    table = values(world)
    for turn, pair in enumerate(itertools.combinations(sorted(table), 2)):
        filters, who = {name: table[name][turn % len(table[name])] for name in pair}, WHO[turn % len(WHO)]
        wanted, expected = asked(world, who, filters)
        assert ids(listing.page(wanted, number=1, size=100)) == expected, filters


@DRAWN
@given(st.data())
def test_pages_and_cursors_of_any_size_and_order_walk_the_same_customers(world: World, data: st.DataObject) -> None:
    who, sort = data.draw(st.sampled_from(WHO)), data.draw(st.sampled_from(SORTS))
    size = data.draw(st.integers(1, 12))
    wanted, expected = asked(world, who, data.draw(queries(world)), sort)
    assert paged(wanted, size) == expected
    assert walked(wanted, size) == expected


@DRAWN
@given(st.data())
def test_a_total_is_right_up_to_its_bound_and_says_so_beyond(world: World, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing.settings, "TOTAL_BOUND", 9)
        patch.setattr(listing.settings, "TOTAL_BOUND_JOINED", 4)
        who = data.draw(st.sampled_from(WHO))
        wanted, expected = asked(world, who, data.draw(queries(world, most=2)))
        size, number = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 6))
        answer = listing.page(wanted, number=number, size=size)
    rows = expected[(number - 1) * size : number * size]
    assert ids(answer) == rows
    if answer["totalExact"]:
        assert answer["total"] == len(expected)
    else:
        bound, start = 9 if wanted.covered else 4, (number - 1) * size
        assert answer["total"] == max(bound, start + len(rows))
        # Past the bound nobody looks whether a full page is the last one.
        assert answer["total"] < len(expected) + (start >= bound)


@DRAWN
@given(st.data())
def test_common_rows_asked_of_each_customer_give_what_gathering_gives(world: World, data: st.DataObject) -> None:
    who, filters = data.draw(st.sampled_from(WHO)), data.draw(queries(world))
    filters |= {"tagIdsAll": world.tags[:1], "addWay": [3, 202]}
    wanted, expected = asked(world, who, filters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "COMMON", -1)
        asked_of_each = walked(wanted, 5)
    assert asked_of_each == walked(wanted, 5) == expected


def test_tags_counted_as_common_and_as_rare_mix_in_one_question(world: World) -> None:
    Tag.objects.filter(pk=world.tags[0]).update(use_count=selection.COMMON + 1)
    for filters in (
        {"tagIdsAll": world.tags[:2]},
        {"tagIdsAny": world.tags[:2]},
        {"tagIdsAny": world.tags[:2], "tagIdsNone": world.tags[2:3], "keyword": "张"},
    ):
        wanted, expected = asked(world, "service", filters)
        assert ids(listing.page(wanted, number=1, size=100)) == expected


def test_deep_pages_find_their_ids_first_and_hold_the_same_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_DEFERRED", 3)
    for who, sort in itertools.product(("manager", "service"), SORTS):
        wanted, expected = asked(world, who, {"blacklisted": False}, sort)
        assert paged(wanted, 3) == expected
        past = listing.page(wanted, number=50, size=3)
        assert (past["list"], past["total"], past["totalExact"]) == ([], len(expected), True)


def wire(value: Any) -> str:
    """A filter's value as a query string carries it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@DRAWN
@given(st.data())
def test_the_door_asks_what_its_query_says(world: World, data: st.DataObject) -> None:
    filters, who = data.draw(queries(world)), data.draw(st.sampled_from(WHO))
    _wanted, expected = asked(world, who, filters, ordering.default_sort(filters))
    client = APIClient()
    client.force_authenticate(world.actors[who])
    params = {name: wire(value) for name, value in filters.items()}
    by_page = client.get(URL, params | {"size": 100})
    assert by_page.status_code == 200, by_page.content
    assert ids(by_page.json()) == expected
    by_cursor = client.get(URL, params | {"size": 100, "cursor": ""})
    assert by_cursor.json() == {"list": by_page.json()["list"], "size": 100, "nextCursor": None}


def test_a_cursor_neither_repeats_nor_skips_who_did_not_move_while_others_come_and_go(world: World) -> None:
    for sort in SORTS:
        wanted, expected = asked(world, "service", {}, sort)
        first = listing.after(wanted, cursor="", size=7)
        leaving = expected[20:24]
        Customer.objects.filter(pk__in=leaving).update(status=0)
        rest = listing.after(wanted, cursor=first["nextCursor"], size=100)
        assert ids(first) + ids(rest) == [pk for pk in expected if pk not in leaving]
        Customer.objects.filter(pk__in=leaving).update(status=1)


def test_rows_of_pages_cursors_and_details_are_one_and_the_same(world: World) -> None:
    client = APIClient()
    client.force_authenticate(world.actors["service"])
    by_page = client.get(URL, {"size": 100, "include": "customFields"}).json()["list"]
    assert [client.get(f"{URL}/{row['id']}").json() for row in by_page] == by_page
    tags = {row["id"]: {tag["id"] for tag in row["tags"]} for row in by_page}
    assert tags == {p.pk: p.tags for p in world.people if p.pk in tags}
