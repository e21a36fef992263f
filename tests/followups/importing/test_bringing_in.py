"""Follow-ups come in from a file and leave in one: with authors and times, each once, and never as a formula."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import importing
from followups.importing import reading, storing
from followups.models import FollowUp, Reminder
from tests import api, make
from tests.conftest import Cast
from tests.doors import refused

HEADING = "externalUserid,userid,happenedAt,content,kind,outcome,nextAt"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


def sheet(*lines: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *lines]).encode()


def bring(cast: Cast, data: bytes, **more: Any) -> Any:
    return importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin"), **more)


def faults(cast: Cast, *lines: str, heading: str = HEADING) -> list[tuple[str, str]]:
    with pytest.raises(RuleViolation) as refusal:
        bring(cast, sheet(*lines, heading=heading))
    assert refusal.value.code == "import_invalid"
    return [(error.field, error.code) for error in refusal.value.errors]


def test_a_line_is_a_follow_up_with_its_author_and_its_time(cast: Cast, customer: Customer, recorded: Any) -> None:
    line = f"wmA,{cast.owner.userid},2026-03-01 09:30,已报价,call,interested,2026-03-08 10:00"
    brought = bring(cast, sheet(line))
    assert (brought.lines, brought.created, brought.known) == (1, 1, 0)
    row = FollowUp.objects.get()
    assert (row.customer_id, row.employee_id, row.content, row.kind, row.outcome) == (
        customer.pk,
        cast.owner.pk,
        "已报价",
        "call",
        "interested",
    )
    # The company's clock is eight hours ahead.
    assert f"{row.happened_at:%F %H:%M}" == "2026-03-01 01:30"
    assert f"{row.next_at:%F %H:%M}" == "2026-03-08 02:00"
    assert row.actor == cast.actor("admin").label
    name, pk, data = recorded()[-1]
    assert (name, pk, data["employeeId"], data["happenedAt"], data["mentionedIds"]) == (
        "customer.followup.created",
        row.pk,
        cast.owner.pk,
        "2026-03-01T01:30:00Z",
        [],
    )
    # What was to be done then is history.
    assert not Reminder.objects.exists()


def test_the_same_file_twice_makes_each_line_once(cast: Cast, customer: Customer, recorded: Any) -> None:
    data = sheet("wmA,,2026-03-01 09:30,一,,,", "wmA,,2026-03-01 09:30,一,,,", "wmA,,2026-03-02 09:30,二,,,")
    first = bring(cast, data)
    assert (first.lines, first.created, first.known) == (3, 2, 1)
    before = (list(FollowUp.objects.values()), recorded())
    again = bring(cast, data)
    assert (again.created, again.known) == (0, 3)
    assert (list(FollowUp.objects.values()), recorded()) == before
    more = bring(cast, data + b"\nwmA,,2026-03-03 09:30,three,,,")
    assert (more.created, more.known) == (1, 3)


def test_a_dry_run_writes_nothing(cast: Cast, customer: Customer, recorded: Any) -> None:
    before = recorded()
    brought = bring(cast, sheet("wmA,,2026-03-01 09:30,一,,,"), dry=True)
    assert (brought.lines, brought.created) == (1, 1)
    assert (FollowUp.objects.count(), recorded()) == (0, before)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("wmX,,2026-03-01 09:30,一,,,", "externalUserid", "customer_unknown"),
        ("wma,,2026-03-01 09:30,一,,,", "externalUserid", "customer_unknown"),
        (",,2026-03-01 09:30,一,,,", "externalUserid", "customer_unknown"),
        ("wmA,Nobody,2026-03-01 09:30,一,,,", "userid", "employee_unknown"),
        ("wmA,,,一,,,", "happenedAt", "happened_invalid"),
        ("wmA,,yesterday,一,,,", "happenedAt", "time_invalid"),
        ("wmA,,2026-02-30 09:30,一,,,", "happenedAt", "time_invalid"),
        ("wmA,,2099-03-01 09:30,一,,,", "happenedAt", "happened_invalid"),
        ("wmA,,0001-01-01 00:00,一,,,", "happenedAt", "time_invalid"),
        ("wmA,,2026-03-01 09:30,,,,", "content", "content_invalid"),
        ("wmA,,2026-03-01 09:30,一,letter,,", "kind", "choice_unknown"),
        ("wmA,,2026-03-01 09:30,一,,won,", "outcome", "choice_unknown"),
        ("wmA,,2026-03-01 09:30,一,,,soon", "nextAt", "time_invalid"),
    ],
)
def test_a_line_at_fault_is_named_and_nothing_is_written(
    cast: Cast, customer: Customer, recorded: Any, line: str, column: str, code: str
) -> None:
    before = recorded()
    assert faults(cast, "wmA,,2026-03-01 09:30,good,,,", line) == [(f"lines.3.{column}", code)]
    assert (FollowUp.objects.count(), recorded()) == (0, before)


def test_every_fault_is_told_up_to_a_hundred(cast: Cast, customer: Customer) -> None:
    told = faults(cast, *[f"wmX,,2026-03-01 09:30,{n},,," for n in range(150)])
    assert len(told) == storing.MOST_FAULTS
    assert told[0][0] == "lines.2.externalUserid"


def test_another_companys_customers_and_people_are_unknown(cast: Cast, customer: Customer) -> None:
    make.customer(cast.other_corp, cast.stranger, external_userid="wmTheirs")
    lines = (
        "wmTheirs,,2026-03-01 09:30,一,,,",
        f"wmA,{cast.stranger.userid},2026-03-01 09:30,一,,,",
    )
    assert [code for _field, code in faults(cast, *lines)] == ["customer_unknown", "employee_unknown"]


def test_a_deleted_customer_takes_none(cast: Cast, customer: Customer) -> None:
    lifecycle.delete(customer=customer, by=SYSTEM, source="system")
    assert faults(cast, "wmA,,2026-03-01 09:30,一,,,") == [("lines.2.externalUserid", "customer_unknown")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "columns_missing"),
        (b"content,happenedAt\nx,y", "columns_missing"),
        (b"\xff\xfe\x00\x00\x81", "file_unreadable"),
        (b"x" * (reading.MOST_BYTES + 1), "file_too_big"),
        ("\n".join([HEADING, *["wmA"] * 5_001]).encode(), "file_too_big"),
    ],
)
def test_a_file_that_is_none_is_refused(cast: Cast, data: bytes, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        bring(cast, data)
    assert (refusal.value.code, refusal.value.errors[0].field) == (code, "file")


@pytest.mark.parametrize(
    "heading",
    [
        "外部联系人 ID,userid,跟进时间,内容,跟进方式,跟进结果,下次跟进时间",
        "External userid,Userid,Happened,Content,Kind,Outcome,Next time",
        "EXTERNALUSERID,USERID,HAPPENEDAT,CONTENT,KIND,OUTCOME,NEXTAT",
    ],
)
def test_headings_are_understood_as_people_write_them(cast: Cast, customer: Customer, heading: str) -> None:
    brought = bring(cast, sheet("wmA,,2026/03/01 09:30,一,visit,agreed,", heading=heading))
    assert (brought.created, FollowUp.objects.get().kind) == (1, "visit")


def test_what_a_chinese_spreadsheet_writes_is_read(cast: Cast, customer: Customer) -> None:
    data = "外部联系人ID,跟进时间,内容\r\nwmA,2026-03-01 09:30,电话沟通\r\n\r\n,,\r\n".encode("gb18030")
    assert bring(cast, data).lines == 1
    assert FollowUp.objects.get().content == "电话沟通"


def test_lines_keep_their_numbers_over_empty_ones_and_cells_their_line_breaks(cast: Cast, customer: Customer) -> None:
    data = sheet('wmA,,2026-03-01 09:30,"一\n二",,,', ",,,,,,", "wmX,,2026-03-01 09:30,三,,,")
    read = reading.read(data)
    assert [line.cells["content"] for line in read] == ["一\n二", "三"]
    assert [line.number for line in read] == [2, 4]


def exported(client: Any, query: str = "") -> tuple[bytes, list[list[str]]]:
    answer = client.get(f"/api/v1/followups/export{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    data = b"".join(answer.streaming_content)
    return data, list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_an_export_says_who_did_what_when_newest_first(cast: Cast, customer: Customer) -> None:
    bring(cast, sheet(f"wmA,{cast.owner.userid},2026-03-01 09:30,一,call,agreed,2026-03-02 09:30"))
    row = make.follow_up(customer, content="二", kind="visit")
    _data, lines = exported(api.client(cast.corp))
    heading, first, second = lines
    assert len(heading) == len(first) == len(second) == 12
    assert (first[0], first[8]) == (str(row.pk), "二")
    assert second[1:6] == ["张三丰", "wmA", "王小明", cast.owner.userid, "2026-03-01 09:30"]
    assert second[6:10] == ["call", "agreed", "一", "2026-03-02 09:30"]
    assert second[10] == cast.actor("admin").label


def test_an_export_is_narrowed_as_the_list_is_and_shows_no_foreign_row(cast: Cast, customer: Customer) -> None:
    make.follow_up(customer, content="一", kind="call")
    make.follow_up(customer, content="二", kind="visit")
    make.follow_up(make.customer(cast.other_corp, cast.stranger), content="外")
    client = api.client(cast.corp)
    assert [line[8] for line in exported(client)[1][1:]] == ["二", "一"]
    assert [line[8] for line in exported(client, "?kind=call")[1][1:]] == ["一"]
    refused(client.get("/api/v1/followups/export?page=1"), 400, "unknown_parameter")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_word_leaves_as_a_formula_and_it_comes_in_as_it_was(cast: Cast, customer: Customer, text: str) -> None:
    make.follow_up(customer, content=text)
    data, lines = exported(api.client(cast.corp))
    assert lines[1][8] == f"'{text}"
    # Into another company's, where it is new.
    make.customer(cast.other_corp, cast.stranger, external_userid="wmA")
    plain = data.replace(b"ID,", b"no,", 1)
    importing.bring_in(corp_id=cast.other_corp.pk, data=plain, by=cast.actor("stranger"))
    assert FollowUp.objects.get(corp=cast.other_corp).content == text


def test_an_export_brought_in_again_makes_no_second_one(cast: Cast, customer: Customer) -> None:
    make.follow_up(customer, cast.owner)
    data, _lines = exported(api.client(cast.corp))
    brought = bring(cast, data)
    assert (brought.created, brought.known, FollowUp.objects.count()) == (0, 1, 1)


def test_a_long_export_is_read_in_pieces(
    cast: Cast, customer: Customer, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(cast, sheet(*[f"wmA,,2026-03-01 09:{n % 60:02}:{n // 60:02},第{n}次,,," for n in range(1_205)]))
    client = api.client(cast.corp)
    client.get("/api/v1/me")
    # Two of them to count it and to write down who took it along.
    with django_assert_max_num_queries(5):
        _data, lines = exported(client)
    assert len({line[8] for line in lines[1:]}) == 1_205


def sent(client: Any, data: bytes, **more: str) -> Any:
    form = {"file": SimpleUploadedFile("follow-ups.csv", data)} | more
    return client.post("/api/v1/followups/import", form, format="multipart")


def test_a_file_is_brought_in_over_rest_and_only_looked_at_where_that_is_asked(cast: Cast, customer: Customer) -> None:
    client, data = api.client(cast.corp), sheet("wmA,,2026-03-01 09:30,一,,,")
    assert sent(client, data, dryRun="true").json() == {"lines": 1, "created": 1, "known": 0, "dryRun": True}
    assert not FollowUp.objects.exists()
    assert sent(client, data).json() == {"lines": 1, "created": 1, "known": 0, "dryRun": False}
    assert sent(client, data).json()["known"] == 1
    told = refused(sent(client, sheet("wmX,,2026-03-01 09:30,一,,,")), 422, "import_invalid")
    assert told["errors"][0]["field"] == "lines.2.externalUserid"


def test_staff_and_managers_bring_nothing_in(cast: Cast, customer: Customer) -> None:
    client = api.client(cast.corp, "read")
    assert sent(client, sheet("wmA,,2026-03-01 09:30,一,,,")).status_code == 403
    assert not FollowUp.objects.exists()
