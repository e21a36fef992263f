"""Nobody finds out, by filters or conditions, what a personal custom field holds that they see starred out."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import Actor
from corps.choices import Masking, Sight
from customers.models import Customer
from segments import catalogue, previewing, whys
from segments.api.rules import shapes
from segments.conditions import explaining
from segments.models import TagRule
from segments.rules import changing
from segments.rules.noted import Noted
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K
from tests.customers.privacy.people import MOBILE, URL, choose, client
from tests.customers.privacy.private import HELD, NOTE, leaks, private
from tests.doors import refused


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return private(cast)[0]


def asking(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"version": 1, "where": {"field": field, "op": op} | ({"value": value[0]} if value else {})}


def of_relation(op: str, *value: Any) -> dict[str, Any]:
    where = asking(f"custom.{NOTE[0]}", op, *value)["where"]
    return {"version": 1, "where": {"not": {"some": "relation", "where": where}}}


class TestTheList:
    @pytest.mark.parametrize(
        "asked",
        ["salary:gt:30000", "birthday:is:1990-05-01", "nick:in:豆豆子,小红", "married:is:false", "illness:is:{}"],
    )
    def test_is_not_narrowed_by_a_value_for_who_sees_stars(self, cast: Cast, customer: Customer, asked: str) -> None:
        option = customer.custom_values.get(field__key="illness").chosen.get().option_id
        for name in ("owner", "colleague", "manager"):
            answer = client(cast, name).get(URL, {"customField": asked.format(option)})
            (error,) = refused(answer, 400, "invalid_parameter")["errors"]
            assert (error["field"], error["code"]) == ("customField", "number_masked")
        listed = client(cast, "admin").get(URL, {"customField": asked.format(option)}).json()["list"]
        assert [row["id"] for row in listed] == [customer.pk]

    def test_may_be_narrowed_by_whether_there_is_one(self, cast: Cast, customer: Customer) -> None:
        make.customer(cast.corp, cast.owner)
        seen = client(cast, "manager")
        assert [r["id"] for r in seen.get(URL, {"customField": "salary:set"}).json()["list"]] == [customer.pk]
        assert len(seen.get(URL, {"customField": "salary:unset"}).json()["list"]) == 1

    def test_that_a_transfer_is_drawn_from_is_not_narrowed_either(self, cast: Cast, customer: Customer) -> None:
        body = {"handoverId": cast.owner.pk, "takerIds": [cast.colleague.pk], "filters": {"customField": "salary:gt:3"}}
        answer = client(cast, "manager").post("/api/v1/transfers", body, format="json")
        (error,) = refused(answer, 400, "invalid_parameter")["errors"]
        assert error["code"] == "number_masked"
        assert client(cast, "admin").post("/api/v1/transfers", body, format="json").status_code == 201

    def test_is_narrowed_as_ever_where_the_company_hides_nothing(self, cast: Cast, customer: Customer) -> None:
        choose(cast, Masking.OFF)
        listed = client(cast, "manager").get(URL, {"customField": "salary:gt:30000"}).json()["list"]
        assert [row["id"] for row in listed] == [customer.pk]
        choose(cast, Masking.OTHERS)
        assert client(cast, "manager").get(URL, {"customField": "hobby:is:钓鱼"}).status_code == 200


@pytest.mark.parametrize(
    "where",
    [
        asking("custom.idCard", "startsWith", "4403"),
        asking("custom.nick", "isNot", "豆豆子"),
        asking("custom.salary", "gt", 30000),
        asking("custom.birthday", "next", {"days": 7}),
        asking("custom.married", "is", False),
        of_relation("contains", "早上"),
    ],
)
class TestConditions:
    def test_are_refused_of_who_sees_stars(self, cast: Cast, customer: Customer, where: dict[str, Any]) -> None:
        for act in (
            lambda by: previewing.preview(document=where, corp=cast.corp, actor=by),
            lambda by: catalogue.create_segment(corp_id=cast.corp.pk, name="N", condition=where, by=by, source="api"),
            lambda by: rule(cast, where, by),
        ):
            for by in (cast.actor("manager"), replace(make.service(cast.corp), sight=Sight.MASKED)):
                with pytest.raises(RuleViolation) as refusal:
                    act(by)
                assert [error.code for error in refusal.value.errors] == ["number_masked"]
            assert act(cast.actor("admin"))


def rule(cast: Cast, where: dict[str, Any], by: Actor) -> Any:
    given: Any = {"trigger": {"kind": "followed"}, "actions": [{"do": "addTags", "tagIds": [_tag(cast)]}]}
    name = f"规则{TagRule.objects.count()}"
    return changing.create_rule(corp_id=cast.corp.pk, name=name, condition=where, by=by, source="api", **given)


def _tag(cast: Cast) -> int:
    return make.tag(make.group(cast.corp)).pk


def test_that_there_is_a_value_may_be_asked(cast: Cast, customer: Customer) -> None:
    make.customer(cast.corp, cast.owner)
    for op, found in (("set", [customer.pk]), ("unset", 1)):
        seen = previewing.preview(
            document=asking("custom.salary", op), corp=cast.corp, actor=cast.actor("manager")
        ).sample
        assert (seen if op == "set" else len(seen)) == found


def test_a_rule_that_asks_so_already_is_changed_by_who_sees_stars_and_not_made_to_ask_more(
    cast: Cast, customer: Customer
) -> None:
    row, shut = rule(cast, asking("custom.salary", "gt", 1), cast.actor("admin")), make.service(cast.corp)
    act: Any = {"rule": row, "by": replace(shut, sight=Sight.MASKED), "source": "api"}
    assert changing.update_rule(actions=[{"do": "addTags", "tagIds": [_tag(cast)]}], **act).number == 2
    for condition in (asking("custom.salary", "gt", 2), asking("mobile", "startsWith", "138")):
        with pytest.raises(RuleViolation) as refusal:
            changing.update_rule(condition=condition, **act)
        assert [error.code for error in refusal.value.errors] == ["number_masked"]


class TestWhy:
    def held(self, explained: explaining.Explained) -> list[str]:
        return [explained.held, *(text for part in explained.parts for text in self.held(part))]

    @pytest.mark.parametrize(
        ("field", "op", "value"),
        [
            ("custom.idCard", "startsWith", "4403"),
            ("custom.salary", "gt", 30000),
            ("custom.birthday", "before", "2000-01-01"),
            ("custom.married", "is", False),
        ],
    )
    def test_somebody_is_in_a_segment_is_told_with_stars_to_everybody(
        self, cast: Cast, customer: Customer, field: str, op: str, value: Any
    ) -> None:
        segment = make.segment(cast.corp, condition=asking(field, op, value))
        assert "****" in self.held(whys.of(segment, customer).explained)
        for name in ("manager", "admin"):
            answer = client(cast, name).get(f"/api/v1/segments/{segment.pk}/customers/{customer.pk}")
            assert leaks(answer.content.decode()) == []

    def test_chosen_options_and_relations_are_starred_and_nothing_is_not(self, cast: Cast, customer: Customer) -> None:
        option = customer.custom_values.get(field__key="illness").chosen.get().option_id
        segment = make.segment(cast.corp, condition=asking("custom.illness", "in", [option]))
        assert "糖尿病" not in self.held(whys.of(segment, customer).explained)
        other = make.customer(cast.corp, cast.owner)
        assert "****" not in self.held(whys.of(segment, other).explained)
        noted = make.segment(cast.corp, condition=of_relation("contains", "没有这样的话"))
        assert not leaks(str(self.held(whys.of(noted, customer).explained)))

    def test_a_field_that_is_not_personal_is_told_as_ever(self, cast: Cast, customer: Customer) -> None:
        segment = make.segment(cast.corp, condition=asking("custom.hobby", "contains", "钓鱼"))
        assert any("钓鱼" in text for text in self.held(whys.of(segment, customer).explained))


class TestWhatRulesKept:
    FACTS: Any = {
        "mobile": MOBILE,
        "custom.salary": 31234,
        "custom.illness": [7],
        "custom.married": False,
        "custom.hobby": "钓鱼",
        "custom.nick": None,
        "relation": [{"custom.habit": NOTE[1], "custom.salary": 5, "remark": "r"}],
    }
    TOLD: Any = FACTS | {
        "mobile": "138****5678",
        "custom.salary": "****",
        "custom.illness": "****",
        "custom.married": "****",
        # Of relations there is no personal field of that key.
        "relation": [{"custom.habit": "****", "custom.salary": 5, "remark": "r"}],
    }

    def test_leaves_with_stars_and_stays_as_it_is(self, cast: Cast, customer: Customer) -> None:
        tag = make.tag(make.group(cast.corp))
        effect = make.rule_effect(make.rule_run(make.tag_rule(cast.corp, tag)), customer, facts=self.FACTS)
        assert shapes.effect(effect)["facts"] == self.TOLD
        effect.refresh_from_db()
        assert effect.facts == self.FACTS
        (listed,) = client(cast, "admin").get("/api/v1/tag-rule-effects").json()["list"]
        assert listed["facts"] == self.TOLD

    def test_of_a_page_the_fields_are_read_once_and_of_no_fields_never(
        self, cast: Cast, customer: Customer, django_assert_num_queries: Any
    ) -> None:
        noted = Noted()
        with django_assert_num_queries(0):
            assert noted.told({"city": "深圳", "custom.nick": None}, cast.corp.pk)["city"] == "深圳"
            assert noted.told(None, cast.corp.pk) is None
        with django_assert_num_queries(1):
            for _time in range(3):
                noted.told(self.FACTS, cast.corp.pk)

    def test_why_a_rule_did_it_is_told_without_the_value(self, cast: Cast, customer: Customer) -> None:
        row = rule(cast, asking("custom.salary", "gt", 1), cast.actor("admin"))
        make.rule_effect(make.rule_run(row), customer, facts={"custom.salary": HELD["salary"][1]})
        answer = client(cast, "admin").get(f"/api/v1/tag-rules/{row.pk}/customers/{customer.pk}")
        assert answer.status_code == 200, answer.content
        assert leaks(answer.content.decode()) == []
        assert answer.json()["facts"]["custom.salary"] == "****"


def test_the_kinds_that_are_tried_are_all_there_are() -> None:
    # Files are tried in tests/customers/custom/test_files.py.
    assert {kind for kind, _value, _stars in HELD.values()} == set(K) - {K.FILES}
