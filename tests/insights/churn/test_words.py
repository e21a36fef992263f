"""Every reason has its sentence, in both languages, with its number."""

import re

import pytest
from django.utils.translation import override

from insights.churn import words
from insights.churn.table import CODES


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("number", [0, 1, 7])
def test_each_code_says_its_number_in_both_languages(code: str, number: int) -> None:
    with override("en"):
        english = words.sentence(code, number)
    with override("zh-hans"):
        chinese = words.sentence(code, number)
    assert str(number) in english
    assert str(number) in chinese
    assert english != chinese
    assert re.search(r"[一-鿿]", chinese)
    assert "%(" not in english + chinese


def test_one_and_many_are_told_apart() -> None:
    with override("en"):
        assert words.sentence("groups", 1) == "in 1 group chat"
        assert words.sentence("groups", 2) == "in 2 group chats"
        assert words.sentence("pace", 40) == "contacts this month at 40% of the pace before"


def test_the_points_stand_behind_with_their_sign() -> None:
    with override("en"):
        told = words.sentences([["silent", 45, 15], ["groups", 2, -5]])
    assert told == ["last contact 45 days ago (+15)", "in 2 group chats (-5)"]


def test_a_code_of_an_older_model_says_its_name() -> None:
    assert words.sentence("horoscope", 3) == "horoscope 3"


def test_no_reasons_are_no_sentences() -> None:
    assert words.sentences([]) == []
