"""The pages of segments: making, changing, refreshing and copying them, and where they show on the customer's page."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import FieldError, RuleViolation
from customers.models import Customer
from segments.console import forms, pages, sheet
from segments.models import Segment, SegmentRun, SegmentSize, SegmentStanding
from segments.refreshing import requesting
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.segments.crowd import BY, hear, ids, last_run, listed, members, move, of_city, people, run_all, segment

HOSTILE = "<script>alert(1)</script>"


def text(client: Any, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


def act(row: Segment, name: str) -> str:
    return reverse(f"admin:segments_segment_{name}", args=[row.pk])


@pytest.fixture
def client(cast: Cast) -> Any:
    return entered(cast.users["admin"])


def test_a_dynamic_segment_is_made_by_hand(cast: Cast, client: Any, recorded: Any) -> None:
    (one,) = people(cast.corp, "北京")
    form = form_of(client.get(page(Segment, "add")))
    posted = form | {"name": "北京", "kind": "dynamic", "condition": json.dumps(of_city("北京"))}
    assert client.post(page(Segment, "add"), posted).status_code == 302
    row = Segment.objects.get()
    assert (row.name, row.condition, row.corp_id, row.actor) == ("北京", of_city("北京"), cast.corp.pk, row.actor)
    assert row.actor == cast.actor("admin").label
    assert recorded()[-1][0] == "segment.created"
    run_all()
    assert members(row) == ids(one)
    shown = text(client, page(row, "change"))
    assert "已是最新" in shown and "北京" in shown
    assert "最新" in text(client, page(Segment, "changelist"))


def test_what_is_wrong_with_a_condition_is_told_beside_it(cast: Cast, client: Any) -> None:
    form = form_of(client.get(page(Segment, "add"))) | {"name": "N", "kind": "dynamic"}
    wrong = {"version": 1, "where": {"all": [{"field": "shoeSize", "op": "is", "value": 1}]}}
    for condition, told in ((json.dumps(wrong), "where.all[0]"), ("{", ""), ("", "")):
        answer = client.post(page(Segment, "add"), form | {"condition": condition})
        assert answer.status_code == 200
        errors = answer.context["adminform"].form.errors
        assert set(errors) == {"condition"}
        assert told in str(errors["condition"])
    assert not Segment.objects.exists()


def test_a_list_is_made_of_a_file_and_grows_by_another(cast: Cast, client: Any) -> None:
    first, second = people(cast.corp, "北京", "上海")

    def file(*rows: Any) -> SimpleUploadedFile:
        return SimpleUploadedFile("list.csv", "\n".join(row.external_userid for row in rows).encode())

    form = form_of(client.get(page(Segment, "add"))) | {"name": "名单", "kind": "static", "condition": ""}
    assert client.post(page(Segment, "add"), form | {"file": file(first)}).status_code == 302
    row = Segment.objects.get()
    assert (row.kind, members(row)) == ("static", ids(first))
    form = form_of(client.get(page(row, "change")))
    assert "condition" not in form
    assert client.post(page(row, "change"), form | {"file": file(first, second)}).status_code == 302
    assert members(row) == ids(first, second)
    foreign = make.customer(cast.other_corp)
    answer = client.post(page(row, "change"), form | {"file": file(foreign)})
    assert (answer.status_code, set(answer.context["adminform"].form.errors)) == (200, {"file"})
    assert members(row) == ids(first, second)


def test_a_change_that_somebody_else_was_faster_with_is_refused(cast: Cast, client: Any) -> None:
    row = segment(cast.corp, name="老客")
    form = form_of(client.get(page(row, "change")))
    Segment.objects.filter(pk=row.pk).update(version=7)
    answer = client.post(page(row, "change"), form | {"name": "新客"})
    assert answer.status_code == 200
    row.refresh_from_db()
    assert (row.name, row.version) == ("老客", 7)
    form = form_of(client.get(page(row, "change")))
    assert client.post(page(row, "change"), form | {"name": "新客"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.version) == ("新客", 8)


def test_it_is_refreshed_called_off_copied_and_frozen(cast: Cast, client: Any) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp)
    shown = text(client, page(row, "change"))
    assert act(row, "refresh") in shown and act(row, "cancel_refresh") not in shown
    assert client.post(act(row, "refresh")).status_code == 302
    assert (last_run(row).reason, last_run(row).actor) == ("hand", cast.actor("admin").label)
    assert act(row, "cancel_refresh") in text(client, page(row, "change"))
    assert client.post(act(row, "cancel_refresh")).status_code == 302
    assert last_run(row).state == "cancelled"
    for name, kind in (("copy", "dynamic"), ("freeze", "static")):
        answer = client.post(act(row, name), {"name": name})
        made = Segment.objects.get(name=name)
        assert (answer.status_code, answer.url, made.kind) == (302, page(made, "change"), kind)
        run_all()
        assert members(made) == members(row)
        assert client.post(act(row, name), {"name": name}).status_code == 200, "the name is taken"
    assert Segment.objects.count() == 3
    plain = text(client, page(Segment.objects.get(name="freeze"), "change"))
    assert "/refresh" not in plain


def test_it_is_deleted_and_one_that_is_used_is_not(cast: Cast, client: Any) -> None:
    row, user = segment(cast.corp, name="老客"), segment(cast.corp, name="谁用")
    Segment.objects.filter(pk=user.pk).update(uses=[row.pk])
    answer = client.post(page(row, "delete"), {"post": "yes"}, follow=True)
    assert "谁用" in answer.content.decode()
    assert Segment.objects.live().count() == 2
    for each in (user, row):
        assert client.post(page(each, "delete"), {"post": "yes"}).status_code == 302
    assert not Segment.objects.live().exists()
    assert client.get(page(row, "change")).status_code == 302


def test_managers_write_staff_look_and_strangers_are_led_away(cast: Cast) -> None:
    row = segment(cast.corp)
    for name, writes in (("admin", True), ("manager", True), ("owner", False)):
        shown = text(entered(cast.users[name]), page(row, "change"))
        assert ('name="_save"' in shown) == writes
        assert (act(row, "refresh") in shown) == writes
    staff = entered(cast.users["owner"])
    assert staff.get(page(Segment, "add")).status_code == 403
    assert staff.post(act(row, "refresh")).status_code == 403
    stranger = entered(cast.users["stranger"])
    assert stranger.get(page(row, "change")).status_code == 302
    assert row.name not in text(stranger, page(Segment, "changelist"))
    assert SegmentRun.objects.filter(segment=row).count() == 1


def test_the_customer_list_shows_the_members(cast: Cast, client: Any) -> None:
    inside, outside = make.customer(cast.corp, name="里面", city="北京"), make.customer(cast.corp, name="外面")
    row = segment(cast.corp)
    shown = text(client, page(Customer, "changelist"), segment=row.pk)
    assert inside.external_userid in shown and outside.external_userid not in shown
    assert outside.external_userid in text(client, page(Customer, "changelist"), segment="x")
    foreign = segment(cast.other_corp)
    assert inside.external_userid not in text(client, page(Customer, "changelist"), segment=foreign.pk)
    link = f"{page(Customer, 'changelist')}?segment={row.pk}"
    assert link in text(client, page(row, "change"))


def test_a_customers_page_says_in_which_segments_they_are_and_were(cast: Cast, client: Any) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp, name="帝都客户")
    shown = text(client, page(one, "tab_segment_stays"))
    assert "帝都客户" in shown and page(row, "change") in shown
    move(one, "上海")
    hear(cast.corp)
    assert "customer.updated" in text(client, page(one, "tab_segment_stays"))
    stay = row.stays.get()
    assert stay.left_at
    SegmentStanding.objects.filter(pk=row.pk).update(run=0)
    assert "帝都客户" not in text(client, page(one, "tab_segment_stays"))


def test_hostile_names_are_shown_as_text(cast: Cast, client: Any) -> None:
    row = segment(cast.corp, name=HOSTILE, description=HOSTILE)
    SegmentStanding.objects.filter(pk=row.pk).update(last_error=HOSTILE)
    for address in (page(Segment, "changelist"), page(row, "change"), page(row, "delete"), act(row, "copy")):
        assert HOSTILE not in text(client, address)


def test_the_sheet_shows_sizes_runs_and_how_it_stands(cast: Cast, client: Any) -> None:
    people(cast.corp, "北京", "北京")
    row = segment(cast.corp)
    today = row.sizes.get()
    yesterday = today.day.fromordinal(today.day.toordinal() - 1)
    SegmentSize.objects.create(corp=cast.corp, segment=row, day=yesterday, size=4)
    shown = text(client, page(row, "change"))
    assert '<polyline points="0,0 320,24"' in shown
    assert str(yesterday) in shown and "+2 −0" in shown
    requesting.refresh(segment=row, by=BY["by"])
    SegmentRun.objects.filter(segment=row, open_mark=1).update(total=4, done=1)
    assert "25" in text(client, page(row, "change"))
    plain = listed(cast.corp, [])
    assert "静态名单" in text(client, page(plain, "change"))


@pytest.mark.parametrize(
    ("sizes", "points"),
    [([], ""), ([3], ""), ([0, 0], "0,48 320,48"), ([0, 5, 10], "0,48 160,24 320,0"), ([7, 7], "0,0 320,0")],
)
def test_a_line_is_as_high_as_its_largest_day(sizes: list[int], points: str) -> None:
    assert sheet.line([SegmentSize(size=size) for size in sizes]) == points


def test_a_refusal_names_the_field_of_the_form() -> None:
    errors = [
        FieldError("where.all[1].value", "c", "wrong"),
        FieldError("", "c", "all"),
        FieldError("name", "n", "taken"),
    ]
    told = forms.at_condition(RuleViolation("condition_invalid", "m", errors))
    assert [(error.field, str(error.message)) for error in told.errors] == [
        ("condition", "where.all[1].value: wrong"),
        ("condition", "all"),
        ("name", "taken"),
    ]


def test_every_state_has_its_word() -> None:
    assert set(pages.WORDS) == {"fresh", "stale", "counting", "refreshing", "failed", "static"}
    assert all(str(word) for word in pages.WORDS.values())
