"""Another name, place or kind for a custom field: no value is lost, and what can't be converted is told beforehand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from customers import custom
from customers.custom import converting, showing
from customers.custom.converting import WAYS, trial
from customers.custom.kinds import CHOOSING
from customers.custom.options import Wanted
from customers.models import CustomChosen, CustomField, CustomValue
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, everything, held, ids_of, midnight, one_of_each, put


def update(field: CustomField, **fields: Any) -> CustomField:
    return custom.update_field(field=CustomField.objects.get(pk=field.pk), **fields, **AS)


def test_what_differs_is_changed_and_told_and_a_repeat_does_nothing(cast: Cast, recorded: Any) -> None:
    field = make.custom_field(cast.corp, "nick", name="昵称")
    facts: dict[str, Any] = {"name": "小名", "required": True, "personal": True, "order": 5, "active": False}
    row = update(field, **facts)
    assert {name: getattr(row, name) for name in facts} == facts
    assert row.version == 2
    told = {"fieldId": field.pk, "subject": "customer", "key": "nick", "changed": sorted(facts)}
    assert recorded()[-1] == ("custom_field.updated", field.pk, told)
    before = everything()
    update(field, **facts)
    assert everything() == before


def test_cached_customers_are_read_anew_after_a_change_and_only_then(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick", name="昵称")
    before = Corp.objects.get(pk=cast.corp.pk).tags_version
    update(field, name="昵称")
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == before
    update(field, active=False)
    assert Corp.objects.get(pk=cast.corp.pk).tags_version == before + 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "name_invalid"),
        ({"name": "x" * 41}, "name_invalid"),
        ({"name": "已有"}, "custom_field_exists"),
        ({"kind": K.CHOICE}, "custom_options_invalid"),
        ({"kind": K.CHOICES, "options": []}, "custom_options_invalid"),
        ({"kind": K.NUMBER, "options": [Wanted("甲")]}, "custom_options_invalid"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(cast: Cast, fields: dict[str, Any], code: str) -> None:
    make.custom_field(cast.corp, "taken", name="已有")
    field = make.custom_field(cast.corp, "nick")
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        update(field, **fields)
    assert refusal.value.code == code
    assert everything() == before


def test_only_the_version_that_was_seen_is_changed(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    update(field, order=3)
    before = everything()
    with pytest.raises(PreconditionFailed):
        update(field, order=4, if_version=1)
    assert everything() == before


def test_a_field_without_values_becomes_one_of_any_kind(cast: Cast) -> None:
    for at, kind in enumerate(K):
        field = make.custom_field(cast.corp, f"f{at}")
        options = {"options": [Wanted("甲")]} if kind in CHOOSING else {}
        assert update(field, kind=kind, **options).kind == kind
        assert update(field, kind=K.TEXT).kind == K.TEXT


# From, what it holds, to, and what it holds then; None: it can't be said in the new kind.
CONVERTED: list[tuple[int, Any, int, Any]] = [
    (K.TEXT, "甲", K.LONG_TEXT, "甲"),
    (K.TEXT, "12.50", K.NUMBER, Decimal("12.5")),
    (K.TEXT, "-3", K.NUMBER, Decimal(-3)),
    (K.TEXT, "viel", K.NUMBER, None),
    (K.TEXT, "1990-05-01", K.DATE, midnight(1990, 5, 1)),
    (K.TEXT, "1990/05/01", K.DATE, None),
    (K.TEXT, "+86 138-0013", K.PHONE, "+86 138-0013"),
    (K.TEXT, "zu Hause", K.PHONE, None),
    (K.TEXT, "https://example.com", K.LINK, "https://example.com"),
    (K.TEXT, "example.com", K.LINK, None),
    (K.TEXT, "a@example.com", K.EMAIL, "a@example.com"),
    (K.TEXT, "a bei example", K.EMAIL, None),
    (K.LONG_TEXT, "甲", K.TEXT, "甲"),
    (K.LONG_TEXT, "一\n二", K.TEXT, None),
    (K.LONG_TEXT, "字" * 501, K.TEXT, None),
    (K.NUMBER, 12.5, K.TEXT, "12.5"),
    (K.NUMBER, 3, K.LONG_TEXT, "3"),
    (K.DATE, "1990-05-01", K.TEXT, "1990-05-01"),
    (K.DATE, "1990-05-01", K.DATE_TIME, dt.datetime(1990, 4, 30, 15, tzinfo=dt.UTC)),
    (K.DATE_TIME, "2026-01-31T00:30:00Z", K.TEXT, "2026-01-31 08:30:00"),
    (K.PHONE, "4008", K.TEXT, "4008"),
    (K.PHONE, "4008", K.LONG_TEXT, "4008"),
    (K.LINK, "https://example.com", K.TEXT, "https://example.com"),
    (K.EMAIL, "a@example.com", K.TEXT, "a@example.com"),
    (K.EMAIL, "a@example.com", K.LONG_TEXT, "a@example.com"),
]


@pytest.mark.parametrize(("kind", "raw", "to", "meant"), CONVERTED)
def test_a_value_is_said_in_the_new_kind_or_stays_as_it_was(
    cast: Cast, kind: int, raw: Any, to: int, meant: Any
) -> None:
    field, customer = make.custom_field(cast.corp, "f", kind=kind), make.customer(cast.corp)
    put(customer, f=raw)
    before, kept = held(customer, "f"), everything()
    found = trial(field, to)
    assert (found.allowed, found.values, found.exact, found.staying) == (True, 1, True, int(meant is None))
    assert everything() == kept
    if meant is None:
        with pytest.raises(Conflict) as refusal:
            update(field, kind=to)
        assert (refusal.value.code, refusal.value.errors[0].field) == ("values_not_convertible", "kind")
        assert everything() == kept
    update(field, kind=to, leave_old=True)
    row = CustomValue.objects.get()
    assert row.kind == (kind if meant is None else to)
    assert held(customer, "f") == (before if meant is None else meant)
    columns = [one for one in (row.text, row.long_text, row.number, row.time) if one is not None]
    assert len(columns) == 1


def test_texts_become_options_of_the_same_name(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "f")
    customers = [make.customer(cast.corp) for _n in range(3)]
    for customer, text in zip(customers, ("甲", "乙", "别的"), strict=True):
        put(customer, f=text)
    with pytest.raises(Conflict) as refusal:
        update(field, kind=K.CHOICE, options=[Wanted("甲"), Wanted("乙")])
    assert refusal.value.code == "values_not_convertible"
    assert not field.options.exists()
    update(field, kind=K.CHOICE, options=[Wanted("甲"), Wanted("乙")], leave_old=True)
    ids = ids_of(field)
    assert [held(customer, "f") for customer in customers] == [(ids["甲"],), (ids["乙"],), "别的"]
    rows = CustomChosen.objects.values_list("customer_id", "option_id", "value__customer_id", "corp_id")
    assert set(rows) == {
        (customer.pk, ids[label], customer.pk, cast.corp.pk)
        for customer, label in zip(customers[:2], ("甲", "乙"), strict=True)
    }


def test_options_become_texts_and_are_chosen_no_more(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f", "甲", "乙"), make.customer(cast.corp)
    put(customer, f=ids_of(field)["乙"])
    update(field, kind=K.TEXT)
    assert held(customer, "f") == "乙"
    assert not CustomChosen.objects.exists()
    assert field.options.count() == 2


def test_one_choice_becomes_several_by_one_statement_whatever_their_number(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    field = make.custom_field(cast.corp, "f", "甲", "乙")
    for _n in range(4):
        put(make.customer(cast.corp), f=ids_of(field)["甲"])
    with django_assert_max_num_queries(14):
        update(field, kind=K.CHOICES)
    assert set(CustomValue.objects.values_list("kind", flat=True)) == {K.CHOICES}
    assert CustomChosen.objects.count() == 4


def test_several_choices_become_one_where_there_is_one(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "f", "甲", "乙", kind=K.CHOICES)
    one, two, ids = make.customer(cast.corp), make.customer(cast.corp), ids_of(field)
    put(one, f=[ids["甲"]])
    put(two, f=list(ids.values()))
    assert trial(field, K.CHOICE).staying == 1
    update(field, kind=K.CHOICE, leave_old=True)
    assert held(one, "f") == (ids["甲"],)
    assert held(two, "f") == tuple(sorted(ids.values()))
    assert list(CustomValue.objects.order_by("pk").values_list("kind", flat=True)) == [K.CHOICE, K.CHOICES]


def test_kinds_that_can_not_say_the_same_are_refused_once_there_are_values(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    options = {K.CHOICE: ids_of(fields[K.CHOICE])["甲"], K.CHOICES: [ids_of(fields[K.CHOICES])["甲"]]}
    values = options | {K.TEXT: "x", K.LONG_TEXT: "x", K.NUMBER: 1, K.DATE: "2026-01-01", K.FLAG: True}
    values |= {K.DATE_TIME: "2026-01-01T00:00:00Z", K.PHONE: "4008", K.LINK: "https://a.cn", K.EMAIL: "a@b.cn"}
    put(customer, **{f"f{kind}": value for kind, value in values.items()})
    make.custom_file(customer, f"f{K.FILES}")
    before = everything()
    for kind, field in fields.items():
        for to in set(K) - {kind} - WAYS[kind]:
            wanted = {"options": [Wanted("甲")]} if to in CHOOSING and kind not in CHOOSING else {}
            assert not trial(field, to).allowed
            with pytest.raises(Conflict) as refusal:
                update(field, kind=to, leave_old=True, **wanted)
            assert refusal.value.code == "kind_unlike", (kind, to)
    assert everything() == before


def test_what_stayed_is_current_again_when_the_old_kind_comes_back(cast: Cast) -> None:
    field, customer = make.custom_field(cast.corp, "f"), make.customer(cast.corp)
    put(customer, f="viel")
    update(field, kind=K.NUMBER, leave_old=True)
    (told,) = showing.in_full(customer, actor=SYSTEM)
    assert (told["value"], told["text"], told["kind"], told["state"]) == ("viel", "viel", "text", "otherKind")
    update(field, kind=K.TEXT)
    (told,) = showing.in_full(customer, actor=SYSTEM)
    assert (told["value"], told["state"]) == ("viel", "current")


def test_values_are_converted_in_batches_each_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "_BATCH", 2)
    field = make.custom_field(cast.corp, "f")
    customers = [make.customer(cast.corp) for _n in range(5)]
    for at, customer in enumerate(customers):
        put(customer, f=str(at) if at != 2 else "zwei")
    assert trial(field, K.NUMBER).staying == 1
    update(field, kind=K.NUMBER, leave_old=True)
    assert [held(customer, "f") for customer in customers] == [0, 1, "zwei", 3, 4]


def test_too_many_values_are_not_converted_but_where_they_stay_as_they_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "MOST", 1)
    text, phone = make.custom_field(cast.corp, "f"), make.custom_field(cast.corp, "p", kind=K.PHONE)
    for _n in range(2):
        put(make.customer(cast.corp), f="1", p="4008")
    before = everything()
    found = trial(text, K.NUMBER)
    assert (found.allowed, found.exact, found.too_many) == (True, False, True)
    with pytest.raises(Conflict) as refusal:
        update(text, kind=K.NUMBER)
    assert refusal.value.code == "too_many_values"
    assert everything() == before
    assert update(phone, kind=K.TEXT).kind == K.TEXT
    assert set(CustomValue.objects.filter(field=phone).values_list("kind", flat=True)) == {K.TEXT}


def test_the_fields_of_relations_are_converted_alike(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "f", subject="relation")
    customer = make.customer(cast.corp, cast.owner)
    put(customer, cast.owner.pk, f="甲")
    update(field, kind=K.CHOICE, options=[Wanted("甲")])
    assert held(customer, "f", cast.owner.pk) == (ids_of(field)["甲"],)
    row = CustomChosen.objects.get()
    assert row.relation_id == row.value.relation_id is not None


def test_another_company_s_values_are_left_alone(cast: Cast) -> None:
    field, foreign = make.custom_field(cast.corp, "f"), make.custom_field(cast.other_corp, "f")
    theirs = make.customer(cast.other_corp)
    put(theirs, f="3")
    update(field, kind=K.NUMBER)
    assert held(theirs, "f") == "3"
    assert CustomField.objects.get(pk=foreign.pk).kind == K.TEXT
