"""Nobody spells out a starred number by searching or by asking conditions."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import RuleViolation
from corps.choices import Masking, Sight
from customers import listing, search
from customers.models import Customer
from customers.selection import Wanted
from segments import catalogue, previewing
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import MOBILE, NOTED, choose, numbered

PARTS = ["1", "13", "138", "5678", "12345", "1381234567", "3812345678", "39876"]


def found(actor: Any, keyword: str) -> list[int]:
    listing.forget_totals()
    return [row["id"] for row in listing.page(Wanted(actor, {"keyword": keyword}), number=1, size=20)["list"]]


@pytest.mark.parametrize("keyword", PARTS)
def test_a_part_of_a_number_finds_nobody_for_who_sees_stars(cast: Cast, keyword: str) -> None:
    customer = numbered(cast)
    assert found(cast.actor("manager"), keyword) == []
    assert found(cast.actor("colleague"), keyword) == []
    assert found(cast.actor("admin"), keyword) == [customer.pk]
    # Their own customers they know anyway.
    assert found(cast.actor("owner"), keyword) == [customer.pk]
    choose(cast, Masking.PEOPLE)
    assert found(cast.actor("owner"), keyword) == []


@pytest.mark.parametrize("keyword", [MOBILE, NOTED, "138 1234 5678", "１３８１２３４５６７８"])
def test_a_whole_number_finds_its_customer_for_everybody(cast: Cast, keyword: str) -> None:
    customer = numbered(cast)
    for name in ("owner", "colleague", "manager", "admin"):
        assert found(cast.actor(name), keyword) == [customer.pk], name


@pytest.mark.parametrize("keyword", ["张", "张三", "三丰"])
def test_names_are_found_by_their_parts_as_ever(cast: Cast, keyword: str) -> None:
    customer = numbered(cast)
    choose(cast, Masking.ALL)
    assert found(cast.actor("manager"), keyword) == [customer.pk]


def test_a_name_that_is_a_number_is_found_as_a_whole(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, name="007", mobile="13000070000")
    other = make.customer(cast.corp, cast.owner, name="1007", mobile="13100700000")
    assert found(cast.actor("manager"), "007") == [customer.pk]
    assert found(cast.actor("admin"), "007") == [other.pk, customer.pk]


def test_services_from_whom_numbers_are_hidden_find_whole_ones_only(cast: Cast) -> None:
    customer = numbered(cast)
    open_to, shut = make.service(cast.corp), replace(make.service(cast.corp), sight=Sight.MASKED)
    for keyword in PARTS:
        assert found(open_to, keyword) == [customer.pk]
        assert found(shut, keyword) == []
    assert found(shut, MOBILE) == found(shut, NOTED) == [customer.pk]


@pytest.mark.parametrize(
    ("word", "guarded"), [("138", True), ("+86", True), ("(0755)", True), ("a138", False), ("张", False), ("", False)]
)
def test_only_what_could_be_a_number_is_guarded(cast: Cast, word: str, guarded: bool) -> None:
    assert search.guards(word, cast.actor("manager")) is guarded
    assert not search.guards(word, cast.actor("admin"))


def test_the_list_of_the_console_is_guarded_too(cast: Cast) -> None:
    numbered(cast)
    seen = entered(cast.users["manager"])
    assert seen.get(page(Customer, "changelist"), {"q": "5678"}).context["cl"].result_count == 0
    assert seen.get(page(Customer, "changelist"), {"q": MOBILE}).context["cl"].result_count == 1


def asking(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"version": 1, "where": {"field": field, "op": op} | ({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    "where",
    [
        asking("mobile", "startsWith", "138"),
        asking("mobile", "contains", "1234"),
        asking("mobile", "notContains", "1234"),
        asking("mobile", "is", MOBILE),
        asking("unionid", "in", ["o1", "o2"]),
    ],
)
def test_who_sees_stars_can_not_ask_for_numbers_in_a_condition(cast: Cast, where: dict[str, Any]) -> None:
    numbered(cast)
    for act in (
        lambda by: previewing.preview(document=where, corp=cast.corp, actor=by),
        lambda by: catalogue.create_segment(corp_id=cast.corp.pk, name="N", condition=where, by=by, source="api"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            act(cast.actor("manager"))
        assert [error.code for error in refusal.value.errors] == ["number_masked"]
        assert act(cast.actor("admin"))


def test_that_there_is_a_number_may_be_asked(cast: Cast) -> None:
    customer = numbered(cast)
    make.customer(cast.corp, cast.owner)
    seen = previewing.preview(document=asking("mobile", "set"), corp=cast.corp, actor=cast.actor("manager"))
    assert seen.sample == [customer.pk]


def test_a_segment_that_asks_so_already_can_be_renamed(cast: Cast) -> None:
    segment = make.segment(cast.corp, condition=asking("mobile", "startsWith", "138"))
    changed = catalogue.update_segment(
        segment=segment, name="138号段", condition=segment.condition, by=cast.actor("manager"), source="api"
    )
    assert changed.name == "138号段"
