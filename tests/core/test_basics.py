"""The small helpers: exact columns, days of a zone, times on the wire, upserts, JSON."""

import datetime as dt
import decimal
import io
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from core.outage import database_away
from core.rendering import OrjsonParser, OrjsonRenderer, PayloadTooLarge, dumps
from core.sql import marks, on_conflict, rewrite
from core.time import day_range, now, to_wire
from customers.models import Customer
from tests import make

UTC, SHANGHAI = dt.UTC, ZoneInfo("Asia/Shanghai")


class TestExactColumns:
    @pytest.mark.parametrize(("one", "other"), [("wmA", "wma"), ("wm😀", "wm😁"), ("wme", "wmé")])
    def test_ids_that_differ_in_any_byte_are_two_customers(self, db: None, one: str, other: str) -> None:
        corp = make.corp()
        first, second = make.customer(corp, external_userid=one), make.customer(corp, external_userid=other)
        assert Customer.objects.get(corp_id=corp.pk, external_userid=one).pk == first.pk
        assert Customer.objects.get(corp_id=corp.pk, external_userid=other).pk == second.pk

    def test_the_same_id_twice_is_refused_by_the_database_itself(self, db: None) -> None:
        customer = make.customer(make.corp(), external_userid="wmA")
        twin = Customer.objects.get(pk=customer.pk)
        twin.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)

    def test_names_keep_emoji_apart(self, db: None) -> None:
        corp = make.corp()
        make.customer(corp, name="😀")
        assert not Customer.objects.filter(name="😁").exists()


class TestTime:
    def test_now_is_an_instant_with_its_zone(self) -> None:
        assert now().tzinfo is dt.UTC

    def test_a_day_in_shanghai_begins_at_sixteen_of_the_day_before(self) -> None:
        assert day_range(dt.date(2026, 11, 22), SHANGHAI) == (
            dt.datetime(2026, 11, 21, 16, tzinfo=UTC),
            dt.datetime(2026, 11, 22, 16, tzinfo=UTC),
        )

    @pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25)])
    def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(self, day: dt.date, hours: int) -> None:
        start, end = day_range(day, ZoneInfo("Europe/Berlin"))
        assert end - start == dt.timedelta(hours=hours)

    @given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
    def test_days_meet_without_gap_or_overlap(self, day: dt.date) -> None:
        assert day_range(day, SHANGHAI)[1] == day_range(day + dt.timedelta(days=1), SHANGHAI)[0]

    def test_times_leave_in_utc_to_the_second(self) -> None:
        assert to_wire(dt.datetime(2026, 11, 22, 16, 30, 0, 999, SHANGHAI)) == "2026-11-22T08:30:00Z"
        assert to_wire(dt.datetime(2026, 11, 22, 8, 30)) == "2026-11-22T08:30:00Z"
        assert to_wire(None) is None


class TestSql:
    def test_an_insert_that_meets_its_key_becomes_an_update(self, db: None) -> None:
        corp = make.corp(name="before")
        with connection.cursor() as cursor:
            tail = on_conflict(["wecom_corpid"], {"name": "'after'"})
            columns = [f.column for f in corp._meta.concrete_fields if f.column != "id"]
            source = f"SELECT {', '.join(columns)} FROM corp WHERE id = %s"
            where = " AND true" if connection.vendor == "sqlite" else ""
            cursor.execute(f"INSERT INTO corp ({', '.join(columns)}) {source}{where} {tail}", [corp.pk])
        assert type(corp).objects.get().name == "after"

    def test_rows_are_rewritten_in_one_statement_and_only_in_the_fields_named(
        self, db: None, django_assert_num_queries
    ) -> None:
        corps = [make.corp(name="before") for _ in range(3)]
        for n, corp in enumerate(corps):
            corp.name, corp.time_zone = f"after {n}", "Europe/Berlin"
        with django_assert_num_queries(1):
            rewrite(corps[:2], ["name"])
        stored = type(corps[0]).objects.order_by("pk").values_list("name", "time_zone")
        assert list(stored) == [("after 0", "Asia/Shanghai"), ("after 1", "Asia/Shanghai"), ("before", "Asia/Shanghai")]

    def test_no_rows_are_no_statement(self, db: None, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            rewrite([], ["name"])

    def test_marks_are_one_for_each_value(self) -> None:
        assert marks(3) == "%s, %s, %s"


class TestJson:
    def test_times_decimals_sets_and_translated_text_are_written(self) -> None:
        value = {
            "at": dt.datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
            "day": dt.date(2026, 11, 22),
            "sum": decimal.Decimal("1.50"),
            "set": {1},
            "text": lazystr("你好"),
            1: None,
        }
        assert orjson.loads(dumps(value)) == {
            "at": "2026-11-22T08:30:00Z", "day": "2026-11-22", "sum": "1.50", "set": [1], "text": "你好", "1": None,
        }  # fmt: skip

    def test_what_nobody_knows_how_to_write_is_an_error_and_not_a_guess(self) -> None:
        with pytest.raises(TypeError):
            dumps({"x": object()})

    def test_nothing_renders_to_nothing(self) -> None:
        assert OrjsonRenderer().render(None) == b""

    @given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=20))
    def test_what_was_written_is_read_back(self, value: Any) -> None:
        assert OrjsonParser().parse(io.BytesIO(dumps(value))) == value

    @pytest.mark.parametrize("raw", [b"{", b"nan", b'{"a": NaN}', b'"\\ud800"', b"[" * 10_000 + b"]" * 10_000, b"\xff"])
    def test_broken_or_bottomless_json_is_a_parse_error(self, raw: bytes) -> None:
        with pytest.raises(ParseError):
            OrjsonParser().parse(io.BytesIO(raw))

    def test_no_more_than_the_limit_is_ever_read(self) -> None:
        class Endless(io.RawIOBase):
            given = 0

            def read(self, size: int = -1) -> bytes:
                assert size >= 0, "asked for everything"
                self.given += size
                return b" " * size

        stream = Endless()
        with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000), pytest.raises(PayloadTooLarge):
            OrjsonParser().parse(stream)
        assert stream.given == 1_001


@pytest.mark.parametrize("error", [ValueError(2003), IntegrityError(1062, "twice"), KeyError("database is locked")])
def test_a_wrong_statement_is_not_an_outage(error: Exception) -> None:
    assert not database_away(error)
