"""The console's pages of imports: a file is sent, looked through, brought in, and what was at fault is taken along."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from customers.models import Customer
from followups.importing import reading, working
from followups.models import FollowUp, FollowUpImport
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.followups.importing.files import HEADING, line, sent, text, workbook

UPLOAD = reverse("admin:followups_followupimport_upload")
TEMPLATE = reverse("admin:followups_followupimport_template")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


@pytest.fixture
def job(cast: Cast, customer: Customer) -> FollowUpImport:
    """Two that can be brought in, one of an unknown customer; checked."""
    data = workbook(line(1), line(2, userid=cast.owner.userid), line(3, "'=wmX"))
    entered(cast.users["admin"]).post(UPLOAD, {"file": sent(data, "跟进.xlsx")})
    row = FollowUpImport.objects.get()
    working.work(row.pk)
    return row


def act(row: FollowUpImport, name: str) -> str:
    return reverse(f"admin:followups_followupimport_{name}", args=[row.pk])


def test_a_file_that_is_sent_leads_to_its_sheet_and_that_looks_again_until_it_is_checked(
    cast: Cast, customer: Customer
) -> None:
    client = entered(cast.users["admin"])
    assert "客户在企业微信中的外部联系人 ID" in client.get(UPLOAD).content.decode()
    answer = client.post(UPLOAD, {"file": sent(text(line(1)))})
    row = FollowUpImport.objects.get()
    assert (answer.status_code, answer.url) == (302, page(row, "change"))
    assert (row.corp_id, row.actor, row.name, row.source) == (
        cast.corp.pk,
        cast.actor("admin").label,
        "跟进.csv",
        "operator",
    )
    shown = client.get(page(row, "change"))
    assert shown.headers["Refresh"] == "3"
    working.work(row.pk)
    assert "Refresh" not in client.get(page(row, "change")).headers
    assert not FollowUp.objects.exists()


def test_the_sheet_says_what_can_come_in_and_what_is_wrong_with_which_line(cast: Cast, job: FollowUpImport) -> None:
    shown = entered(cast.users["admin"]).get(page(job, "change"))
    sheet = shown.context["sheet"]
    assert [(one["label"], one["number"]) for one in sheet["figures"]] == [
        ("已检查行数", 3),
        ("可导入", 2),
        ("已存在", 0),
        ("有误", 1),
    ]
    (fault,) = sheet["faults"]
    assert (fault["number"], fault["why"], fault["stood"]) == (4, "没有这个客户。", "=wmX")
    assert [when for _name, when in sheet["steps"]] == ["done", "done", "now", "ahead"]
    assert act(job, "start") in shown.content.decode()


def test_it_is_brought_in_by_whoever_says_so_and_the_page_tells_how_it_went(
    cast: Cast, job: FollowUpImport, recorded: Any
) -> None:
    client = entered(cast.users["admin"])
    assert client.post(act(job, "start")).status_code == 302
    working.work(job.pk)
    assert sorted(FollowUp.objects.values_list("content", flat=True)) == ["第1次", "第2次"]
    assert [name for name, _pk, _data in recorded()[-2:]] == ["customer.followup.created"] * 2
    shown = client.get(page(job, "change"))
    assert shown.context["sheet"]["state"] == "导入已完成。"
    assert shown.context["sheet"]["figures"][-1]["number"] == 2
    # Neither act is offered any more, and what is asked for all the same is refused.
    assert act(job, "stop") not in shown.content.decode()
    assert "该次导入已结束" in client.post(act(job, "stop")).content.decode()


def test_it_is_stopped(cast: Cast, job: FollowUpImport) -> None:
    client = entered(cast.users["admin"])
    client.post(act(job, "start"))
    client.post(act(job, "stop"))
    assert not working.work(job.pk)
    job.refresh_from_db()
    assert (job.state, FollowUp.objects.count()) == ("stopped", 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lines_at_fault_are_taken_along_and_once_corrected_come_in(cast: Cast, job: FollowUpImport, kind: str) -> None:
    answer = entered(cast.users["admin"]).get(act(job, "faults"), {"format": kind})
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if kind == "csv":
        heading, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert row[:2] == ["'=wmX", ""]
        assert row[-3:] == ["4", heading[0], "没有这个客户。"]
    (found,) = reading.read(data)
    assert (found.cells["external_userid"], found.cells["content"]) == ("=wmX", "第3次")


def test_the_template_is_a_sheet_that_can_be_read_with_nothing_in_it(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    comma = b"".join(client.get(TEMPLATE).streaming_content)  # type: ignore[attr-defined]
    book = b"".join(client.get(TEMPLATE, {"format": "xlsx"}).streaming_content)  # type: ignore[attr-defined]
    sheet: Any = load_workbook(io.BytesIO(book)).active
    (heading,) = sheet.values
    assert comma.decode("utf-8-sig").strip() == ",".join(heading)
    assert len(heading) == len(HEADING)
    assert all("一" <= name[0] <= "鿿" for name in heading)
    assert reading.read(comma) == reading.read(book) == []


def test_a_file_that_is_none_is_refused_beside_its_field(cast: Cast) -> None:
    answer = entered(cast.users["admin"]).post(UPLOAD, {"file": sent(b"x,y\n1,2")})
    assert "首行必须包含" in str(answer.context["form"].errors["file"])
    assert not FollowUpImport.objects.exists()


def test_another_companys_import_is_not_there_and_staff_have_none(cast: Cast, job: FollowUpImport) -> None:
    for name, status in {"stranger": 302, "owner": 403, "manager": 403}.items():
        client = entered(cast.users[name])
        for address in (page(job, "change"), act(job, "faults"), act(job, "start"), act(job, "stop")):
            assert client.get(address).status_code == status, (name, address)
        client.post(act(job, "start"))
        job.refresh_from_db()
        assert job.state == "checked"
    for address in (UPLOAD, TEMPLATE, page(FollowUpImport, "changelist")):
        assert entered(cast.users["manager"]).get(address).status_code == 403, address


def test_whoever_is_of_no_company_says_for_which_it_is(cast: Cast, customer: Customer) -> None:
    root = entered(make.user(None, is_superuser=True))
    file = {"file": sent(text(line(1)))}
    assert root.post(UPLOAD, file).context["form"].errors.keys() == {"corp"}
    root.post(UPLOAD, {"file": sent(text(line(1))), "corp": cast.corp.pk})
    assert FollowUpImport.objects.get().corp_id == cast.corp.pk
