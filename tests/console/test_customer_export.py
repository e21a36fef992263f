"""The customer list as a file: the customers it shows, in its columns and order, as whoever takes them may see them."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core import exporting
from corps.choices import Masking, Role
from customers.console.listing import table
from customers.models import AccessRecord, Customer
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import choose

LIST = page(Customer, "changelist")
URL = f"{LIST}export/"
MOBILE = "13800001111"
ADDED = dt.datetime(2026, 3, 1, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def customers(cast: Cast) -> dict[str, Customer]:
    """The owner's, with something in every column; one of the colleague's; one of another company's."""
    tags = [make.tag(make.group(cast.corp), name=name) for name in ("重点", "甲级")]
    facts: dict[str, Any] = {"city": "深圳", "province": "广东", "gender": 1, "channel": "官网", "corp_name": "某公司"}
    mine = make.customer(
        cast.corp, cast.owner, name="甲", external_userid="wmMine", mobile=MOBILE, add_time=ADDED, **facts
    )
    make.staged(make.tagged(mine, *tags), make.stage(cast.corp, name="意向"))
    theirs = make.customer(cast.corp, cast.colleague, name="乙", external_userid="wmTheirs", add_time=ADDED)
    foreign = make.customer(cast.other_corp, cast.stranger, name="丙", external_userid="wmForeign")
    return {"mine": mine, "theirs": theirs, "foreign": foreign}


def text(answer: Any) -> str:
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(answer), newline="")))


def taken(client: Client, **asked: Any) -> list[list[str]]:
    return lines(client.post(URL, {"format": "csv", **asked}))


def ids(found: list[list[str]]) -> list[str]:
    return [line[0] for line in found[1:]]


def test_everybody_takes_along_whom_their_list_shows_and_nobody_else(
    cast: Cast, customers: dict[str, Customer]
) -> None:
    seen = {"owner": ["wmMine"], "manager": ["wmTheirs", "wmMine"], "admin": ["wmTheirs", "wmMine"]}
    for name, wanted in seen.items():
        AccessRecord.objects.all().delete()
        assert ids(taken(entered(cast.users[name]))) == wanted
        row = AccessRecord.objects.get()
        assert (row.kind, row.what, row.number) == ("export", "customers", len(wanted))
        assert (row.actor, row.source, row.corp_id) == (cast.actor(name).label, "operator", cast.corp.pk)
    assert ids(taken(entered(cast.users["stranger"]))) == ["wmForeign"]


def test_a_line_has_the_columns_of_the_list_in_words(cast: Cast, customers: dict[str, Customer]) -> None:
    head, line = taken(entered(cast.users["owner"]))
    assert head == ["外部联系人 ID", "客户", "跟进人", "渠道", "状态", "阶段", "标签", "添加时间"]
    told = ["wmMine", "甲", cast.owner.name, "官网", "正常", "意向", "重点, 甲级", "2026-03-01 12:05"]
    assert line == told


def test_chosen_columns_leave_in_their_order(cast: Cast, customers: dict[str, Customer]) -> None:
    view = make.list_view(
        cast.users["admin"],
        name="一览",
        columns=["mobile_label", "gender", "heading", "place_label", "corp_label", "type", "blacklisted"],
    )
    found = taken(entered(cast.users["admin"]), view=view.pk, q="甲")
    assert found[1] == ["wmMine", "甲", MOBILE, "男", "广东 深圳", "某公司", "微信用户", ""]
    assert len(found[0]) == len(found[1])


def test_custom_fields_stand_behind_and_personal_ones_leave_as_they_are_seen(
    cast: Cast, customers: dict[str, Customer]
) -> None:
    make.custom_field(cast.corp, "hobby", name="爱好")
    make.custom_field(cast.corp, "card", name="证件号", personal=True)
    make.custom_field(cast.other_corp, "secret", name="别家的")
    make.filled(Customer.objects.get(pk=customers["mine"].pk), hobby="钓鱼", card="440300199001011234")
    head, *rows = taken(entered(cast.users["admin"]))
    assert head[-2:] == ["爱好", "证件号"]
    assert [line[-2:] for line in rows] == [["", ""], ["钓鱼", "440300199001011234"]]
    choose(cast, Masking.ALL)
    content = text(entered(cast.users["owner"]).post(URL, {"format": "csv"}))
    assert "钓鱼" in content
    assert "440300199001011234" not in content


@pytest.mark.parametrize(("masking", "shown"), [(Masking.OFF, True), (Masking.ALL, False)])
def test_a_mobile_leaves_as_the_list_shows_it(
    cast: Cast, customers: dict[str, Customer], masking: Masking, shown: bool
) -> None:
    choose(cast, masking)
    view = make.list_view(cast.users["owner"], name="手机", columns=["heading", "mobile_label"])
    client = entered(cast.users["owner"])
    line = taken(client, view=view.pk)[1]
    assert (line[2] == MOBILE) is shown
    assert line[2] in client.get(LIST, {"view": view.pk}).content.decode()


def test_filters_search_and_conditions_narrow_it_as_they_do_the_list(
    cast: Cast, customers: dict[str, Customer]
) -> None:
    client = entered(cast.users["admin"])
    assert ids(taken(client, gender__exact="1")) == ["wmMine"]
    assert ids(taken(client, q="乙")) == ["wmTheirs"]
    condition = {"version": 1, "where": {"field": "name", "op": "contains", "value": "甲"}}
    view = make.list_view(cast.users["admin"], name="甲们", condition=condition)
    assert ids(taken(client, view=view.pk)) == ["wmMine"]
    assert ids(taken(client, sort="add_time", asked="1")) == ["wmMine", "wmTheirs"]


def test_what_was_searched_for_is_neither_in_an_address_nor_in_the_record(
    cast: Cast, customers: dict[str, Customer]
) -> None:
    client = entered(cast.users["admin"])
    content = client.get(LIST, {"q": "甲", "gender__exact": "1"}).content.decode()
    form = content[content.index(f'action="{URL}"') :]
    assert '<input type="hidden" name="q" value="甲">' in form
    assert f"{URL}?" not in content
    taken(client, q="甲", gender__exact="1")
    assert AccessRecord.objects.get().facts == {"gender__exact": "1", "q": "***"}


def test_a_workbook_has_the_same_lines_with_ids_and_numbers_as_texts(
    cast: Cast, customers: dict[str, Customer]
) -> None:
    Customer.objects.filter(pk=customers["theirs"].pk).update(name="00123", external_userid="10000000001")
    client = entered(cast.users["admin"])
    wanted = taken(client)
    answer = client.post(URL, {"format": "xlsx"})
    assert answer.headers["Content-Type"] == exporting.XLSX
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    assert [["" if cell is None else cell for cell in row] for row in sheet.values] == wanted


def test_no_cell_is_a_formula(cast: Cast, customers: dict[str, Customer]) -> None:
    Customer.objects.filter(pk=customers["mine"].pk).update(name="=HYPERLINK(1)", channel="+1")
    line = next(line for line in taken(entered(cast.users["admin"])) if line[0] == "wmMine")
    assert (line[1], line[3]) == ("'=HYPERLINK(1)", "'+1")


def test_it_ends_at_the_bound_and_the_record_says_how_many_left(
    cast: Cast, customers: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    assert ids(taken(entered(cast.users["admin"]))) == ["wmTheirs"]
    assert AccessRecord.objects.get().number == 1


def test_it_is_read_by_the_thousand_and_who_goes_meanwhile_is_left_out(
    cast: Cast, customers: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_AT_ONCE", 1)
    for n in range(3):
        make.customer(cast.corp, cast.owner, external_userid=f"wm{n}")
    answer = entered(cast.users["owner"]).post(URL, {"format": "csv"})
    Customer.objects.filter(external_userid="wm1").update(external_userid="wmMoved")
    make.customer(cast.corp, cast.owner, external_userid="wmLate")
    assert ids(lines(answer)) == ["wm2", "wmMoved", "wm0", "wmMine"]


def test_more_customers_take_no_more_statements(cast: Cast, customers: dict[str, Customer]) -> None:
    client = entered(cast.users["admin"])

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            taken(client)
        return len(seen)

    # What a process learns once.
    statements()
    few = statements()
    for _n in range(30):
        make.tagged(make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp)))
    assert statements() == few


def test_an_address_alone_takes_nothing_along(cast: Cast, customers: dict[str, Customer]) -> None:
    client = entered(cast.users["admin"])
    assert client.get(URL, {"format": "csv"}).headers["Location"] == LIST
    assert Client().post(URL, {"format": "csv"}).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.users["admin"], "django.contrib.auth.backends.ModelBackend")
    assert strict.post(URL, {"format": "csv"}).status_code == 403
    assert not AccessRecord.objects.exists()


def test_what_the_list_refuses_is_not_taken_along(cast: Cast, customers: dict[str, Customer]) -> None:
    client = entered(cast.users["admin"])
    assert client.post(URL, {"format": "csv", "colour": "red"}).headers["Location"] == f"{LIST}?e=1"
    theirs = make.list_view(cast.users["stranger"], name="别家的")
    assert client.post(URL, {"format": "csv", "view": theirs.pk}).status_code == 404
    unreadable = {"version": 1, "where": {"field": "nothing", "op": "is", "value": 1}}
    answer = client.post(URL, {"format": "csv", "condition": json.dumps(unreadable)}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert len(list(answer.context["messages"])) == 1
    assert not AccessRecord.objects.exists()


def test_a_list_of_nobody_offers_no_file(cast: Cast) -> None:
    content = entered(cast.users["admin"]).get(LIST, {"q": "无此人"}).content.decode()
    form = content[content.index('id="customer-export"') :]
    assert "button" not in form[: form.index("</form>")]


def test_who_sees_all_companies_learns_whose_each_is(cast: Cast, customers: dict[str, Customer]) -> None:
    head, *rows = taken(entered(make.user(None, Role.ADMIN, is_superuser=True)))
    assert {(line[0], line[-1]) for line in rows} >= {
        ("wmMine", cast.corp.name),
        ("wmForeign", cast.other_corp.name),
    }
    assert len(head) == len(rows[0])
    assert {row.corp_id for row in AccessRecord.objects.all()} >= {cast.corp.pk, cast.other_corp.pk}
