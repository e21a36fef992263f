"""Pages, their bounds, the names of query parameters and the headers of conditional requests."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadRequest
from core.filters import refuse_unknown
from core.headers import if_match, not_modified
from core.pagination import SIZE_MAX, BoundedPagination, bounded_count, page_and_size, whole
from corps.models import Corp
from tests import make


def request(query: str = "", **headers: str) -> Any:
    return SimpleNamespace(query_params=QueryDict(query), META={f"HTTP_{k.upper()}": v for k, v in headers.items()})


class TestWholeNumbers:
    @pytest.mark.parametrize(("raw", "meant"), [("1", 1), ("100", 100), ("007", 7), ("", 20)])
    def test_a_plain_number_within_its_bounds_is_taken(self, raw: str, meant: int) -> None:
        assert whole({"size": raw}, "size", 20, least=1, most=100) == meant

    def test_what_is_not_given_has_its_default(self) -> None:
        assert whole({}, "size", 20, least=1, most=100) == 20

    @pytest.mark.parametrize("raw", ["0", "101", "-1", "+1", "1.0", " 1", "１", "²", "1_0", "x", "9" * 5000])
    def test_anything_else_is_refused_with_the_bounds(self, raw: str) -> None:
        with pytest.raises(BadRequest) as refusal:
            whole({"size": raw}, "size", 20, least=1, most=100)
        error = refusal.value.errors[0]
        assert (error.field, error.code) == ("size", "out_of_bounds")
        assert "1" in error.message
        assert "100" in error.message

    @given(st.text())
    def test_no_text_makes_it_fail_otherwise(self, raw: str) -> None:
        try:
            assert 1 <= whole({"n": raw}, "n", 5, least=1, most=9) <= 9
        except BadRequest:
            assert raw not in [str(n) for n in range(1, 10)]


class TestWindows:
    def test_without_parameters_it_is_the_first_twenty(self) -> None:
        assert page_and_size({}) == (1, 20)

    @pytest.mark.parametrize("size", [1, 7, SIZE_MAX])
    def test_pages_end_exactly_at_the_bound(self, settings: Any, size: int) -> None:
        settings.OFFSET_BOUND = 700
        last = 700 // size
        assert page_and_size({"page": str(last), "size": str(size)}) == (last, size)
        with pytest.raises(BadRequest) as refusal:
            page_and_size({"page": str(last + 1), "size": str(size)})
        assert refusal.value.code == "page_too_deep"
        assert "700" in refusal.value.message


class TestCounts:
    @pytest.fixture
    def seven(self, db: None) -> Any:
        for _ in range(7):
            make.corp(name="数")
        return Corp.objects.filter(name="数")

    @pytest.mark.parametrize(("bound", "counted"), [(0, (0, False)), (6, (6, False)), (7, (7, True)), (8, (7, True))])
    def test_a_count_ends_at_its_bound_and_says_whether_there_is_more(
        self, seven: Any, bound: int, counted: tuple[int, bool]
    ) -> None:
        assert bounded_count(seven, bound) == counted

    def test_a_question_that_contradicts_itself_needs_no_database(self, seven: Any, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert bounded_count(seven.filter(pk__in=[]), 5) == (0, True)

    def test_an_order_costs_the_count_nothing(self, seven: Any, django_assert_num_queries) -> None:
        with django_assert_num_queries(1) as asked:
            assert bounded_count(seven.order_by("-name"), 5) == (5, False)
        assert "ORDER BY" not in asked.captured_queries[0]["sql"]

    @pytest.mark.parametrize("size", range(1, 9))
    def test_pages_of_any_size_show_each_row_once_and_tell_the_true_total(self, seven: Any, size: int) -> None:
        seen: list[int] = []
        for number in range(1, 10):
            pages = BoundedPagination()
            rows = pages.paginate_queryset(seven.order_by("pk"), request(f"page={number}&size={size}"))
            answer = pages.get_paginated_response([row.pk for row in rows]).data
            assert answer == {"list": answer["list"], "total": 7, "totalExact": True, "page": number, "size": size}
            seen += answer["list"]
        assert seen == list(seven.order_by("pk").values_list("pk", flat=True))

    def test_a_total_beyond_the_bound_is_at_least_what_was_shown(self, seven: Any, settings: Any) -> None:
        settings.TOTAL_BOUND = 3
        totals = []
        for number in range(1, 5):
            pages = BoundedPagination()
            pages.paginate_queryset(seven.order_by("pk"), request(f"page={number}&size=2"))
            totals.append((pages.total, pages.exact))
        assert totals == [(3, False), (4, False), (6, False), (7, True)]

    def test_the_last_page_needs_no_count(self, seven: Any, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            BoundedPagination().paginate_queryset(seven.order_by("pk"), request("page=2&size=4"))


class TestNames:
    def test_known_names_pass_and_unknown_ones_are_all_told_in_order(self) -> None:
        refuse_unknown(["page", "size"], ["page", "size", "sort"])
        with pytest.raises(BadRequest) as refusal:
            refuse_unknown(["名", "page", "Size"], ["page", "size"])
        assert refusal.value.code == "unknown_parameter"
        assert [e.field for e in refusal.value.errors] == ["Size", "名"]


class TestVersions:
    @pytest.mark.parametrize(
        ("header", "version"),
        [('"7"', 7), ('W/"7"', 7), ("7", 7), (' "7" ', 7), ("*", None), ("", None), ('"0"', 0), ("9" * 19, 10**19 - 1)],
    )
    def test_if_match_names_a_version_or_any(self, header: str, version: int | None) -> None:
        assert if_match(request(if_match=header)) == version

    def test_without_the_header_any_version_will_do(self) -> None:
        assert if_match(request()) is None

    @pytest.mark.parametrize("header", ['""', '"x"', '"-7"', '"7", "8"', '"７"', "9" * 20, 'w/"7"', '"7"x', '"²"'])
    def test_anything_else_is_refused_and_not_taken_for_none(self, header: str) -> None:
        with pytest.raises(BadRequest, match="invalid_if_match"):
            if_match(request(if_match=header))

    @pytest.mark.parametrize("header", ['"7"', 'W/"7"', "*", '"1", "7"', ' "1",W/"7" ', '"7",'])
    def test_who_names_the_version_has_it(self, header: str) -> None:
        assert not_modified(request(if_none_match=header), '"7"')

    @pytest.mark.parametrize("header", ["", '"8"', "7", '"77"', '"1", "8"', ",", '"7', "**"])
    def test_who_does_not_name_it_has_not(self, header: str) -> None:
        assert not not_modified(request(if_none_match=header), '"7"')
