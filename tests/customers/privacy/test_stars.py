"""Numbers inside texts: which are starred out, and that nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.privacy.stars import in_words, stars_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000，微信同号", "电话138****8000，微信同号"),
        ("+86 138-0013-8000", "138****8000"),
        ("8613800138000或0086-13900139000", "138****8000或139****9000"),
        ("138 0013 8000 / 139.0013.9000", "138****8000 / 139****9000"),
        ("138　0013－8000 １３８００１３８０００", "138****8000 １３８****８０００"),
        ("013800138000", "138****8000"),
        ("a13800138000b", "a138****8000b"),
        ("张三 110101199003071234。", "张三 110****1234。"),
        ("11010119900307123X", "110****123X"),
        ("110101 19900307 1234", "110****1234"),
        ("写信到 zhang.san@example.com.cn 谢谢", "写信到 zha****m.cn 谢谢"),
        ("li@qq.com", "****"),
        ("13800138000@qq.com", "138****.com"),
        ("13800138000 13900139000", "138****8000 139****9000"),
        # A month as an identity number has none; the mobile in it is one all the same.
        ("13800138000 1390013", "138****8000 1390013"),
    ],
)
def test_a_number_leaves_its_ends(text: str, shown: str) -> None:
    assert in_words(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "订单 202611301380013800012",
        "报价 12800 元，2026-11-30 14:30 再谈",
        "12345678901",
        "138001380001",
        "1380013800",
        "110101199013071234",
        "@王小明 看一下",
        "周末 3@4",
        "138****8000",
    ],
)
def test_what_is_no_such_number_stays(text: str) -> None:
    assert in_words(text) == text


_WORDS = st.text("张三的 电话a.@-+086138", max_size=40)
_MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(_WORDS, _MOBILES, st.sampled_from(["", "-", " "]), _WORDS)
def test_no_mobile_is_left_however_it_is_written(before: str, number: str, gap: str, after: str) -> None:
    text = f"{before}，{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}，{after}"
    shown = in_words(text)
    assert number not in shown
    assert f"{number[3:7]}{gap}{number[7:]}" not in shown.split("，")[1]
    assert f"{number[:3]}****{number[7:]}" in shown


@given(st.text("张a.@-+ 0123456789Xx\n，*", max_size=80))
def test_a_second_time_changes_nothing_and_only_numbers_go(text: str) -> None:
    shown = in_words(text)
    assert in_words(shown) == shown
    assert (shown == text) == (not stars_in(text))
    assert shown.count("****") >= len(stars_in(text))


def test_a_long_text_of_nothing_costs_little() -> None:
    """Each place is looked at a bounded number of times: with one that went back this would not end."""
    text = "a1." * 70_000
    assert in_words(text) == text
