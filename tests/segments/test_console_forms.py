"""What the pages of segments refuse, whom they show, and how they say it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from corps.models import User
from customers.models import Customer
from segments.choices import RunState
from segments.models import Segment, SegmentRun, SegmentStanding, SegmentStay
from segments.refreshing import requesting
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.segments.crowd import BY, asking, hear, ids, listed, members, move, of_city, people, run_all, segment

ADD = "admin:segments_segment_add"


def text(client: Any, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


def state() -> list[Any]:
    models = (Segment, SegmentStanding, SegmentRun, SegmentStay)
    return [list(model.objects.order_by("pk").values()) for model in models]


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", "\n".join(lines).encode())


@pytest.fixture
def client(cast: Cast) -> Any:
    return entered(cast.users["admin"])


def test_what_can_not_be_taken_is_told_beside_its_field(cast: Cast, client: Any, recorded: Any) -> None:
    segment(cast.corp, name="老客")
    foreign = make.tag(make.group(cast.other_corp))
    of_foreign = json.dumps(asking("tags", "any", [foreign.pk]))
    good = {"name": "新客", "kind": "dynamic", "condition": '{"version": 1, "where": null}'}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"name": "老客"}, "name"),
        ({"name": " 老客 "}, "name"),
        ({"name": "长" * 51}, "name"),
        ({"description": "长" * 201}, "description"),
        ({"kind": "frozen"}, "kind"),
        ({"condition": ""}, "condition"),
        ({"condition": "[1"}, "condition"),
        ({"condition": "[]"}, "condition"),
        ({"condition": '{"version": 2, "where": null}'}, "condition"),
        ({"condition": of_foreign}, "condition"),
        ({"kind": "static", "condition": "", "file": csv("wmNobody")}, "file"),
    ]
    form, before, told = form_of(client.get(reverse(ADD))), state(), recorded()
    for wrong, field in cases:
        answer = client.post(reverse(ADD), form | good | wrong)
        assert answer.status_code == 200, wrong
        assert set(answer.context["adminform"].form.errors) == {field}, wrong
    assert (state(), recorded()) == (before, told)
    assert client.post(reverse(ADD), form | good).status_code == 302
    assert Segment.objects.filter(name="新客").count() == 1


def test_a_list_takes_each_customer_once_and_may_be_empty_at_first(cast: Cast, client: Any) -> None:
    first, second = people(cast.corp, "北京", "上海")
    form = form_of(client.get(reverse(ADD))) | {"kind": "static", "condition": ""}
    empty = client.post(reverse(ADD), form | {"name": "空"})
    assert (empty.status_code, members(Segment.objects.get(name="空"))) == (302, set())
    once = [first.external_userid, second.external_userid]
    answer = client.post(reverse(ADD), form | {"name": "满", "file": csv(*once, once[0])})
    assert "3" in str(answer.context["adminform"].form.errors["file"]), "the line is named"
    assert client.post(reverse(ADD), form | {"name": "满", "file": csv(*once)}).status_code == 302
    row = Segment.objects.get(name="满")
    assert members(row) == ids(first, second)
    assert set(row.stays.values_list("entered_by", flat=True)) == {"listed"}


def test_managers_put_only_those_on_a_list_whom_they_see(cast: Cast) -> None:
    mine, nobodys = make.customer(cast.corp, cast.owner), make.customer(cast.corp)
    manager = entered(cast.users["manager"])
    form = form_of(manager.get(reverse(ADD))) | {"kind": "static", "condition": "", "name": "名单"}
    answer = manager.post(reverse(ADD), form | {"file": csv(mine.external_userid, nobodys.external_userid)})
    assert set(answer.context["adminform"].form.errors) == {"file"}
    assert not Segment.objects.exists()
    assert manager.post(reverse(ADD), form | {"file": csv(mine.external_userid)}).status_code == 302
    assert members(Segment.objects.get()) == ids(mine)


def test_of_the_members_everybody_sees_those_whom_they_may_see(cast: Cast) -> None:
    of_owner = make.customer(cast.corp, cast.owner, city="北京")
    of_colleague = make.customer(cast.corp, cast.colleague, city="北京")
    nobodys = make.customer(cast.corp, city="北京")
    row = segment(cast.corp)
    seen = {}
    for name in ("owner", "manager", "admin"):
        answer = entered(cast.users[name]).get(page(Customer, "changelist"), {"segment": row.pk})
        seen[name] = {one.pk for one in answer.context["cl"].result_list}
    assert seen == {
        "owner": ids(of_owner),
        "manager": ids(of_owner, of_colleague),
        "admin": ids(of_owner, of_colleague, nobodys),
    }


def test_what_is_no_segment_narrows_nothing_and_an_unknown_one_shows_nobody(cast: Cast, client: Any) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp)
    deleted = segment(cast.corp)
    Segment.objects.filter(pk=deleted.pk).update(deleted_at=one.create_time)
    cases = {"": 1, "x": 1, "-1": 1, "9" * 19: 1, "0": 0, "999": 0, str(deleted.pk): 0, str(row.pk): 1}
    for value, shown in cases.items():
        answer = client.get(page(Customer, "changelist"), {"segment": value})
        assert (answer.status_code, len(answer.context["cl"].result_list)) == (200, shown), value


def test_who_sees_all_companies_says_of_which_a_segment_is(cast: Cast) -> None:
    root = entered(User.objects.create_superuser("root", "correct horse battery"))
    form = form_of(root.get(reverse(ADD))) | {"name": "北京", "kind": "dynamic"}
    posted = form | {"condition": '{"version": 1, "where": null}', "corp": cast.other_corp.pk}
    assert root.post(reverse(ADD), posted).status_code == 302
    row = Segment.objects.get()
    assert row.corp_id == cast.other_corp.pk
    assert str(cast.other_corp) in text(root, page(Segment, "changelist"))
    assert row.name in text(root, page(row, "change"))
    assert entered(cast.users["admin"]).get(page(row, "change")).status_code == 302


def test_a_page_that_asks_first_changes_nothing_by_itself(cast: Cast, client: Any, recorded: Any) -> None:
    row = segment(cast.corp)
    requesting.refresh(segment=row, by=BY["by"])
    before, told = state(), recorded()
    for act in ("refresh", "cancel_refresh", "copy", "freeze"):
        shown = text(client, reverse(f"admin:segments_segment_{act}", args=[row.pk]))
        assert row.name in shown, act
    for act in ("copy", "freeze"):
        answer = client.post(reverse(f"admin:segments_segment_{act}", args=[row.pk]), {"name": ""})
        assert answer.status_code == 200, act
    assert (state(), recorded()) == (before, told)


def test_a_refresh_that_is_under_way_is_not_begun_twice(cast: Cast, client: Any) -> None:
    row = segment(cast.corp)
    address = reverse("admin:segments_segment_refresh", args=[row.pk])
    for _n in range(2):
        assert client.post(address).status_code == 302
    assert row.runs.filter(open_mark=1).count() == 1
    run_all()
    stop = reverse("admin:segments_segment_cancel_refresh", args=[row.pk])
    assert client.post(stop).status_code == 302
    assert set(row.runs.values_list("state", flat=True)) == {RunState.DONE}


def test_a_customers_page_says_since_when_and_why(cast: Cast, client: Any) -> None:
    (one,) = people(cast.corp, "上海")
    row = segment(cast.corp, name="帝都客户")
    named = listed(cast.corp, [one], name="答谢会")
    assert "帝都客户" not in text(client, page(one, "tab_segment_stays"))
    move(one, "北京")
    hear(cast.corp)
    shown = text(client, page(one, "tab_segment_stays"))
    for word in ("帝都客户", "答谢会", "customer.updated", page(named, "change")):
        assert word in shown, word
    # What the run that is under way has marked is not what readers see.
    SegmentStay.objects.filter(segment=named).update(left_run=2, left_by="unlisted", left_at=one.create_time)
    assert "移出" not in text(client, page(one, "tab_segment_stays"))
    Segment.objects.filter(pk=row.pk).update(deleted_at=one.create_time)
    assert "帝都客户" not in text(client, page(one, "tab_segment_stays"))


def test_how_it_stands_is_said_on_the_list_and_on_the_page(cast: Cast, client: Any) -> None:
    row = segment(cast.corp, counted=False)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "首次计算中"),
        ({"run": 1, "as_of": row.create_time, "stale_since": None}, "刷新中"),
    ]
    for standing, word in cases:
        SegmentStanding.objects.filter(pk=row.pk).update(**standing)
        assert word in text(client, page(Segment, "changelist")), word
    SegmentRun.objects.filter(segment=row).update(finished_at=row.create_time, state=RunState.DONE)
    assert "最新" in text(client, page(Segment, "changelist"))
    SegmentStanding.objects.filter(pk=row.pk).update(stale_since=row.create_time)
    assert "待刷新" in text(client, page(Segment, "changelist"))
    SegmentStanding.objects.filter(pk=row.pk).update(last_error="条件已失效。")
    assert "条件已失效。" in text(client, page(row, "change"))


def test_the_pages_speak_english_too(cast: Cast, client: Any) -> None:
    row = segment(cast.corp, of_city("北京"), name="Beijing")
    client.cookies["django_language"] = "en"
    shown = text(client, page(row, "change"))
    for word in ("Show the members", "Refreshes", "Freeze", "Call off"):
        assert (word in shown) is (word != "Call off"), word
    assert "fresh" in text(client, page(Segment, "changelist"))
