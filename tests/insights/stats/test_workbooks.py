"""Every report as a workbook: the same cells as the text, numbers as numbers, and nothing that reckons."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from core.exporting import XLSX
from insights.stats.files import TABLES
from tests import api
from tests.insights.stats.test_answers import URL, full, since, speaker  # noqa: F401
from tests.insights.stats.world import FIRST, World

PLACES = {"forecast": "growth/forecast"}


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def book(answer: Any) -> Any:
    return load_workbook(io.BytesIO(content(answer))).active


def rows(answer: Any) -> list[list[Any]]:
    return [["" if cell is None else cell for cell in row] for row in book(answer).iter_rows(values_only=True)]


def texts(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))


@pytest.mark.parametrize("where", TABLES)
def test_each_report_is_a_workbook_with_the_cells_of_the_text(full: World, where: str) -> None:  # noqa: F811
    client, address = api.client(full.corp), f"{URL}/{PLACES.get(where, where)}/export"
    answer = client.get(address, since(where) | {"format": "xlsx"})
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"] == f'attachment; filename="{where}.xlsx"'
    told, text = rows(answer), texts(client.get(address, since(where) | {"format": "csv"}))
    assert len(told) > 1
    assert [len(row) for row in told] == [len(row) for row in text]
    for mine, theirs in zip(told, text, strict=True):
        for cell, written in zip(mine, theirs, strict=True):
            assert (float(written) if isinstance(cell, int | float) else written) == cell


def test_text_is_what_one_gets_who_names_no_format(full: World) -> None:  # noqa: F811
    answer = api.client(full.corp).get(f"{URL}/growth/export")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="growth.csv"'


def test_a_name_that_is_a_formula_is_text_in_a_workbook_too(full: World) -> None:  # noqa: F811
    type(full.cast.owner).objects.filter(pk=full.cast.owner.pk).update(name="=1+1")
    sheet = book(api.client(full.corp).get(f"{URL}/employees/export", {"fromDay": FIRST, "format": "xlsx"}))
    cells = {cell.value: cell.data_type for cell in sheet["A"]}
    assert cells["'=1+1"] == "s"
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_a_workbook_ends_where_the_scope_does(full: World) -> None:  # noqa: F811
    def names(role: str, where: str) -> list[Any]:
        answer = speaker(full.cast.users[role]).get(f"{URL}/{where}/export", {"fromDay": FIRST, "format": "xlsx"})
        return [row[0] for row in rows(answer)[1:]]

    assert names("owner", "employees") == ["王小明"]
    assert set(names("manager", "employees")) == {"王小明", "李小红", "两边"}
    assert names("owner", "departments") == []
    assert names("manager", "departments") == [full.cast.department.name]
    assert names("stranger", "departments") == []


def test_channels_are_not_for_staff_as_a_workbook_either(full: World) -> None:  # noqa: F811
    answer = speaker(full.cast.users["owner"]).get(f"{URL}/channels/export", {"format": "xlsx"})
    assert answer.status_code == 403


@pytest.mark.parametrize("where", TABLES)
def test_a_file_costs_no_more_statements_than_its_report(
    full: World,  # noqa: F811
    where: str,
    django_assert_max_num_queries: Any,
) -> None:
    client, address = api.client(full.corp), f"{URL}/{PLACES.get(where, where)}/export"
    client.get(address)
    with django_assert_max_num_queries(8):
        content(client.get(address, {"format": "xlsx"}))
