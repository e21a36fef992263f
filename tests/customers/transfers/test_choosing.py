"""Which customers a transfer is about: ids, a list or a file, or the filters of the list."""

from typing import Any

import pytest

from core.errors import RuleViolation
from customers.choices import RelationStatus
from customers.models import FollowRelation
from customers.transfers import choosing, files
from tests import make
from tests.conftest import Cast


def test_the_first_column_of_a_file_is_read_and_its_heading_passed_over() -> None:
    found = files.read("external_userid,姓名\nwmA,张三\n\n wmB ,李四\n".encode())
    assert found.ids == [(2, "wmA"), (4, "wmB")]
    assert found.bad == []


def test_a_file_of_a_chinese_spreadsheet_is_read() -> None:
    assert files.read("客户ID,姓名\nwmA,张三\n".encode("gb18030")).ids == [(2, "wmA")]
    assert files.read("wmA\nwmB".encode("utf-8-sig")).ids == [(1, "wmA"), (2, "wmB")]


def test_each_bad_line_is_told() -> None:
    found = files.read(f"wmA\nwm A\nwmA\n{'x' * 101}\n客户\n".encode())
    assert found.ids == [(1, "wmA")]
    assert found.bad == [
        {"line": 2, "code": "line_malformed"},
        {"line": 3, "code": "line_double"},
        {"line": 4, "code": "line_malformed"},
        {"line": 5, "code": "line_malformed"},
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (files.MOST_BYTES + 1), "file_too_big"),
        (b"wm\n" * (files.MOST_LINES + 1), "file_too_big"),
        (b"\xff\xfe\xff", "file_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "file_unreadable"),
        (b'"' + b"y" * 200_000 + b'"', "file_unreadable"),
    ],
)
def test_what_is_no_file_of_ids_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        files.read(data)
    assert refusal.value.code == code


class TestWho:
    @pytest.fixture
    def some(self, cast: Cast) -> list[Any]:
        return [make.customer(cast.corp, cast.owner, external_userid=f"wm{n}", channel=f"c{n}") for n in range(3)]

    def test_by_ids_it_is_those_whom_the_actor_may_see(self, cast: Cast, some: list[Any]) -> None:
        foreign = make.customer(cast.other_corp)
        ids = [some[1].pk, foreign.pk, some[0].pk, some[1].pk]
        assert choosing.by_ids(ids, cast.actor("admin")).ids == [some[1].pk, some[0].pk]

    def test_by_a_list_the_unknown_are_told_by_their_line(self, cast: Cast, some: list[Any]) -> None:
        make.customer(cast.other_corp, external_userid="wmForeign")
        listed = files.read(b"wm1\nwmNobody\nwm 0\nwmForeign\nwm0")
        found = choosing.by_list(listed, handover=cast.owner, actor=cast.actor("admin"))
        assert found.ids == [some[1].pk, some[0].pk]
        assert found.bad == [
            {"line": 2, "code": "customer_unknown"},
            {"line": 3, "code": "line_malformed"},
            {"line": 4, "code": "customer_unknown"},
        ]

    def test_without_filters_it_is_everybody_whom_the_employee_follows(self, cast: Cast, some: list[Any]) -> None:
        make.customer(cast.corp, cast.colleague)
        FollowRelation.objects.filter(customer=some[2]).update(status=RelationStatus.ENDED_BY_CUSTOMER)
        shared = make.customer(cast.corp, cast.colleague)
        make.relation(shared, cast.owner)
        found = choosing.by_filters({}, handover=cast.owner, actor=cast.actor("admin"))
        assert found.ids == [some[0].pk, some[1].pk, shared.pk]

    def test_filters_are_those_of_the_list(self, cast: Cast, some: list[Any]) -> None:
        tag = make.tag(make.group(cast.corp))
        make.tagged(some[2], tag)
        for filters, wanted in (({"channel": "c1"}, some[1]), ({"tagIdsAll": [tag.pk]}, some[2])):
            assert choosing.by_filters(filters, handover=cast.owner, actor=cast.actor("admin")).ids == [wanted.pk]

    def test_nobody_is_refused(self, cast: Cast, some: list[Any]) -> None:
        for choose in (
            lambda: choosing.by_ids([some[0].pk], cast.actor("stranger")),
            lambda: choosing.by_filters({"channel": "x"}, handover=cast.owner, actor=cast.actor("admin")),
            lambda: choosing.by_list(files.read(b"wmX"), handover=cast.owner, actor=cast.actor("admin")),
        ):
            with pytest.raises(RuleViolation) as refusal:
                choose()
            assert refusal.value.code == "no_customers"

    def test_more_than_a_transfer_takes_are_refused(self, cast: Cast, some: list[Any], monkeypatch: Any) -> None:
        monkeypatch.setattr(choosing, "MOST", 2)
        with pytest.raises(RuleViolation) as refusal:
            choosing.by_filters({}, handover=cast.owner, actor=cast.actor("admin"))
        assert refusal.value.code == "too_many_customers"
