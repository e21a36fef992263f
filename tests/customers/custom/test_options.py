"""The options of a choice: renamed, put in order, retired; who has chosen one keeps it."""

from typing import Any

import pytest

from core.errors import RuleViolation
from customers import custom
from customers.custom.options import Wanted
from customers.models import CustomChosen, CustomField, CustomOption
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, everything, held, ids_of, put


@pytest.fixture
def level(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "level", "甲", "乙", "丙")


def offered(field: CustomField) -> list[tuple[str, bool]]:
    return [
        (option.label, option.active) for option in CustomOption.objects.filter(field=field).order_by("order", "id")
    ]


def offer(field: CustomField, *wanted: Wanted) -> CustomField:
    return custom.update_field(field=CustomField.objects.get(pk=field.pk), options=wanted, **AS)


def test_options_are_renamed_by_their_ids_and_who_has_them_keeps_them(
    cast: Cast, level: CustomField, recorded: Any
) -> None:
    ids, customer = ids_of(level), make.customer(cast.corp)
    put(customer, level=ids["甲"])
    offer(level, Wanted("核心", ids["甲"]), Wanted("乙", ids["乙"]), Wanted("丙", ids["丙"]))
    assert ids_of(level) == {"核心": ids["甲"], "乙": ids["乙"], "丙": ids["丙"]}
    assert held(customer, "level") == (ids["甲"],)
    data = {"fieldId": level.pk, "subject": "customer", "key": "level", "changed": ["options"]}
    assert recorded()[-1] == ("custom_field.updated", level.pk, data)


def test_options_come_into_the_order_in_which_they_are_sent(level: CustomField) -> None:
    ids = ids_of(level)
    offer(level, *(Wanted(label, ids[label]) for label in ("丙", "甲", "乙")))
    assert [label for label, _active in offered(level)] == ["丙", "甲", "乙"]


def test_names_can_be_swapped(level: CustomField) -> None:
    ids = ids_of(level)
    offer(level, Wanted("乙", ids["甲"]), Wanted("甲", ids["乙"]), Wanted("丙", ids["丙"]))
    assert ids_of(level) == {"乙": ids["甲"], "甲": ids["乙"], "丙": ids["丙"]}


def test_names_can_go_round(level: CustomField) -> None:
    ids = ids_of(level)
    offer(level, Wanted("乙", ids["甲"]), Wanted("丙", ids["乙"]), Wanted("甲", ids["丙"]))
    assert ids_of(level) == {"乙": ids["甲"], "丙": ids["乙"], "甲": ids["丙"]}


def test_one_left_out_is_retired_where_somebody_has_it_and_goes_where_nobody_does(
    cast: Cast, level: CustomField
) -> None:
    ids, customer = ids_of(level), make.customer(cast.corp)
    put(customer, level=ids["甲"])
    offer(level, Wanted("丙", ids["丙"]))
    assert offered(level) == [("丙", True), ("甲", False)]
    assert held(customer, "level") == (ids["甲"],)
    assert CustomChosen.objects.count() == 1


def test_one_that_was_retired_comes_back_by_its_id_or_by_its_name(cast: Cast, level: CustomField) -> None:
    ids, customer = ids_of(level), make.customer(cast.corp)
    put(customer, level=ids["甲"])
    offer(level, Wanted("丙", ids["丙"]))
    offer(level, Wanted("丙"), Wanted("甲"))
    assert offered(level) == [("丙", True), ("甲", True)]
    assert ids_of(level)["甲"] == ids["甲"]
    offer(level, Wanted("甲", ids["甲"], active=False), Wanted("丙"))
    assert offered(level) == [("甲", False), ("丙", True)]


def test_the_same_names_sent_again_change_nothing(level: CustomField) -> None:
    before = everything()
    offer(level, Wanted("甲"), Wanted(" 乙 "), Wanted("丙"))
    offer(level, *(Wanted(label, pk) for label, pk in ids_of(level).items()))
    assert everything() == before


def test_new_ones_come_where_they_stand(level: CustomField) -> None:
    ids = ids_of(level)
    offer(level, Wanted("新"), Wanted("甲", ids["甲"]), Wanted("乙", ids["乙"]), Wanted("丙", ids["丙"]))
    assert [label for label, _active in offered(level)] == ["新", "甲", "乙", "丙"]


def test_a_new_one_may_have_the_name_that_another_gives_up(level: CustomField) -> None:
    ids = ids_of(level)
    offer(level, Wanted("甲"), Wanted("老甲", ids["甲"]), Wanted("乙", ids["乙"]), Wanted("丙", ids["丙"]))
    found = ids_of(level)
    assert found["老甲"] == ids["甲"]
    assert found["甲"] not in ids.values()


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [Wanted("")],
        [Wanted("   ")],
        [Wanted("a\tb")],
        [Wanted("x" * 41)],
        [Wanted("新"), Wanted("新")],
        [Wanted("甲"), Wanted(" 甲")],
        [Wanted("新", 10**9)],
        [Wanted(str(n)) for n in range(201)],
    ],
)
def test_what_may_not_be_offered_is_refused_and_changes_nothing(level: CustomField, wanted: list[Wanted]) -> None:
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        offer(level, *wanted)
    assert (refusal.value.code, refusal.value.errors[0].field) == ("custom_options_invalid", "options")
    assert everything() == before


def test_an_id_twice_or_of_another_field_is_refused(cast: Cast, level: CustomField) -> None:
    ids, foreign = ids_of(level), ids_of(make.custom_field(cast.corp, "other", "丁"))
    before = everything()
    for wanted in (
        [Wanted("一", ids["甲"]), Wanted("二", ids["甲"])],
        [Wanted("丁", foreign["丁"])],
        # The name of one that would be left.
        [Wanted("乙", ids["甲"])],
    ):
        with pytest.raises(RuleViolation) as refusal:
            offer(level, *wanted)
        assert refusal.value.code == "custom_options_invalid"
    assert everything() == before


def test_only_choices_have_options(cast: Cast) -> None:
    text = make.custom_field(cast.corp, "nick")
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        offer(text, Wanted("甲"))
    assert refusal.value.code == "custom_options_invalid"
    assert everything() == before
    assert offer(text).version == 1


def test_a_choice_of_several_keeps_each_of_them(cast: Cast) -> None:
    some = make.custom_field(cast.corp, "some", "甲", "乙", kind=K.CHOICES)
    ids, customer = ids_of(some), make.customer(cast.corp)
    put(customer, some=list(ids.values()))
    offer(some, Wanted("新"))
    assert offered(some) == [("新", True), ("甲", False), ("乙", False)]
    assert held(customer, "some") == tuple(sorted(ids.values()))
