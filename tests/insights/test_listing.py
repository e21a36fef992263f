"""Lists by a moment: cursors that neither repeat nor skip, pieces of any length, the table that people take along."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from core import newest as listing
from core.errors import BadRequest
from core.time import now
from insights import reading
from insights.models import Loss
from tests import make
from tests.conftest import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def rows(cast: Cast) -> Any:
    """Ten records, some of them of the same moment."""
    customer, moment = make.customer(cast.corp), now()
    for n in range(10):
        make.loss(customer, make.employee(cast.corp), ended_at=moment - dt.timedelta(hours=n // 3))
    return Loss.objects.of_corp(cast.corp.pk)


def ids(found: Any) -> list[int]:
    return [row.pk for row in found]


def in_order(rows: Any) -> list[int]:
    return ids(rows.order_by(*listing.order("ended_at")))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9, 10, 11])
def test_pages_by_cursor_are_the_whole_list_in_its_order(rows: Any, size: int) -> None:
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = listing.after(rows, "ended_at", cursor=cursor, size=size)
        assert 0 < len(found) <= size
        seen += ids(found)
    assert seen == in_order(rows)


def test_what_comes_meanwhile_moves_nothing(rows: Any, cast: Cast) -> None:
    first, cursor = listing.after(rows, "ended_at", cursor="", size=4)
    make.loss(make.customer(cast.corp), cast.owner, ended_at=now() + dt.timedelta(hours=1))
    Loss.objects.filter(pk=first[0].pk).delete()
    rest, _end = listing.after(rows, "ended_at", cursor=cursor or "", size=20)
    assert not set(ids(first)) & set(ids(rest))
    assert len(first) + len(rest) == 10


def test_an_empty_list_has_no_cursor(rows: Any) -> None:
    assert listing.after(rows.none(), "ended_at", cursor="", size=5) == ([], None)


@pytest.mark.parametrize(
    "cursor",
    [
        "no base64 at all",
        "MjAyNi0wMS0wMVQwMDowMDowMHw=",
        "MjAyNi0wMS0wMVQwMDowMDowMHwtNQ==",
        "fDU=",
        "bm90IGEgdGltZXw1",
        "OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHw1",
        "\udcff",
    ],
)
def test_a_cursor_of_elsewhere_is_refused(rows: Any, cursor: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        listing.after(rows, "ended_at", cursor=cursor, size=5)
    assert refusal.value.code == "invalid_cursor"


@pytest.mark.parametrize(("most", "size"), [(0, 3), (1, 3), (3, 3), (7, 3), (10, 3), (99, 3), (99, 10), (5, 100)])
def test_reading_through_fetches_pieces_and_stops(rows: Any, most: int, size: int) -> None:
    assert ids(listing.through(rows, "ended_at", most=most, size=size)) == in_order(rows)[:most]


def test_reading_through_asks_no_more_often_than_it_must(rows: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        list(listing.through(rows, "ended_at", most=8, size=3))


class TestTable:
    def lines(self, rows: Any) -> list[list[str]]:
        return list(reading.table(reading.joined(rows), SHANGHAI))

    def test_what_is_not_known_is_empty(self, cast: Cast) -> None:
        make.loss(make.customer(cast.corp, name=None), cast.owner, add_way=None, tags=None, ended_by=None)
        with override("en"):
            _heading, line = self.lines(Loss.objects.all())
        assert (line[0], line[5], line[7], line[9], line[10]) == ("", "ended, nobody told how", "", "", "")

    @pytest.mark.parametrize(("number", "word"), [(None, ""), (1, "QR code"), (99, "99")])
    def test_a_way_without_a_name_is_its_number(self, number: int | None, word: str) -> None:
        with override("en"):
            assert reading.way(number) == word

    def test_every_line_has_a_cell_for_each_heading(self, cast: Cast) -> None:
        make.loss(make.customer(cast.corp), cast.owner, tags=[[1, "甲"], [2, "乙"]], state="expo", add_way=16)
        heading, line = self.lines(Loss.objects.all())
        assert len(heading) == len(line)
        assert line[9] == "甲、乙"
