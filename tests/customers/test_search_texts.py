"""What the search sees of a record and of those merged into it: lines, each once, within the column's bound."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.search import TEXT_LENGTH, grams, remarks_of, text_of, together

LINES = st.lists(st.text(alphabet="张三李ab1", min_size=1, max_size=6), max_size=8)
# As the column holds it.
TEXTS = st.lists(LINES.map("\n".join), max_size=5)


def relation(ident: int | None, remark: str, mobiles: Any, employee: int = 1) -> Any:
    return SimpleNamespace(id=ident, employee_id=employee, remark=remark, remark_mobiles=mobiles)


class TestTogether:
    @pytest.mark.parametrize(
        ("texts", "text"),
        [
            ([], ""),
            (["", ""], ""),
            (["张三\n138"], "张三\n138"),
            (["张三\n138", "李四\n138"], "张三\n138\n李四"),
            (["张三\n张三", "张三"], "张三"),
            (["\n张三\n\n李四\n"], "张三\n李四"),
            # A line within another is one of its own.
            (["张三丰", "张三"], "张三丰\n张三"),
        ],
    )
    def test_each_line_of_any_record_is_there_once_in_the_order_of_the_records(
        self, texts: list[str], text: str
    ) -> None:
        assert together(texts) == text

    @given(TEXTS)
    def test_nothing_is_lost_and_nothing_is_there_twice(self, texts: list[str]) -> None:
        lines = together(texts).split("\n")
        assert set(lines) - {""} == {line for text in texts for line in text.split("\n")} - {""}
        assert len(lines) == len(set(lines))

    @given(TEXTS)
    def test_what_is_together_already_stays_as_it_is(self, texts: list[str]) -> None:
        text = together(texts)
        assert together([text]) == together([text, text]) == text

    @given(TEXTS, TEXTS)
    def test_a_person_who_comes_later_stands_where_they_would_have_stood(
        self, some: list[str], more: list[str]
    ) -> None:
        assert together([together(some), *more]) == together([*some, *more])

    @given(TEXTS)
    def test_the_words_that_find_any_record_find_the_person(self, texts: list[str]) -> None:
        assert grams(together(texts)) == {gram for text in texts for gram in grams(text)}

    def test_ten_long_records_fit_into_the_column_the_first_of_them_whole(self) -> None:
        texts = [str(n) * 400 for n in range(10)]
        text = together(texts)
        assert len(text) == TEXT_LENGTH
        assert text.split("\n") == [texts[0], texts[1], "2" * (TEXT_LENGTH - 802)]


class TestOthers:
    def test_the_lines_of_merged_records_stand_behind_all_of_its_own(self) -> None:
        text = text_of(name="张三", mobile="138", remarks=["采购"], others="李四\n139")
        assert text == "张三\n138\n采购\n李四\n139"

    def test_what_both_have_is_its_own_and_there_once(self) -> None:
        assert text_of(name="张三", mobile="138", others="138\n张三\n李四") == "张三\n138\n李四"

    def test_a_record_without_a_word_of_its_own_has_those_of_the_others(self) -> None:
        assert text_of(name=None, mobile=None, remarks=["", " "], others="\n李四\n") == "李四"

    def test_where_there_is_no_room_for_all_it_is_the_others_that_are_cut(self) -> None:
        own = "张" * 100
        text = text_of(name=own, mobile="13800000001", others="李" * TEXT_LENGTH)
        assert text.startswith(f"{own}\n13800000001\n李")
        assert len(text) == TEXT_LENGTH
        # Not a character of the others gets in between where its own fill the column.
        full = text_of(name="王" * TEXT_LENGTH, mobile=None, others="李四")
        assert full == "王" * TEXT_LENGTH

    @given(LINES, TEXTS)
    def test_without_others_it_is_what_it_was_before_they_came(self, remarks: list[str], texts: list[str]) -> None:
        alone = text_of(name="张三", mobile=None, remarks=remarks)
        person = text_of(name="张三", mobile=None, remarks=remarks, others=together(texts))
        assert person.split("\n")[: len(alone.split("\n"))] == alone.split("\n")
        assert grams(person) >= grams(alone)


class TestRemarks:
    def test_remarks_and_mobiles_come_in_the_order_of_the_relations(self) -> None:
        rows = [relation(9, "张总", ["139"]), relation(2, "老张", ["138", "137"])]
        assert remarks_of(rows) == ["老张", "138", "137", "张总", "139"]

    def test_a_relation_that_is_not_stored_yet_comes_last_and_of_two_the_first_employees(self) -> None:
        rows = [relation(None, "三", [], 8), relation(None, "二", [], 5), relation(7, "一", [], 9)]
        assert remarks_of(rows) == ["一", "二", "三"]

    def test_mobiles_that_are_still_json_are_read(self) -> None:
        assert remarks_of([relation(1, "老张", '["138", "139"]'), relation(2, "", "[]")]) == ["老张", "138", "139", ""]

    def test_nobody_has_noted_nothing(self) -> None:
        assert remarks_of([]) == []
