"""By what a customer can be known again."""

import pytest
from django.utils import translation

from customers.choices import KeyKind, Reason
from customers.duplicates.keys import keys_of, phone_of
from customers.duplicates.reasons import codes, reason_of, sentence

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
