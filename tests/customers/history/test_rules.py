"""What counts as a change, how values are written down, which are the last ones, and how they are said."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.time import now
from corps.actors import SYSTEM
from customers import history
from customers.choices import CustomerStatus
from customers.history import Change, reading
from customers.history.fields import FACTS, NAMES, NOTES
from customers.history.forgetting import forget
from customers.models import Customer, FollowRelation, ValueChange
from insights.console import value_history_sheet as sheet
from insights.console.profile_words import NAMES as LABELS
from insights.console.profile_words import NOTHING
from tests import make
from tests.conftest import Cast

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
NONE: list[Any] = [None, "", [], {}]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="甲")


def keep(customer: Customer, *changes: tuple[Any, ...], source: str = "api", at: dt.datetime = NOON) -> None:
    """Changes as (employee, field, before, after)."""
    rows = [Change(customer.pk, *change) for change in changes]
    history.keep(customer.corp_id, rows, actor="system", source=source, at=at)


def kept() -> list[tuple[Any, ...]]:
    return list(ValueChange.objects.order_by("pk").values_list("field", "before", "after"))


class TestFields:
    def test_every_value_has_a_column_a_name_that_fits_and_a_word(self) -> None:
        length = ValueChange._meta.get_field("field").max_length or 0
        assert len(set(NAMES)) == len(NAMES) == len(FACTS) + len(NOTES)
        assert all(len(name) <= length and str(LABELS[name]) for name in NAMES)
        assert set(FACTS) <= {field.attname for field in Customer._meta.fields}
        assert set(NOTES) <= {field.attname for field in FollowRelation._meta.fields}

    def test_the_words_are_there_in_both_languages(self) -> None:
        with translation.override("en"):
            english = {name: str(LABELS[name]) for name in NAMES}
        with translation.override("zh-hans"):
            assert [name for name in NAMES if str(LABELS[name]) == english[name] != "unionid"] == []


class TestKeeping:
    def test_nothing_is_nothing_in_whatever_form(self, customer: Customer) -> None:
        keep(customer, *((None, "city", before, after) for before in NONE for after in NONE))
        assert kept() == []

    def test_no_changes_and_changes_of_nothing_send_no_statement(self, customer: Customer) -> None:
        with CaptureQueriesContext(connection) as seen:
            keep(customer)
            keep(customer, (None, "city", "", None), (None, "name", "甲", "甲"))
        assert len(seen) == 0

    def test_zero_and_no_are_values(self, customer: Customer) -> None:
        keep(customer, (None, "gender", None, 0), (None, "status", 0, None), (None, "city", None, False))
        assert kept() == [("gender", None, 0), ("status", 0, None), ("city", None, False)]

    def test_a_time_is_written_as_the_wire_has_it_whatever_its_zone(self, customer: Customer) -> None:
        there = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))
        keep(customer, (None, "addTime", NOON, there), (None, "addTime", None, there))
        assert kept() == [("addTime", None, "2026-03-01T12:00:00Z")]

    def test_the_moment_is_the_same_whether_it_says_its_zone_or_not(self, customer: Customer) -> None:
        for at in (NOON, NOON.replace(tzinfo=None), NOON.astimezone(dt.timezone(dt.timedelta(hours=-5)))):
            keep(customer, (None, "city", None, "上海"), at=at)
        assert set(ValueChange.objects.values_list("at", flat=True)) == {NOON}
        assert ValueChange.objects.count() == 3

    @pytest.mark.parametrize("value", ['"', "null", "<b>&'", "😀\u200d", ["138", "139"], {"a": [None, "é"]}, 2**53])
    def test_a_value_comes_back_as_it_was(self, customer: Customer, value: Any) -> None:
        keep(customer, (None, "externalProfile", value, None), (None, "externalProfile", None, value))
        assert kept() == [("externalProfile", value, None), ("externalProfile", None, value)]

    def test_the_order_of_a_list_is_part_of_it(self, customer: Customer) -> None:
        keep(customer, (1, "remarkMobiles", ["1", "2"], ["2", "1"]), (1, "remarkMobiles", ["1"], ["1"]))
        assert kept() == [("remarkMobiles", ["1", "2"], ["2", "1"])]

    def test_columns_without_a_history_leave_none(self, cast: Cast, customer: Customer) -> None:
        before = {"version": 0, "search_text": "x", "merged_text": "y", "update_time": NOON}
        history.of_customers([(customer, before)], by=SYSTEM, source="api")
        history.of_customers([], by=SYSTEM, source="api")
        assert kept() == []
        history.of_customers([(customer, before | {"corp_name": "甲公司"})], by=cast.actor("owner"), source="api")
        assert kept() == [("corpName", "甲公司", None)]
        assert ValueChange.objects.get().actor == cast.actor("owner").label

    def test_of_several_customers_each_has_its_own(self, cast: Cast, customer: Customer) -> None:
        other = make.customer(cast.corp, name="乙")
        changed: Any = [(customer, {"name": "丙"}), (other, {"name": "丁"})]
        history.of_customers(changed, by=SYSTEM, source="operator")
        rows = ValueChange.objects.values_list("customer_id", "before", "after", "corp_id", "source")
        assert set(rows) == {
            (customer.pk, "丙", "甲", cast.corp.pk, "operator"),
            (other.pk, "丁", "乙", cast.corp.pk, "operator"),
        }


class TestReading:
    def test_the_last_change_of_each_value_is_found_the_facts_before_the_notes(
        self, cast: Cast, customer: Customer
    ) -> None:
        me, you = cast.owner.pk, cast.colleague.pk
        keep(customer, (you, "remark", None, "a"), (None, "city", None, "b"), (me, "remark", None, "c"))
        keep(customer, (None, "city", "b", "d"), (you, "remark", "a", None), source="rule")
        found = [(row[0], row[1], row[2], row[-1]) for row in reading.latest([customer.pk])]
        assert found == [
            (None, "city", "rule", customer.pk),
            (me, "remark", "api", customer.pk),
            (you, "remark", "rule", customer.pk),
        ]

    def test_records_of_one_person_have_each_their_last_change(self, cast: Cast, customer: Customer) -> None:
        other, beside = make.customer(cast.corp), make.customer(cast.corp)
        for row in (customer, other, beside):
            keep(row, (None, "city", None, "上海"))
        assert [row[-1] for row in reading.latest([customer.pk, other.pk])] == [customer.pk, other.pk]
        assert list(reading.latest([])) == list(reading.page([])) == []

    def test_a_page_ends_at_its_bound_and_the_next_begins_behind_it(self, customer: Customer) -> None:
        keep(customer, *((None, "city", str(n), str(n + 1)) for n in range(reading.PAGE + 1)))
        first = list(reading.page([customer.pk]))
        assert (len(first), first[0].before, first[-1].before) == (reading.PAGE, str(reading.PAGE), "1")
        assert [row.before for row in reading.page([customer.pk], before=first[-1].pk)] == ["0"]

    def test_how_records_were_made_comes_in_the_order_of_their_ids(self, cast: Cast, customer: Customer) -> None:
        other = make.customer(cast.corp)
        Customer.objects.filter(pk=other.pk).update(created_source=None)
        found = list(reading.made([other.pk, customer.pk]))
        assert [row[0] for row in found] == [customer.pk, other.pk]
        assert (found[0][1], found[1][1]) == (customer.created_source, None)
        assert customer.created_source


class TestForgetting:
    def test_only_what_is_named_goes_and_twice_is_once(self, cast: Cast, customer: Customer) -> None:
        keep(customer, (None, "city", None, "a"), (None, "city", "a", "b"))
        first = ValueChange.objects.earliest("pk").pk
        for _n in range(2):
            forget([first])
            assert kept() == [("city", "a", "b")]
        Customer.objects.filter(pk=customer.pk).update(created_source="api")
        forget([first])
        forget([])
        assert Customer.objects.get(pk=customer.pk).created_source == "api"

    def test_a_forgotten_note_is_that_of_one_employee_and_one_customer(self, cast: Cast, customer: Customer) -> None:
        other = make.customer(cast.corp, cast.owner)
        make.relation(customer, cast.colleague)
        make.relation(other, cast.colleague)
        FollowRelation.objects.update(created_source="sync", created_by="system", created_run=4)
        Customer.objects.update(created_source="sync")
        # Crosswise: neither record has forgotten the other's employee.
        keep(customer, (cast.owner.pk, "remark", None, "a"))
        keep(other, (cast.colleague.pk, "remark", None, "b"))
        forget(list(ValueChange.objects.values_list("pk", flat=True)))
        known = FollowRelation.objects.exclude(created_source=None).values_list("customer_id", "employee_id")
        assert set(known) == {(customer.pk, cast.colleague.pk), (other.pk, cast.owner.pk)}
        gone = FollowRelation.objects.filter(created_source=None).values_list("created_by", "created_run")
        assert set(gone) == {(None, None)}
        assert not Customer.objects.filter(created_source=None).exists()


def change(field: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    told = {"id": 1, "customerId": 1, "employeeId": None, "employeeName": "", "beforeName": "", "afterName": ""}
    how = {"at": "2026-03-01T12:00:00Z", "source": "api", "actor": "system", "actorName": "", "runId": None}
    return told | how | {"field": field, "before": before, "after": after} | more


class TestWords:
    @pytest.mark.parametrize(
        ("name", "value", "english", "chinese"),
        [
            ("status", CustomerStatus.DELETED, "deleted", "已删除"),
            ("status", 99, "99", "99"),
            ("gender", 2, "female", "女"),
            ("personalTags", [["级别", "A"], ["", "VIP"]], "级别 / A, VIP", "级别 / A、VIP"),
            ("remarkMobiles", ["138", "139"], "138, 139", "138、139"),
            ("externalProfile", {"a": [1]}, '{"a":[1]}', '{"a":[1]}'),
            ("city", None, NOTHING, NOTHING),
        ],
    )
    def test_a_value_is_said_in_the_readers_language(self, name: str, value: Any, english: str, chinese: str) -> None:
        for language, said in (("en", english), ("zh-hans", chinese)):
            with translation.override(language):
                assert str(sheet.said(name, value)) == said

    def test_an_employee_is_said_by_name_and_one_without_a_name_by_number(self) -> None:
        row = sheet.of(
            {"list": [change("followUserId", 7, 8, beforeName="王小明")], "nextBefore": None, "records": []}
        )["rows"][0]
        assert (row["was"], row["became"]) == ("王小明", 8)

    @given(st.sampled_from(NAMES))
    def test_of_every_value_that_there_was_none_is_a_dash(self, name: str) -> None:
        assert sheet.said(name, None) == NOTHING

    def test_beginnings_stand_at_the_end_of_the_last_page_only(self) -> None:
        made = {"source": "api", "actor": "api:3", "actorName": "接口", "runId": None}
        records = [
            {"customerId": 1, "createTime": "2026-03-01T12:00:00Z", "whole": True, **made},
            {"customerId": 2, "createTime": "2026-03-01T12:00:00Z", "whole": False, **made, "source": None},
        ]
        last = sheet.of({"list": [], "nextBefore": None, "records": records})
        assert [(one["customerId"], bool(one["how"])) for one in last["beginnings"]] == [(1, True), (2, False)]
        assert "接口" in last["beginnings"][0]["how"]
        assert last["several"]
        full = sheet.of({"list": [], "nextBefore": 5, "records": records[:1]})
        assert (full["beginnings"], full["several"], full["older"]) == ([], False, 5)


def test_what_is_written_now_is_not_older_than_now(customer: Customer) -> None:
    start = now()
    history.of_customers([(customer, {"name": "乙"})], by=SYSTEM, source="api")
    assert start - dt.timedelta(seconds=1) <= ValueChange.objects.get().at <= now()
