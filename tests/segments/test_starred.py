"""What segments and rules say of a customer's numbers: stars, for everybody, and the same answer as ever."""

from typing import Any

import pytest

from customers.models import Customer
from customers.privacy import masking
from segments import whys
from segments.api.rules import shapes
from segments.conditions import explaining
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import MOBILE, UNIONID, client, numbered


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return numbered(cast)


def asking(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"version": 1, "where": {"field": field, "op": op, "value": value}}


def held(explained: explaining.Explained) -> list[str]:
    return [explained.held, *(text for part in explained.parts for text in held(part))]


@pytest.mark.parametrize(
    ("field", "value", "starred"), [("mobile", MOBILE, "138****5678"), ("unionid", UNIONID, "oUn****9876")]
)
def test_why_somebody_is_in_a_segment_is_told_with_stars(
    cast: Cast, customer: Customer, field: str, value: str, starred: str
) -> None:
    segment = make.segment(cast.corp, condition=asking(field, "is", value))
    why = whys.of(segment, customer)
    assert why.explained.holds
    assert starred in held(why.explained)
    assert value not in held(why.explained)


def test_so_it_is_over_rest_for_an_administrator_too(cast: Cast, customer: Customer) -> None:
    segment = make.segment(cast.corp, condition=asking("mobile", "startsWith", "138"))
    for name in ("owner", "admin"):
        answer = client(cast, name).get(f"/api/v1/segments/{segment.pk}/customers/{customer.pk}")
        assert answer.status_code == 200
        assert MOBILE not in answer.content.decode()
        assert "138****5678" in answer.content.decode()


def test_a_customer_without_a_number_has_no_stars(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    segment = make.segment(cast.corp, condition=asking("mobile", "is", MOBILE))
    why = whys.of(segment, customer)
    assert not why.explained.holds
    assert not any(masking.STARS in text for text in held(why.explained))


def test_what_a_rule_noted_leaves_with_stars(cast: Cast, customer: Customer) -> None:
    tag = make.tag(make.group(cast.corp))
    effect = make.rule_effect(
        make.rule_run(make.tag_rule(cast.corp, tag)), customer, facts={"mobile": MOBILE, "city": "深圳"}
    )
    shown = shapes.effect(effect)
    assert shown["facts"] == {"mobile": "138****5678", "city": "深圳"}
    effect.refresh_from_db()
    assert effect.facts["mobile"] == MOBILE


def test_a_preview_shows_its_sample_as_the_list_does(cast: Cast, customer: Customer) -> None:
    body = {"condition": {"version": 1, "where": {"field": "mobile", "op": "set"}}}
    for name, number in (("owner", MOBILE), ("manager", "138****5678"), ("admin", MOBILE)):
        answer = client(cast, name).post("/api/v1/segments/preview", body, format="json")
        assert [row["mobile"] for row in answer.json()["sample"]] == [number], name
