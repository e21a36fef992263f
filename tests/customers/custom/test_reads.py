"""What a value of each kind may look like, and what is refused."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.choices import CustomKind
from customers.custom import reads, tells
from customers.custom.kinds import BY_WIRE, CHOOSING, COLUMNS, FORMS

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = dt.datetime(2026, 1, 31, 0, 30, tzinfo=dt.UTC)
TAKEN: list[tuple[Any, Any, Any]] = [
    (reads.text, "甲", "甲"),
    (reads.text, "  甲 乙 ", "甲 乙"),
    (reads.text, "x" * 500, "x" * 500),
    (reads.text, "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    (reads.text, "<b>&'\"", "<b>&'\""),
    (reads.text, "100%_\\", "100%_\\"),
    (reads.long_text, "一\n二\t三", "一\n二\t三"),
    (reads.long_text, "一\r\n二", "一\n二"),
    (reads.long_text, "字" * 5_000, "字" * 5_000),
    (reads.number, 0, Decimal(0)),
    (reads.number, -3, Decimal(-3)),
    (reads.number, 12.5, Decimal("12.5")),
    (reads.number, 0.1, Decimal("0.1")),
    (reads.number, " 12.3400 ", Decimal("12.34")),
    (reads.number, 99_999_999_999.9999, Decimal("99999999999.9999")),
    (reads.number, "-99999999999.9999", Decimal("-99999999999.9999")),
    (reads.number, "1e3", Decimal(1000)),
    (reads.date, "2026-01-31", dt.datetime(2026, 1, 31, tzinfo=dt.UTC)),
    (reads.date, "1900-01-01", dt.datetime(1900, 1, 1, tzinfo=dt.UTC)),
    (reads.date, "2999-12-31", dt.datetime(2999, 12, 31, tzinfo=dt.UTC)),
    (reads.date, "2028-02-29", dt.datetime(2028, 2, 29, tzinfo=dt.UTC)),
    (reads.date_time, "2026-01-31T08:30:00+08:00", MORNING),
    (reads.date_time, "2026-01-31T00:30:00Z", MORNING),
    (reads.date_time, "2026-01-31T00:30:00.999Z", MORNING),
    (reads.date_time, "2026-01-30T19:30:00-05:00", MORNING),
    (reads.flag, True, Decimal(1)),
    (reads.flag, False, Decimal(0)),
    (reads.choice, 7, (7,)),
    (reads.choices, [9, 7, 9], (7, 9)),
    (reads.choices, [1], (1,)),
    (reads.phone, "13800138000", "13800138000"),
    (reads.phone, "+86 138-0013-8000", "+86 138-0013-8000"),
    (reads.phone, "010 (6655) 4433", "010 (6655) 4433"),
    (reads.phone, " 4008 ", "4008"),
    (reads.link, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    (reads.link, "http://例子.公司/路", "http://例子.公司/路"),
    (reads.email, "a.b+c@example.com", "a.b+c@example.com"),
]
REFUSED: list[tuple[Any, Any]] = [
    *(
        (reads.text, raw)
        for raw in (None, 1, True, [], {}, "", "   ", "x" * 501, "a\nb", "a\tb", "a\0b", "\x1b", "\ud800")
    ),
    *((reads.long_text, raw) for raw in (None, 3, "", "字" * 5_001, "a\0b", "a\x07")),
    *((reads.number, raw) for raw in (None, True, [], "", "x", "1,5", "١٢x", "NaN", "Infinity", "-inf", "1" * 41)),
    *(
        (reads.number, raw)
        for raw in (10**11, -(10**11), "99999999999.99999", 0.00001, "1e40", "1e999999999", float("nan"))
    ),
    *((reads.date, raw) for raw in (None, 20260131, "2026-1-31", "20260131", "2026-02-30", "1899-12-31", "3000-01-01")),
    *(
        (reads.date, raw)
        for raw in ("2026-01-31T00:00:00Z", "31.01.2026", "", "２０２６-01-31", [], dt.date(2026, 1, 31))
    ),
    *((reads.date_time, raw) for raw in (None, 0, "", "2026-01-31", "2026-01-31T08:30:00", "2026-13-01T00:00:00Z")),
    *((reads.date_time, raw) for raw in ("1900-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00")),
    *((reads.flag, raw) for raw in (None, 0, 1, "true", "", [])),
    *((reads.choice, raw) for raw in (None, True, 0, -1, "7", 7.0, [7], {})),
    *((reads.choices, raw) for raw in (None, 7, "7", [True], [0], ["7"], [7.0], [[7]], list(range(1, 52)))),
    *(
        (reads.phone, raw)
        for raw in (None, 13800138000, "", "138", "+", "138x0013", "1380013800a", "1" * 32, "--1234--")
    ),
    *((reads.link, raw) for raw in (None, "", "example.com", "javascript:alert(1)", "ftp://example.com", "https://")),
    *((reads.link, raw) for raw in ("https://example.com/a b", "https://example.com/" + "x" * 490)),
    *(
        (reads.email, raw)
        for raw in (None, "", "a", "a@", "@example.com", "a b@example.com", "a@" + "x" * 250 + ".com")
    ),
]


@pytest.mark.parametrize(("read", "raw", "meant"), TAKEN)
def test_a_value_is_read_as_it_is_meant(read: Any, raw: Any, meant: Any) -> None:
    found = read(raw)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(("read", "raw"), REFUSED)
def test_what_is_no_value_of_the_kind_is_refused_with_a_sentence(read: Any, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"\w") as refusal:
        read(raw)
    assert str(refusal.value).endswith(("。", "."))


@given(st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4, allow_nan=False))
def test_every_number_comes_back_as_it_went_in(number: Decimal) -> None:
    assert reads.number(str(number)) == number
    assert reads.number(tells.number(number)) == number


@given(st.datetimes(min_value=dt.datetime(1901, 1, 2), max_value=dt.datetime(2998, 12, 30), timezones=st.timezones()))
def test_every_time_comes_back_to_the_second(moment: dt.datetime) -> None:
    read = reads.date_time(moment.isoformat())
    assert read == moment.astimezone(dt.UTC).replace(microsecond=0)
    assert reads.date_time(tells.instant(read)) == read


@given(st.text(max_size=40))
def test_a_text_is_read_once_and_for_all(text: str) -> None:
    try:
        read = reads.text(text)
    except ValueError:
        return
    assert reads.text(read) == read
    assert read == read.strip()


def test_each_kind_has_a_form_a_name_and_at_most_one_column() -> None:
    assert set(FORMS) == set(CustomKind)
    assert len(BY_WIRE) == len(FORMS)
    assert {form.column for form in FORMS.values()} - {""} == set(COLUMNS)
    assert {kind for kind, form in FORMS.items() if not form.column} == CHOOSING


@pytest.mark.parametrize(
    ("kind", "held", "told", "said"),
    [
        (CustomKind.TEXT, "甲", "甲", "甲"),
        (CustomKind.LONG_TEXT, "一\n二", "一\n二", "一\n二"),
        (CustomKind.NUMBER, Decimal("12.5000"), 12.5, "12.5"),
        (CustomKind.NUMBER, Decimal("3.0000"), 3, "3"),
        (CustomKind.NUMBER, Decimal("99999999999.9999"), 99_999_999_999.9999, "99999999999.9999"),
        (CustomKind.DATE, dt.datetime(2026, 1, 31, tzinfo=dt.UTC), "2026-01-31", "2026-01-31"),
        (CustomKind.DATE_TIME, MORNING, "2026-01-31T00:30:00Z", "2026-01-31 08:30:00"),
        (CustomKind.CHOICE, (7,), 7, "甲"),
        (CustomKind.CHOICES, (7, 8), [7, 8], "甲, 乙"),
        (CustomKind.CHOICES, (7, 9), [7, 9], "甲, #9"),
        (CustomKind.PHONE, "4008", "4008", "4008"),
    ],
)
def test_a_value_is_told_to_programs_and_to_people(kind: int, held: Any, told: Any, said: str) -> None:
    found = FORMS[kind].tell(held)
    assert found == told
    assert type(found) is type(told)
    assert tells.words(kind, held, {7: "甲", 8: "乙"}, SHANGHAI).replace("、", ", ") == said


def test_yes_and_no_are_said_in_the_language_of_the_reader() -> None:
    assert FORMS[CustomKind.FLAG].tell(Decimal(1)) is True
    assert FORMS[CustomKind.FLAG].tell(Decimal(0)) is False
    said = {tells.words(CustomKind.FLAG, Decimal(n), {}, SHANGHAI) for n in (0, 1)}
    assert len(said) == 2
