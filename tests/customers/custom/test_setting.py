"""Putting values into custom fields: rows, history, version and event of each change."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from customers import custom, lifecycle
from customers.choices import RelationStatus
from customers.models import CustomChange, CustomChosen, Customer, CustomValue, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, everything, held, ids_of, midnight, one_of_each, put

# Kind → what is sent, and what stands in the tables; of choices labels.
VALUES: dict[int, tuple[Any, Any]] = {
    K.TEXT: ("深圳", "深圳"),
    K.LONG_TEXT: ("一\n二", "一\n二"),
    K.NUMBER: (12.5, Decimal("12.5")),
    K.DATE: ("1990-05-01", midnight(1990, 5, 1)),
    K.DATE_TIME: ("2026-01-31T08:30:00+08:00", dt.datetime(2026, 1, 31, 0, 30, tzinfo=dt.UTC)),
    K.FLAG: (False, Decimal(0)),
    K.PHONE: ("+86 138", "+86 138"),
    K.LINK: ("https://example.com", "https://example.com"),
    K.EMAIL: ("a@example.com", "a@example.com"),
}


def test_a_value_of_each_kind_is_stored_in_its_column_and_in_no_other(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    for kind, (raw, meant) in VALUES.items():
        assert put(customer, **{f"f{kind}": raw}) == [f"f{kind}"]
        assert held(customer, f"f{kind}") == meant
        row = CustomValue.objects.get(field=fields[kind])
        columns = [row.text, row.long_text, row.number, row.time]
        assert [one for one in columns if one is not None] == [meant]
        assert (row.kind, row.corp_id, row.relation_id) == (kind, cast.corp.pk, None)
        assert (row.actor, row.source, row.run_id) == ("system", "operator", None)


def test_options_are_stored_by_their_ids(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    one, some = ids_of(fields[K.CHOICE]), ids_of(fields[K.CHOICES])
    put(customer, f7=one["乙"], f8=[some["丙"], some["甲"], some["甲"]])
    assert held(customer, "f7") == (one["乙"],)
    assert held(customer, "f8") == (some["甲"], some["丙"])
    rows = CustomChosen.objects.order_by("option_id")
    assert {(row.customer_id, row.relation_id, row.corp_id) for row in rows} == {(customer.pk, None, cast.corp.pk)}
    put(customer, f8=[some["乙"]])
    assert held(customer, "f8") == (some["乙"],)
    assert CustomChosen.objects.count() == 2


def test_a_change_raises_the_version_once_and_is_told_by_keys_alone(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "city")
    stamped = Customer.objects.get(pk=customer.pk).update_time
    changed = custom.set_values(customer=customer, values={"nick": "阿明", "city": "深圳"}, run_id=7, **AS)
    assert changed == ["nick", "city"]
    row = Customer.objects.get(pk=customer.pk)
    assert row.version == 2
    assert row.update_time > stamped
    told = {"customerId": customer.pk, "employeeId": None, "fieldKeys": ["city", "nick"], "runId": 7}
    assert recorded()[-1] == ("customer.field.changed", customer.pk, told)
    assert "阿明" not in str(recorded())


def test_a_repeat_changes_and_records_nothing(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    options = ids_of(fields[K.CHOICES])
    sent = {f"f{kind}": raw for kind, (raw, _meant) in VALUES.items()}
    sent |= {"f8": [options["甲"], options["乙"]], "f7": ids_of(fields[K.CHOICE])["甲"]}
    assert len(put(customer, **sent)) == len(set(K) - {K.FILES})
    before = everything()
    assert put(customer, **sent) == []
    assert put(customer, f3="12.5000", f5="2026-01-31T00:30:00Z", f8=[options["乙"], options["甲"]]) == []
    assert everything() == before


def test_of_several_only_what_differs_is_written(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp)
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "city")
    put(customer, nick="阿明", city="深圳")
    kept = CustomValue.objects.get(field__key="nick")
    assert put(customer, nick="阿明", city="广州") == ["city"]
    assert CustomValue.objects.get(field__key="nick").pk == kept.pk
    assert recorded()[-1][2]["fieldKeys"] == ["city"]
    assert CustomChange.objects.filter(field__key="nick").count() == 1


@pytest.mark.parametrize("nothing", [None, "", "   ", []])
def test_nothing_empties_a_field_of_whatever_kind(cast: Cast, nothing: Any) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    sent = {f"f{kind}": raw for kind, (raw, _meant) in VALUES.items()}
    sent |= {"f7": ids_of(fields[K.CHOICE])["甲"], "f8": [ids_of(fields[K.CHOICES])["甲"]]}
    put(customer, **sent)
    assert len(put(customer, **dict.fromkeys(sent, nothing))) == len(set(K) - {K.FILES})
    assert not CustomValue.objects.exists()
    assert not CustomChosen.objects.exists()
    before = everything()
    assert put(customer, **dict.fromkeys(sent, nothing)) == []
    assert everything() == before


def test_each_change_is_kept_in_words_as_things_were_called_then(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "重点", "一般")
    customer, options = make.customer(cast.corp), ids_of(level)
    custom.set_values(customer=customer, values={"level": options["重点"]}, by=cast.actor("admin"), source="api")
    level.options.filter(label="重点").update(label="核心")
    custom.set_values(customer=customer, values={"level": options["一般"]}, run_id=5, **AS)
    put(customer, level=None)
    rows = CustomChange.objects.order_by("pk")
    assert [(row.before, row.after, row.actor, row.source, row.run_id) for row in rows] == [
        ("", "重点", cast.actor("admin").label, "api", None),
        ("核心", "一般", "system", "operator", 5),
        ("一般", "", "system", "operator", None),
    ]
    assert {(row.customer_id, row.relation_id, row.field_id) for row in rows} == {(customer.pk, None, level.pk)}


def test_a_relation_has_values_of_its_own(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "mood", subject="relation")
    make.custom_field(cast.corp, "mood2")
    relation = FollowRelation.objects.get(customer=customer)
    assert put(customer, cast.owner.pk, mood="好") == ["mood"]
    row = CustomValue.objects.get()
    assert (row.customer_id, row.relation_id, row.text) == (customer.pk, relation.pk, "好")
    assert CustomChange.objects.get().relation_id == relation.pk
    assert recorded()[-1][2] == {
        "customerId": customer.pk,
        "employeeId": cast.owner.pk,
        "fieldKeys": ["mood"],
        "runId": None,
    }
    assert Customer.objects.get(pk=customer.pk).version == 2
    assert put(customer, cast.owner.pk, mood="好") == []
    assert put(customer, cast.owner.pk, mood=None) == ["mood"]
    assert not CustomValue.objects.exists()


def test_two_employees_keep_the_same_field_apart(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    FollowRelation.objects.create(corp=cast.corp, customer=customer, employee=cast.colleague)
    mood = make.custom_field(cast.corp, "mood", "好", "坏", subject="relation")
    options = ids_of(mood)
    put(customer, cast.owner.pk, mood=options["好"])
    put(customer, cast.colleague.pk, mood=options["坏"])
    assert held(customer, "mood", cast.owner.pk) == (options["好"],)
    assert held(customer, "mood", cast.colleague.pk) == (options["坏"],)
    assert CustomChosen.objects.values("relation").distinct().count() == 2


def refused(
    customer: Customer, code: str, errors: dict[str, str], employee_id: int | None = None, **values: Any
) -> None:
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        put(customer, employee_id, **values)
    assert refusal.value.code == code
    assert {error.field: error.code for error in refusal.value.errors} == errors
    assert all(error.message for error in refusal.value.errors)
    assert everything() == before


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp)
    foreign = ids_of(fields[K.CHOICES])["甲"]
    wrong = {"f3": "viel", "f4": "gestern", "f7": foreign, "f8": [foreign, 10**9], "f11": "a@", "f1": "gut"}
    refused(
        customer,
        "custom_values_invalid",
        {
            "customFields.f3": "custom_value_invalid",
            "customFields.f4": "custom_value_invalid",
            "customFields.f7": "custom_option_unknown",
            "customFields.f8": "custom_option_unknown",
            "customFields.f11": "custom_value_invalid",
        },
        **wrong,
    )


def test_fields_that_are_not_there_or_not_in_use_are_refused(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "old", active=False)
    make.custom_field(cast.corp, "mood", subject="relation")
    make.custom_field(cast.other_corp, "foreign")
    refused(
        customer,
        "custom_field_unknown",
        {
            "customFields.mood": "custom_field_unknown",
            "customFields.foreign": "custom_field_unknown",
            "customFields.old": "custom_field_retired",
            "customFields.nothing": "custom_field_unknown",
        },
        mood="好",
        foreign="x",
        old="x",
        nothing=None,
    )
    refused(customer, "custom_field_unknown", {"customFields.old": "custom_field_unknown"}, cast.owner.pk, old="x")


def test_a_retired_option_stays_with_whoever_has_it_and_is_given_to_nobody(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "甲", "乙", "丙", kind=K.CHOICES)
    options, mine, other = ids_of(level), make.customer(cast.corp), make.customer(cast.corp)
    put(mine, level=[options["甲"]])
    level.options.filter(label="甲").update(active=False)
    assert put(mine, level=[options["甲"], options["乙"]]) == ["level"]
    assert held(mine, "level") == (options["甲"], options["乙"])
    refused(
        other,
        "custom_values_invalid",
        {"customFields.level": "custom_option_retired"},
        level=[options["甲"], options["丙"]],
    )
    put(mine, level=[options["乙"]])
    refused(mine, "custom_values_invalid", {"customFields.level": "custom_option_retired"}, level=[options["甲"]])


def test_who_never_followed_and_who_let_go_write_nothing(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "mood", subject="relation")
    refused(customer, "not_a_follower", {"employeeId": "not_a_follower"}, cast.colleague.pk, mood="好")
    FollowRelation.objects.filter(customer=customer).update(status=RelationStatus.ENDED_BY_TRANSFER)
    refused(customer, "relation_ended", {}, cast.owner.pk, mood="好")
    FollowRelation.objects.filter(customer=customer).update(status=RelationStatus.ENDED_BY_CUSTOMER)
    assert put(customer, cast.owner.pk, mood="好") == ["mood"]


def test_a_deleted_customer_takes_no_values(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    make.custom_field(cast.corp, "nick")
    lifecycle.delete(customer=customer, **AS)
    before = everything()
    with pytest.raises(Conflict) as refusal:
        put(Customer.objects.get(pk=customer.pk), nick="x")
    assert refusal.value.code == "customer_deleted"
    assert everything() == before


def test_only_the_version_that_was_seen_is_changed(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    make.custom_field(cast.corp, "nick")
    put(customer, nick="一")
    before = everything()
    with pytest.raises(PreconditionFailed):
        custom.set_values(customer=customer, values={"nick": "二"}, if_version=1, **AS)
    assert everything() == before
    custom.set_values(customer=customer, values={"nick": "二"}, if_version=2, **AS)
    assert held(customer, "nick") == "二"


def test_a_value_of_a_former_kind_gives_way_to_a_new_one_and_stays_in_the_history(cast: Cast) -> None:
    nick, customer = make.custom_field(cast.corp, "nick"), make.customer(cast.corp)
    put(customer, nick="viel")
    custom.update_field(field=nick, kind=K.NUMBER, leave_old=True, **AS)
    assert put(customer, nick=3) == ["nick"]
    assert held(customer, "nick") == Decimal(3)
    last = CustomChange.objects.latest("pk")
    assert (last.before, last.after) == ("viel", "3")


def test_emptying_takes_what_is_left_of_a_former_kind_too(cast: Cast) -> None:
    nick, customer = make.custom_field(cast.corp, "nick"), make.customer(cast.corp)
    put(customer, nick="viel")
    custom.update_field(field=nick, kind=K.NUMBER, leave_old=True, **AS)
    assert put(customer, nick=None) == ["nick"]
    assert not CustomValue.objects.exists()
    assert CustomChange.objects.latest("pk").before == "viel"


def test_what_a_customer_holds_goes_with_the_customer_s_row(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "甲")
    customer, other = make.customer(cast.corp, cast.owner), make.customer(cast.corp)
    make.custom_field(cast.corp, "mood", subject="relation")
    put(customer, level=ids_of(level)["甲"])
    put(customer, cast.owner.pk, mood="好")
    put(other, level=ids_of(level)["甲"])
    Customer.objects.filter(pk=customer.pk).delete()
    assert set(CustomValue.objects.values_list("customer_id", flat=True)) == {other.pk}
    assert set(CustomChosen.objects.values_list("customer_id", flat=True)) == {other.pk}
    assert set(CustomChange.objects.values_list("customer_id", flat=True)) == {other.pk}
