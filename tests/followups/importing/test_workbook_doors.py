"""Workbooks over REST: what leaves in one comes in from one, letter by letter, under the rules of the CSV files."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from core.exporting import XLSX
from corps.models import Corp
from customers.models import Customer
from followups.importing import reading, sheets
from followups.models import FollowUp
from tests import api, make
from tests.conftest import Cast
from tests.doors import HARD_NAMES, refused
from tests.followups.importing.files import HEADING, line, workbook

IMPORT, EXPORT = "/api/v1/followups/import", "/api/v1/followups/export?format=xlsx"
# What a spreadsheet would make something else of: formulas, numbers, dates, blanks around.
ODD = [
    "=1+1",
    "+86",
    "-5%",
    "@all",
    "007",
    "1.10",
    "13800138000",
    "2026-03-01",
    "两行\n字",
    '引"号',
    "TRUE",
    "x" * 4_999,
]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


def sent(client: Any, data: bytes, **more: str) -> Any:
    form = {"file": SimpleUploadedFile("跟进.xlsx", data, content_type=XLSX)} | more
    return client.post(IMPORT, form, format="multipart")


def taken(client: Any, language: str = "zh-hans") -> bytes:
    answer = client.get(EXPORT, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="follow-ups.xlsx"'
    return b"".join(answer.streaming_content)


def table(data: bytes) -> list[tuple[Any, ...]]:
    sheet: Any = load_workbook(io.BytesIO(data)).active
    return list(sheet.values)


def without_ids(data: bytes) -> bytes:
    """The same sheet as another company would get it: nobody's numbers are in it."""
    heading, *rows = table(data)
    return workbook(*[list(row[1:]) for row in rows], heading=[str(cell) for cell in heading[1:]])


def facts(corp: Corp) -> list[tuple[Any, ...]]:
    rows = FollowUp.objects.of_corp(corp.pk).values_list(
        "customer__external_userid", "employee__userid", "content", "kind", "outcome", "happened_at", "next_at"
    )
    return sorted(rows, key=str)


def test_a_workbook_is_only_looked_at_or_brought_in_as_a_csv_file_is(cast: Cast, customer: Customer) -> None:
    client, data = api.client(cast.corp), workbook(line(1, userid=cast.owner.userid), line(2))
    assert sent(client, data, dryRun="true").json() == {"lines": 2, "created": 2, "known": 0, "dryRun": True}
    assert not FollowUp.objects.exists()
    assert sent(client, data).json() == {"lines": 2, "created": 2, "known": 0, "dryRun": False}
    assert sent(client, data).json()["known"] == 2
    first, second = FollowUp.objects.order_by("happened_at")
    assert (first.employee_id, second.employee_id, first.kind) == (cast.owner.pk, None, "call")


def test_lines_at_fault_are_named_by_their_places_in_the_sheet(cast: Cast, customer: Customer, recorded: Any) -> None:
    before = recorded()
    data = workbook(line(1), [], line(2, "wmX"), line(3, at="昨天"))
    told = refused(sent(api.client(cast.corp), data), 422, "import_invalid")
    assert [(error["field"], error["code"]) for error in told["errors"]] == [
        ("lines.4.externalUserid", "customer_unknown"),
        ("lines.5.happenedAt", "time_invalid"),
    ]
    assert (FollowUp.objects.count(), recorded()) == (0, before)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no archive", "file_unreadable"),
        (workbook(line(1), heading=["x"]), "columns_missing"),
        (workbook(*[["wmA"] for _n in range(reading.MOST_LINES + 1)]), "file_too_big"),
    ],
    ids=["no archive", "no columns", "too long"],
)
def test_a_workbook_that_is_none_is_refused_and_never_a_fault_of_ours(
    cast: Cast, customer: Customer, data: bytes, code: str
) -> None:
    told = refused(sent(api.client(cast.corp), data), 422, code)
    assert told["errors"][0]["field"] == "file"
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_leaves_in_a_workbook_comes_into_another_company_as_it_was(cast: Cast, language: str) -> None:
    names = [*HARD_NAMES, *ODD]
    row = make.customer(cast.corp, cast.owner, external_userid="wmA")
    for text in names:
        make.follow_up(row, cast.owner, content=text, kind="visit", outcome="agreed")
    make.customer(cast.other_corp, cast.stranger, external_userid="wmA")
    make.employee(cast.other_corp, userid=cast.owner.userid)
    data = without_ids(taken(api.client(cast.corp), language))
    brought = sent(api.client(cast.other_corp), data).json()
    # Two that differ in seconds alone would be one: the sheet says minutes.
    assert brought["created"] == len({text.strip() for text in names})
    minutes = [
        [
            (who, whose, text, kind, outcome, f"{at:%F %H:%M}", following)
            for who, whose, text, kind, outcome, at, following in one
        ]
        for one in (facts(cast.corp), facts(cast.other_corp))
    ]
    assert minutes[0] == minutes[1]


def test_an_export_brought_in_again_makes_no_second_one(cast: Cast, customer: Customer) -> None:
    for text in ODD:
        make.follow_up(customer, cast.owner, content=text)
    client = api.client(cast.corp)
    assert sent(client, taken(client)).json() == {"lines": len(ODD), "created": 0, "known": len(ODD), "dryRun": False}
    assert FollowUp.objects.count() == len(ODD)


def test_every_cell_of_it_is_text_and_none_a_formula(cast: Cast, customer: Customer) -> None:
    for text in ODD:
        make.follow_up(customer, cast.owner, content=text)
    heading, *rows = table(taken(api.client(cast.corp)))
    assert len(heading) == 12
    cells = [cell for row in rows for cell in row if cell is not None]
    assert {type(cell) for cell in cells} == {str}
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_it_holds_only_what_the_caller_may_see(cast: Cast, customer: Customer) -> None:
    make.follow_up(customer, cast.owner, content="自己的")
    make.follow_up(make.customer(cast.other_corp, cast.stranger), cast.stranger, content="外")
    (_heading, row) = table(taken(api.client(cast.corp)))
    assert row[8] == "自己的"


def test_headings_of_the_template_are_known_in_either_language() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            (heading,) = sheets.template()
        assert set(reading.places_of(heading)) == set(sheets.CELLS.values()), language
    assert set(reading.places_of(HEADING)) == set(sheets.CELLS.values())
