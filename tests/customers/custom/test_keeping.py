"""The company's set of custom fields: making them and taking them away."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from customers import custom
from customers.custom import keeping
from customers.custom.options import Wanted
from customers.models import CustomField, CustomOption
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, everything, put


def create(cast: Cast, **fields: Any) -> CustomField:
    given = {"subject": "customer", "key": "level", "name": "等级", "kind": K.TEXT}
    return custom.create_field(corp_id=cast.corp.pk, **given | fields, **AS)


def test_fields_come_one_behind_the_other_and_are_told(cast: Cast, recorded: Any) -> None:
    first = create(cast, required=True, personal=True)
    second = create(cast, key="age", name=" 年龄 ", kind=K.NUMBER)
    create(cast, key="first", name="首位", order=0)
    rows = CustomField.objects.order_by("pk")
    assert [(row.key, row.name, row.kind, row.order, row.required, row.personal, row.active) for row in rows] == [
        ("level", "等级", K.TEXT, 0, True, True, True),
        ("age", "年龄", K.NUMBER, 1, False, False, True),
        ("first", "首位", K.TEXT, 0, False, False, True),
    ]
    assert recorded()[:2] == [
        ("custom_field.created", first.pk, {"fieldId": first.pk, "subject": "customer", "key": "level"}),
        ("custom_field.created", second.pk, {"fieldId": second.pk, "subject": "customer", "key": "age"}),
    ]
    assert create(cast, key="last", name="末位").order == 2


def test_a_choice_begins_with_its_options_in_their_order(cast: Cast, recorded: Any) -> None:
    field = create(cast, kind=K.CHOICE, options=[Wanted(" 重点 "), Wanted("一般"), Wanted("过时", active=False)])
    options = CustomOption.objects.filter(field=field)
    assert [(o.label, o.order, o.active, o.corp_id) for o in options] == [
        ("重点", 0, True, cast.corp.pk),
        ("一般", 1, True, cast.corp.pk),
        ("过时", 2, False, cast.corp.pk),
    ]
    assert [event[0] for event in recorded()] == ["custom_field.created"]


def test_customers_and_relations_have_keys_and_names_of_their_own(cast: Cast) -> None:
    create(cast)
    other = create(cast, subject="relation")
    foreign = custom.create_field(
        corp_id=cast.other_corp.pk, subject="customer", key="level", name="等级", kind=K.DATE, **AS
    )
    assert (other.key, foreign.key) == ("level", "level")
    assert CustomField.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"key": ""}, "key_invalid"),
        ({"key": "Level"}, "key_invalid"),
        ({"key": "1st"}, "key_invalid"),
        ({"key": "le-vel"}, "key_invalid"),
        ({"key": "le.vel"}, "key_invalid"),
        ({"key": "le vel"}, "key_invalid"),
        ({"key": "等级"}, "key_invalid"),
        ({"key": "lével"}, "key_invalid"),
        ({"key": "level\n"}, "key_invalid"),
        ({"key": "l" * 41}, "key_invalid"),
        ({"key": "taken"}, "custom_field_exists"),
        ({"name": "已有"}, "custom_field_exists"),
        ({"name": " 已有 "}, "custom_field_exists"),
        ({"name": ""}, "name_invalid"),
        ({"name": "  "}, "name_invalid"),
        ({"name": "x" * 41}, "name_invalid"),
        ({"name": "a\nb"}, "name_invalid"),
        ({"options": [Wanted("甲")]}, "custom_options_invalid"),
        ({"kind": K.NUMBER, "options": [Wanted("甲")]}, "custom_options_invalid"),
        ({"kind": K.CHOICE}, "custom_options_invalid"),
        ({"kind": K.CHOICES, "options": []}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted("甲"), Wanted(" 甲 ")]}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted("")]}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted("a\nb")]}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted("x" * 41)]}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted("甲", id=10**9)]}, "custom_options_invalid"),
        ({"kind": K.CHOICE, "options": [Wanted(str(n)) for n in range(201)]}, "custom_options_invalid"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(cast: Cast, fields: dict[str, Any], code: str) -> None:
    make.custom_field(cast.corp, "taken", name="已有")
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        create(cast, **fields)
    assert refusal.value.code == code
    assert refusal.value.errors[0].field in {"key", "name", "options"}
    assert everything() == before


def test_keys_that_differ_by_a_letter_s_case_are_two(cast: Cast) -> None:
    create(cast, key="aB", name="一")
    create(cast, key="ab", name="二")
    assert CustomField.objects.count() == 2


def test_options_that_differ_by_an_accent_or_case_are_two(cast: Cast) -> None:
    field = create(cast, kind=K.CHOICE, options=[Wanted(one) for one in ("e", "é", "E", "😀", "😁")])
    assert field.options.count() == 5


def test_a_company_has_so_many_fields_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_FIELDS", 2)
    create(cast)
    create(cast, key="b", name="乙", subject="relation")
    before = everything()
    with pytest.raises(Conflict) as refusal:
        create(cast, key="c", name="丙")
    assert refusal.value.code == "too_many_custom_fields"
    assert everything() == before
    make.custom_field(cast.other_corp, "c")


def test_a_field_that_never_held_anything_goes_with_its_options(cast: Cast, recorded: Any) -> None:
    field = create(cast, kind=K.CHOICES, options=[Wanted("甲"), Wanted("乙")])
    custom.delete_field(field=field, **AS)
    assert not CustomField.objects.exists()
    assert not CustomOption.objects.exists()
    data = {"fieldId": field.pk, "subject": "customer", "key": "level"}
    assert recorded()[-1] == ("custom_field.deleted", field.pk, data)


@pytest.mark.parametrize("emptied", [False, True])
def test_one_that_holds_or_held_something_stays(cast: Cast, emptied: bool) -> None:
    field, customer = create(cast), make.customer(cast.corp)
    put(customer, level="甲")
    if emptied:
        put(customer, level=None)
    before = everything()
    with pytest.raises(Conflict) as refusal:
        custom.delete_field(field=field, **AS)
    assert refusal.value.code == "custom_field_in_use"
    assert everything() == before


def test_only_the_version_that_was_seen_is_taken_away(cast: Cast) -> None:
    field = create(cast)
    custom.update_field(field=field, order=7, **AS)
    before = everything()
    with pytest.raises(PreconditionFailed):
        custom.delete_field(field=field, if_version=1, **AS)
    assert everything() == before
    custom.delete_field(field=field, if_version=2, **AS)
    assert not CustomField.objects.exists()
