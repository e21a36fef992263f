"""By what a customer can be known again."""

import pytest
from django.utils import translation

from customers.choices import KeyKind, Reason
from customers.duplicates.keys import keys_of, named_keys_of, phone_of
from customers.duplicates.reasons import codes, is_weak, reason_of, sentence

ONE = "13800000001"


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        "+86 138-0000-0001",
        "0086 13800000001",
        "86-138 0000 0001",
        "１３８００００００01",
        "(138)00000001",
        " 13800000001 ",
    ],
)
def test_one_number_is_one_however_it_is_written(written: str) -> None:
    assert phone_of(written) == ONE


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0755-1234567", "7551234567"),
        ("+1 650 253 0000", "16502530000"),
        # Only before eleven digits is 86 the country.
        ("8613800", "8613800"),
        ("86138000000012", "86138000000012"),
    ],
)
def test_other_numbers_keep_their_digits(written: str, digits: str) -> None:
    assert phone_of(written) == digits


@pytest.mark.parametrize("written", [None, "", "–", "张三", "110", "12 34 56", "000000000"])
def test_what_is_no_number_is_none(written: str | None) -> None:
    assert phone_of(written) == ""


def test_a_number_has_one_key_wherever_it_is_noted_and_a_unionid_another() -> None:
    own = keys_of(unionid=None, mobile=ONE, noted=[])
    noted = keys_of(unionid=None, mobile=None, noted=["+86" + ONE, ONE])
    union = keys_of(unionid=ONE, mobile="", noted=[])
    assert [kind for _key, kind in (*own, *noted, *union)] == [KeyKind.MOBILE, KeyKind.NOTED, KeyKind.UNIONID]
    assert {key for key, _kind in own} == {key for key, _kind in noted}
    assert not {key for key, _kind in own} & {key for key, _kind in union}


def test_a_number_that_is_the_customer_s_own_is_not_noted_besides() -> None:
    assert [kind for _key, kind in keys_of(unionid="", mobile=ONE, noted=[ONE, "x"])] == [KeyKind.MOBILE]


def test_keys_fit_into_the_column() -> None:
    keys = {key for n in range(2_000) for key, _kind in keys_of(unionid=f"o{n}", mobile=None, noted=[])}
    assert len(keys) == 2_000
    assert min(keys) < 0 < max(keys)
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_reasons_are_by_where_the_number_stands() -> None:
    unionid, mobile, noted = {int(KeyKind.UNIONID)}, {int(KeyKind.MOBILE)}, {int(KeyKind.NOTED)}
    assert reason_of(unionid, unionid) == Reason.UNIONID
    assert reason_of(mobile, mobile) == Reason.MOBILE
    assert reason_of(mobile, noted) == reason_of(noted, mobile) == reason_of(noted, noted) == Reason.NOTED


def test_sums_of_reasons_have_names_and_words() -> None:
    assert codes(0) == []
    assert codes(Reason.UNIONID | Reason.NOTED) == ["unionid", "noted"]
    with translation.override("en"):
        assert sentence(Reason.UNIONID | Reason.MOBILE) == "same unionid, same mobile"


def named(name: str | None, city: str | None = None, *companies: str) -> set[int]:
    found = named_keys_of(name=name, city=city, companies=companies)
    assert {kind for _key, kind in found} <= {KeyKind.NAMED}
    return {key for key, _kind in found}


def test_a_name_has_a_key_with_the_city_and_one_with_each_company() -> None:
    assert len(named("张三", "深圳", "腾讯", "", "腾讯 ")) == 2
    assert named("张三", "深圳") & named("张三", "深圳", "腾讯")
    assert named("Zhang San", "ShenZhen") == named("ｚｈａｎｇsan", "shenzhen")


@pytest.mark.parametrize(
    "other", [named("张三", "广州"), named("李四", "深圳"), named("张三", None, "深圳"), named("张", "三深圳")]
)
def test_another_name_or_place_is_another_key(other: set[int]) -> None:
    assert not named("张三", "深圳") & other


@pytest.mark.parametrize(
    ("name", "city"), [(None, "深圳"), ("", "深圳"), ("张", "深圳"), ("张三", None), ("张三", " ")]
)
def test_a_name_alone_or_one_of_a_single_character_is_none(name: str | None, city: str | None) -> None:
    assert named(name, city, "") == set()


def test_names_alone_are_a_weak_reason() -> None:
    assert reason_of({KeyKind.NAMED}, {KeyKind.NAMED}) == Reason.NAMED
    assert [is_weak(bits) for bits in (Reason.NAMED, Reason.MOBILE, Reason.NAMED | Reason.MOBILE)] == [
        True,
        False,
        False,
    ]
    assert codes(Reason.NAMED | Reason.UNIONID) == ["unionid", "named"]
