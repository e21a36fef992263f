"""Lists that are taken along as files: written down who took what, and nothing in them that the reader may not see."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core import exporting
from corps.choices import Masking
from customers.models import AccessRecord, Customer
from followups.models import FollowUp
from insights.models import Loss
from segments.models import Segment
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import MOBILE, NOTED, UNIONID, choose, client, numbered
from tests.doors import refused

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def segment(cast: Cast) -> Segment:
    """With a customer of the owner's who has numbers and another one of the colleague's alone; each has a follow-up
    and was lost once."""
    mine = numbered(cast, name=FORMULA, external_userid="wmMine", city="北京")
    theirs = make.customer(cast.corp, cast.colleague, name="乙", external_userid="wmTheirs", city="北京")
    foreign = make.customer(cast.other_corp, cast.stranger, external_userid="wmForeign", city="北京")
    row = make.segment_list(cast.corp, mine, theirs)
    for customer, employee in ((mine, cast.owner), (theirs, cast.colleague), (foreign, cast.stranger)):
        make.follow_up(customer, employee, content=f"@{customer.external_userid}", kind="call")
        make.loss(customer, employee, state="+expo")
    return row


def addresses(row: Segment) -> dict[str, str]:
    """What is noted → the door."""
    return {
        "segment_members": f"/api/v1/segments/{row.pk}/members/export",
        "followups": "/api/v1/followups/export",
        "losses": "/api/v1/losses/export",
    }


def pages(row: Segment) -> dict[str, str]:
    """What is noted → the page."""
    return {
        "segment_members": reverse("admin:segments_segment_export", args=[row.pk]),
        "followups": f"{page(FollowUp, 'changelist')}export/",
        "losses": reverse("admin:insights_loss_export"),
    }


def in_place(what: str, door: Any) -> bool:
    """Whether the workbook has an address of its own there."""
    return what == "segment_members" and door is pages


def text(answer: Any) -> str:
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def lines(answer: Any) -> list[list[str]]:
    """Without the heading."""
    return list(csv.reader(io.StringIO(text(answer), newline="")))[1:]


def noted() -> list[tuple[Any, ...]]:
    columns = ("kind", "what", "number", "actor", "source", "customer_id")
    return list(AccessRecord.objects.order_by("id").values_list(*columns))


@pytest.mark.parametrize("what", ["segment_members", "followups", "losses"])
class TestEach:
    def test_who_took_it_along_is_kept_with_the_number_of_those_whom_they_see(
        self, cast: Cast, segment: Segment, what: str
    ) -> None:
        # The colleague reads the owner's customer along; what was lost is of whoever lost it.
        seen = {"owner": 1, "colleague": 1 if what == "losses" else 2, "manager": 2, "admin": 2}
        for name, number in seen.items():
            AccessRecord.objects.all().delete()
            answer = client(cast, name).get(addresses(segment)[what])
            assert noted() == [("export", what, number, cast.actor(name).label, "api", None)]
            assert len(lines(answer)) == number

    def test_the_console_keeps_it_too(self, cast: Cast, segment: Segment, what: str) -> None:
        answer = entered(cast.users["owner"]).get(pages(segment)[what])
        assert noted() == [("export", what, 1, cast.actor("owner").label, "operator", None)]
        assert AccessRecord.objects.get().employee_id == cast.owner.pk
        assert len(lines(answer)) == 1

    def test_a_service_takes_along_its_companys_alone(self, cast: Cast, segment: Segment, what: str) -> None:
        content = text(api.client(cast.corp).get(addresses(segment)[what]))
        assert "wmMine" in content
        assert "wmTheirs" in content
        assert "wmForeign" not in content
        assert [(row.corp_id, row.number) for row in AccessRecord.objects.all()] == [(cast.corp.pk, 2)]

    @pytest.mark.parametrize("door", [addresses, pages])
    def test_a_workbook_holds_the_same_lines(self, cast: Cast, segment: Segment, what: str, door: Any) -> None:
        by = client(cast, "owner") if door is addresses else entered(cast.users["owner"])
        wanted = list(csv.reader(io.StringIO(text(by.get(door(segment)[what])), newline="")))
        AccessRecord.objects.all().delete()
        answer = by.get(
            door(segment)[what].removesuffix("export/") + "workbook/"
            if in_place(what, door)
            else f"{door(segment)[what]}?format=xlsx"
        )
        assert answer.headers["Content-Type"] == exporting.XLSX
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        assert sheet is not None
        assert [["" if cell is None else str(cell) for cell in row] for row in sheet.values] == wanted
        assert [(row[1], row[2]) for row in noted()] == [(what, 1)]

    def test_another_kind_of_file_is_refused(self, cast: Cast, segment: Segment, what: str) -> None:
        answer = client(cast, "owner").get(f"{addresses(segment)[what]}?format=pdf")
        assert refused(answer, 400, "invalid")["errors"][0]["field"] == "format"
        assert noted() == []

    @pytest.mark.parametrize("chosen", [Masking.OFF, Masking.ALL])
    def test_no_number_leaves_in_it_whoever_asks(
        self, cast: Cast, segment: Segment, what: str, chosen: Masking
    ) -> None:
        choose(cast, chosen)
        for name in ("owner", "admin"):
            content = text(client(cast, name).get(addresses(segment)[what]))
            assert not [number for number in (MOBILE, UNIONID, NOTED) if number in content], name
            assert "wmMine" in content

    def test_no_cell_is_a_formula(self, cast: Cast, segment: Segment, what: str) -> None:
        found = lines(client(cast, "admin").get(addresses(segment)[what]))
        assert not [cell for line in found for cell in line if cell.startswith(("=", "+", "-", "@", "\t"))]
        assert f"'{FORMULA}" in [cell for line in found for cell in line]

    def test_what_is_refused_is_not_taken_along(self, cast: Cast, segment: Segment, what: str) -> None:
        address = addresses(segment)[what]
        refused(api.client(cast.corp).get(f"{address}?colour=1"), 400, "unknown_parameter")
        assert api.client(cast.corp, "tags").get(address).status_code == 403
        assert noted() == []

    def test_the_number_is_counted_up_to_a_bound(
        self, cast: Cast, segment: Segment, what: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MOST_ROWS", 1)
        client(cast, "admin").get(addresses(segment)[what])
        assert [row[2] for row in noted()] == [1]


def test_the_filters_are_kept_as_they_were_given(cast: Cast, segment: Segment) -> None:
    client(cast, "admin").get("/api/v1/followups/export", {"kind": "visit", "employeeId": cast.owner.pk})
    row = AccessRecord.objects.get()
    assert (row.number, row.facts) == (0, {"kind": "visit", "employeeId": str(cast.owner.pk)})


@pytest.mark.parametrize("bound", [1, 2])
def test_a_segment_too_long_for_a_workbook_is_taken_as_csv(
    cast: Cast, segment: Segment, bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", bound)
    address = f"{addresses(segment)['segment_members']}?format=xlsx"
    page_of = pages(segment)["segment_members"].removesuffix("export/") + "workbook/"
    if bound == 2:
        assert client(cast, "admin").get(address).status_code == 200
        return
    refused(client(cast, "admin").get(address), 422, "workbook_too_long")
    answer = entered(cast.users["admin"]).get(page_of, follow=True)
    assert "CSV" in str(next(iter(answer.context["messages"])))
    assert noted() == []


def test_of_a_segment_it_is_kept_which(cast: Cast, segment: Segment) -> None:
    client(cast, "admin").get(addresses(segment)["segment_members"])
    assert AccessRecord.objects.get().facts == {"segmentId": str(segment.pk)}


def test_a_segment_of_another_company_is_not_there_to_be_taken(cast: Cast, segment: Segment) -> None:
    assert client(cast, "stranger").get(addresses(segment)["segment_members"]).status_code == 404
    assert entered(cast.users["stranger"]).get(pages(segment)["segment_members"]).status_code == 302
    assert noted() == []


def test_a_line_of_a_follow_up_says_who_did_what_for_whom(cast: Cast, segment: Segment) -> None:
    (line,) = lines(client(cast, "owner").get(addresses(segment)["followups"]))
    row = FollowUp.objects.get(customer__external_userid="wmMine")
    assert line[:5] == [str(row.pk), f"'{FORMULA}", "wmMine", cast.owner.name, cast.owner.userid]
    assert line[8] == "'@wmMine"


def test_a_line_of_a_loss_says_whom_who_lost(cast: Cast, segment: Segment) -> None:
    (line,) = lines(client(cast, "owner").get(addresses(segment)["losses"]))
    assert (line[:3], line[8]) == ([f"'{FORMULA}", "wmMine", str(cast.owner)], "'+expo")
    assert Loss.objects.filter(corp=cast.corp).count() == 2


def test_what_was_taken_along_says_nothing_of_who_was_erased(cast: Cast, segment: Segment) -> None:
    row = Customer.objects.get(external_userid="wmMine")
    answer = client(cast, "admin").post(
        f"/api/v1/customers/{row.pk}/erase", {"externalUserid": "wmMine", "reason": "客户要求删除"}, format="json"
    )
    assert answer.status_code == 204, answer.content
    for what, address in addresses(segment).items():
        content = text(client(cast, "admin").get(address))
        assert "wmMine" not in content, what
        assert FORMULA not in content, what
        assert "wmTheirs" in content, what
