"""How text becomes what the search compares: folding, lines, grams and the keys of a keyword."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sql import marks
from corps.actors import SYSTEM
from customers import lifecycle, reading, search
from customers.matching import Matching
from customers.models import Customer, CustomerGram
from tests import make
from tests.conftest import Cast

WORDS = st.text(alphabet="张三李四aB1%é😀 \n", max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        (" 张 三\t丰\u3000", "张三丰"),
        ("Straße", "strasse"),
        ("e\u0301", "é"),
        ("ﾃｽﾄ", "テスト"),
        ("①㈱", "1(株)"),
        ("İ", "i\u0307"),
        ("\u200b", "\u200b"),
        ("", ""),
    ],
)
def test_width_case_and_blanks_are_folded_away(text: str, folded: str) -> None:
    assert search.normalise(text) == folded


@given(st.text(max_size=30))
def test_nothing_folded_holds_a_blank_or_a_line_end(text: str) -> None:
    folded = search.normalise(text)
    assert not any(c.isspace() for c in folded)
    assert "\n" not in search.text_of(name=text, mobile=None)


@given(st.text(max_size=10), st.text(max_size=10))
def test_composed_and_decomposed_writing_are_the_same_word(a: str, b: str) -> None:
    text = a + b
    decomposed = unicodedata.normalize("NFD", text)
    assert search.normalise(unicodedata.normalize("NFC", decomposed)) == search.normalise(decomposed)


class TestText:
    def test_each_part_has_a_line_and_the_same_part_only_one(self) -> None:
        text = search.text_of(name="张 三", mobile="138", remarks=["采购", "", "张三", "采购"])
        assert text == "张三\n138\n采购"

    def test_nothing_known_is_an_empty_text(self) -> None:
        assert search.text_of(name=None, mobile="", remarks=["  "]) == ""

    def test_text_past_the_column_is_cut_and_the_name_stays(self) -> None:
        text = search.text_of(name="张三", mobile=None, remarks=[f"{n:03d}" + "备" * 97 for n in range(30)])
        assert len(text) == search.TEXT_LENGTH == 1000
        assert text.startswith("张三\n000")

    def test_the_longest_name_of_characters_that_unfold_is_stored_and_found_by_its_beginning(self, cast: Cast) -> None:
        row = make.customer(cast.corp, name="\ufdfa" * 100)
        assert len(Customer.objects.get().search_text) == search.TEXT_LENGTH
        grams = CustomerGram.objects.filter(customer=row).values_list("gram", flat=True)
        assert set(grams) == search.grams(Customer.objects.get().search_text)


class TestGrams:
    def test_single_characters_and_neighbours_of_one_line(self) -> None:
        assert search.grams("张三\n三丰") == {"张", "三", "丰", "张三", "三丰"}
        assert search.grams("") == set()
        assert search.grams("😀a") == {"😀", "a", "😀a"}

    @given(WORDS)
    def test_every_part_of_one_or_two_characters_is_a_gram_and_nothing_else_is(self, text: str) -> None:
        lines = text.split("\n")
        parts = {line[i : i + n] for line in lines for n in (1, 2) for i in range(len(line) - n + 1)}
        assert search.grams(text) == parts - {""}


class TestKeys:
    @pytest.mark.parametrize(
        ("keyword", "grams", "exact"),
        [
            ("张", ["张"], True),
            ("张 三", ["张三"], True),
            ("张三丰", ["张三", "三丰"], False),
            ("张三李四", ["张三", "李四"], False),
            ("aaaa", ["aa"], False),
            ("13800", ["13", "80", "00"], False),
            (" ", [], True),
        ],
    )
    def test_a_keyword_needs_its_pairs(self, keyword: str, grams: list[str], exact: bool) -> None:
        assert search.keys_of(keyword) == (grams, exact)

    @given(WORDS, st.integers(0, 12), st.integers(1, 12))
    def test_whatever_holds_the_word_has_all_its_keys(self, text: str, start: int, length: int) -> None:
        line = search.normalise(text)
        word = line[start : start + length]
        keys, exact = search.keys_of(word)
        assert set(keys) <= search.grams(line)
        assert exact == (len(word) <= 2)

    @given(st.text(min_size=1, max_size=50))
    def test_no_keyword_joins_more_often_than_databases_can(self, keyword: str) -> None:
        keys, _exact = search.keys_of(keyword)
        assert len(keys) <= search.MAX_JOINS
        assert len(keys) == len(set(keys))
        assert all(1 <= len(key) <= 2 for key in keys)


class TestReindexing:
    @pytest.mark.parametrize(
        ("before", "after"),
        [("张三", "张三丰"), ("张三丰", "张三"), ("张三", "李四"), ("张三", None), (None, "张三"), ("aba", "bab")],
    )
    def test_the_grams_become_those_of_the_new_name_and_no_others_are_touched(
        self, cast: Cast, before: str | None, after: str | None
    ) -> None:
        row = make.customer(cast.corp, name=before)
        untouched = make.customer(cast.corp, name=before)
        lifecycle.update(customer=Customer(pk=row.pk), by=SYSTEM, source="api", name=after)
        held = CustomerGram.objects.filter(customer=row).values_list("gram", flat=True)
        assert set(held) == search.grams(search.normalise(after or ""))
        kept = CustomerGram.objects.filter(customer=untouched).values_list("gram", flat=True)
        assert set(kept) == search.grams(search.normalise(before or ""))

    def test_grams_that_are_there_already_are_no_error(self, cast: Cast) -> None:
        row = make.customer(cast.corp, name="张三")
        search.index_new([row])
        assert CustomerGram.objects.filter(customer=row).count() == 3

    def test_a_change_of_anything_else_touches_no_gram(self, cast: Cast) -> None:
        row = make.customer(cast.corp, name="张三")
        CustomerGram.objects.filter(customer=row).delete()
        lifecycle.update(customer=Customer(pk=row.pk), by=SYSTEM, source="api", city="深圳")
        assert not CustomerGram.objects.exists()


class TestReading:
    def test_no_customers_need_no_statement(self, db: None, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert reading.complete([]) == []
            assert Matching(Customer.objects.filter(pk__in=[])).page("id", start=0, size=9) == []
            assert Matching(Customer.objects.filter(pk__in=[])).count(9) == (0, True)

    def test_a_deleted_tag_is_not_shown_and_others_come_in_the_order_of_ids(self, cast: Cast) -> None:
        group = make.group(cast.corp)
        tags = [make.tag(group) for _ in range(3)]
        row = make.tagged(make.customer(cast.corp), *tags[::-1])
        type(tags[1]).objects.filter(pk=tags[1].pk).update(deleted_at=row.create_time)
        assert [tag["id"] for tag in reading.tags_of([row.pk, 10**9])[row.pk]] == [tags[0].pk, tags[2].pk]

    def test_a_row_just_written_reads_as_it_will_be_read(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, channel="名片", blacklisted=True)
        (read,) = Matching(Customer.objects.filter(pk=row.pk)).page("id", start=0, size=9)
        written = reading.of_instance(row, [])
        assert list(read) == list(reading.WIRE)
        for name in set(read) - {"addTime", "createTime", "updateTime"}:
            assert written[name] == read[name], name
        assert isinstance(read["blacklisted"], bool)
        found = reading.one(row.pk)
        assert [follow["employeeId"] for follow in found.pop("follows")] == [cast.owner.pk]
        assert found == read | {"tags": []}

    def test_an_in_list_has_a_mark_for_each(self) -> None:
        assert (marks(1), marks(3)) == ("%s", "%s, %s, %s")
