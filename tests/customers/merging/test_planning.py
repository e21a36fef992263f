"""What a merge would take over and leave, by the values alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, RuleViolation
from customers import lifecycle, merging
from customers.choices import Gender, Reason
from customers.merging import planning
from customers.merging.checking import MOST
from customers.merging.merging import mark
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.customers.merging.dumps import everything, two

PEOPLE = st.builds(
    Customer,
    name=st.sampled_from([None, "", "张三", "李四"]),
    city=st.sampled_from([None, "", "深圳", "广州"]),
    gender=st.sampled_from([None, *Gender.values]),
)


def person(ident: int, **fields: Any) -> Customer:
    return Customer(**{"pk": ident, "gender": None} | fields)


@pytest.mark.parametrize(
    ("value", "blank"),
    [(None, True), ("", True), (Gender.UNKNOWN, True), (Gender.MALE, False), ("0", False), (" ", False)],
)
def test_nothing_an_empty_text_and_an_unknown_gender_are_lacking(value: Any, blank: bool) -> None:
    assert planning.blank(value) is blank


class TestTakes:
    def test_each_fact_comes_from_the_first_who_has_it(self) -> None:
        kept = person(1, name="张三", city="")
        others = [person(2, city=None, mobile="138"), person(3, city="深圳", mobile="139"), person(4, city="广州")]
        assert planning.takes(kept, others) == {"mobile": others[0], "city": others[1]}

    def test_what_is_of_the_record_and_not_of_the_person_is_never_taken(self) -> None:
        giver = person(2, channel="名片", position="经理", corp_name="甲公司", follow_user_id=7, external_userid="wmB")
        assert planning.takes(person(1), [giver]) == {}

    def test_an_unknown_gender_is_filled_and_fills_nobodys(self) -> None:
        unknown, known = person(1, gender=Gender.UNKNOWN), person(2, gender=Gender.FEMALE)
        assert planning.takes(unknown, [known]) == {"gender": known}
        assert planning.takes(person(3), [unknown]) == {}

    @given(PEOPLE, st.lists(PEOPLE, max_size=4))
    def test_the_person_lacks_afterwards_only_what_all_lacked_and_keeps_what_they_had(
        self, kept: Customer, others: list[Customer]
    ) -> None:
        found = planning.takes(kept, others)
        for column in planning.FILLED:
            own = getattr(kept, column)
            after = getattr(found[column], column) if column in found else own
            assert planning.blank(after) == all(planning.blank(getattr(one, column)) for one in (kept, *others))
            assert planning.blank(own) or after == own


class TestPlan:
    def test_what_stays_with_the_others_is_told_by_record_and_what_is_the_same_is_not(self, cast: Cast) -> None:
        kept = make.customer(cast.corp, name="张三", city="深圳", mobile=None)
        same = make.customer(cast.corp, name="张三", city="广州", mobile="13800000001")
        empty = make.customer(cast.corp, name="李四", city=None)
        told = merging.plan(kept=kept, others=[same, empty])
        assert told.stays == {"name": [empty.pk], "city": [same.pk]}
        assert told.takes == {"mobile": same}

    def test_an_unknown_gender_is_nothing_that_stays(self, cast: Cast) -> None:
        kept = make.customer(cast.corp, gender=Gender.MALE)
        others = [make.customer(cast.corp, gender=gender) for gender in (Gender.UNKNOWN, Gender.FEMALE)]
        assert merging.plan(kept=kept, others=others).stays["gender"] == [others[1].pk]

    def test_sides_are_counted_each_for_itself_the_kept_one_first(self, cast: Cast) -> None:
        other, kept = two(cast)
        make.relation(kept, cast.owner, status=3)
        group = make.group(cast.corp)
        tags = [make.tag(group) for _n in range(2)]
        make.tagged(other, *tags)
        type(tags[0]).objects.filter(pk=tags[0].pk).update(deleted_at=other.create_time)
        sides = merging.plan(kept=kept, others=[other]).sides
        assert [(side.customer, side.followers, side.tags) for side in sides] == [(kept, 1, 0), (other, 1, 1)]

    def test_reasons_are_those_between_any_two_of_them_and_of_nobody_else(self, cast: Cast) -> None:
        first, second, third, beside = (make.customer(cast.corp) for _n in range(4))
        make.duplicate_pair(first, second, reasons=Reason.MOBILE)
        make.duplicate_pair(second, third, reasons=Reason.NAMED)
        make.duplicate_pair(third, beside, reasons=Reason.UNIONID)
        assert merging.plan(kept=first, others=[second, third]).reasons == Reason.MOBILE | Reason.NAMED
        assert merging.plan(kept=first, others=[third]).reasons == 0

    def test_a_plan_is_refused_as_the_merge_would_be_and_leaves_all_as_it_was(self, cast: Cast, recorded: Any) -> None:
        kept, other = two(cast)
        lifecycle.delete(customer=other, by=cast.actor("admin"), source="api")
        before, events = everything(), recorded()
        with pytest.raises(Conflict, match="customer_deleted"):
            merging.plan(kept=kept, others=[Customer.objects.get(pk=other.pk)])
        assert (everything(), recorded()) == (before, events)

    def test_ten_others_are_the_most_and_one_of_them_twice_is_refused(self, cast: Cast) -> None:
        kept, *others = (make.customer(cast.corp) for _n in range(MOST + 2))
        assert len(merging.plan(kept=kept, others=others[:MOST]).sides) == MOST + 1
        for crowd in (others, [others[0], others[0]]):
            with pytest.raises(RuleViolation, match="merge_invalid"):
                merging.plan(kept=kept, others=crowd)


class TestMarks:
    @given(st.text(max_size=20), st.text(max_size=20))
    def test_a_mark_knows_a_value_again_and_no_other(self, one: str, other: str) -> None:
        assert (mark(one) == mark(other)) is (one == other)

    def test_a_mark_is_of_one_length_and_holds_nothing_of_the_number(self) -> None:
        marks = [mark(value) for value in ("", "13800000001", "张" * 500, 1)]
        assert {len(one) for one in marks} == {24}
        assert "138000" not in marks[1]
        # Numbers of a choice are known again whichever way they were read.
        assert mark(1) == mark("1")
