"""The members of a segment as a file: all of them, each once, whom the reader may see, and nothing in between."""

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from corps.choices import Masking
from customers.models import Customer
from customers.transfers import files
from segments import finding
from segments.members import table
from segments.models import Segment, SegmentStanding, SegmentStay
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import choose
from tests.segments.crowd import ids, listed, members, of_city, people, segment

HEADING = ["external userid", "customer", "followed by", "added", "entered", "entered because"]


def url(row: Segment) -> str:
    return f"/api/v1/segments/{row.pk}/members/export"


def read(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))


def taken(row: Segment, actor: Any) -> list[str]:
    """The external userids in the table."""
    return [line[0] for line in list(table.of(finding.one(row.pk, actor), actor))[1:]]


def test_each_member_has_a_line_with_the_companys_times(cast: Cast) -> None:
    one = make.customer(cast.corp, cast.owner, city="北京", name="=甲", external_userid="wm1")
    other = make.customer(cast.corp, city="北京", name=None, external_userid="wm2")
    make.customer(cast.corp, city="上海")
    row = segment(cast.corp)
    entered = SegmentStay.objects.get(customer=one).entered_at.astimezone(ZoneInfo("Asia/Shanghai"))
    answer = api.client(cast.corp).get(url(row))
    assert f"segment-{row.pk}.csv" in answer["Content-Disposition"]
    heading, first, second = read(answer)
    assert heading == HEADING
    assert (first[0], first[1], first[2], first[5]) == ("wm1", "'=甲", str(cast.owner.name), "created")
    assert first[4] == f"{entered:%Y-%m-%d %H:%M}"
    assert (second[0], second[1], second[2]) == (other.external_userid, "", "")


def test_the_words_are_of_the_language_asked_for(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = listed(cast.corp, [one])
    heading, line = read(api.client(cast.corp, **{"Accept-Language": "zh-hans"}).get(url(row)))
    assert heading[0] == "外部联系人 ID"
    with translation.override("zh-hans"):
        assert line[5] == "加入名单"


def test_pieces_make_the_whole_in_the_order_of_ids_for_few_statements(
    cast: Cast, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    found = people(cast.corp, *["北京"] * 7)
    row, actor = segment(cast.corp), make.service(cast.corp)
    monkeypatch.setattr(table, "_SIZE", 3)
    assert taken(row, actor) == [one.external_userid for one in found]
    one = finding.one(row.pk, actor)
    # Three pieces of those who stay, none of those whom the next run leaves out.
    with django_assert_num_queries(4):
        list(table.of(one, actor))
    monkeypatch.setattr(table, "MOST", 4)
    assert len(taken(row, actor)) == 4


def test_who_is_shown_when_it_begins_is_in_it_whatever_a_refresh_does_meanwhile(cast: Cast, monkeypatch: Any) -> None:
    found = people(cast.corp, *["北京"] * 4)
    row, actor = segment(cast.corp), make.service(cast.corp)
    monkeypatch.setattr(table, "_SIZE", 2)
    run = SegmentStanding.objects.get(pk=row.pk).run
    # A run under way leaves one out and takes another one in.
    late = make.customer(cast.corp, city="上海")
    SegmentStay.objects.filter(customer=found[0]).update(left_run=run + 1)
    fields: dict[str, Any] = {"entered_run": run + 1, "entered_at": found[0].create_time, "entered_by": "day"}
    SegmentStay.objects.create(corp=cast.corp, segment=row, customer=late, **fields)
    assert members(row) == ids(*found)
    lines = table.of(finding.one(row.pk, actor), actor)
    assert next(lines)[0] and next(lines)[0] == found[0].external_userid
    SegmentStanding.objects.filter(pk=row.pk).update(run=run + 1)
    assert [line[0] for line in lines] == [one.external_userid for one in found[1:]]
    assert taken(row, actor) == [one.external_userid for one in [*found[1:], late]]


def test_everybody_takes_along_whom_they_may_see(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner, city="北京")
    theirs = make.customer(cast.corp, cast.colleague, city="北京")
    row = segment(cast.corp)
    seen = {role: set(taken(row, cast.actor(role))) for role in ("owner", "colleague", "manager", "admin")}
    both = {mine.external_userid, theirs.external_userid}
    assert seen == {
        "owner": {mine.external_userid},
        "colleague": {theirs.external_userid},
        "manager": both,
        "admin": both,
    }


def test_another_companys_segment_is_not_there_and_no_parameter_is_known(cast: Cast) -> None:
    foreign = segment(cast.other_corp)
    client = api.client(cast.corp)
    assert client.get(url(foreign)).status_code == 404
    assert client.get(f"{url(segment(cast.corp))}?page=2").status_code == 400
    assert api.client(cast.corp, "tags").get(url(foreign)).status_code == 403


def test_a_file_makes_a_list_again(cast: Cast) -> None:
    found = people(cast.corp, "北京", "北京")
    row = segment(cast.corp, of_city("北京"))
    answer = api.client(cast.corp, **{"Accept-Language": "zh-hans"}).get(url(row))
    again = files.read(b"".join(answer.streaming_content))  # type: ignore[arg-type]
    assert [ident for _line, ident in again.ids] == [one.external_userid for one in found]
    assert again.bad == []


class TestConsole:
    @pytest.fixture
    def row(self, cast: Cast) -> Segment:
        make.customer(cast.corp, cast.owner, city="北京", external_userid="wm1")
        make.customer(cast.corp, cast.colleague, city="北京", external_userid="wm2")
        return segment(cast.corp)

    def export(self, row: Segment) -> str:
        return reverse("admin:segments_segment_export", args=[row.pk])

    def test_the_page_of_a_segment_leads_to_the_file_and_the_list_to_a_list(self, cast: Cast, row: Segment) -> None:
        for role, wanted in (("admin", ["wm1", "wm2"]), ("owner", ["wm1"])):
            client = entered(cast.users[role])
            assert self.export(row) in client.get(page(row, "change")).content.decode()
            assert [line[0] for line in read(client.get(self.export(row)))[1:]] == wanted
        assert Customer.objects.count() == 2

    def test_of_another_companys_segment_there_is_no_file(self, cast: Cast) -> None:
        foreign = segment(cast.other_corp)
        answer = entered(cast.users["admin"]).get(self.export(foreign))
        assert (answer.status_code, answer.url) == (302, reverse("admin:index"))


class TestCustomFields:
    """The custom fields of customers are columns behind the others, as the reader may see them."""

    @pytest.fixture
    def row(self, cast: Cast) -> Segment:
        level = make.custom_field(cast.corp, "level", "重点", "一般", name="等级")
        make.custom_field(cast.corp, "id", name="身份证", personal=True)
        make.custom_field(cast.corp, "old", name="停用", active=False)
        make.custom_field(cast.corp, "mood", name="关系的", subject="relation")
        make.custom_field(cast.other_corp, "x", name="外人字段")
        mine, theirs, empty = (make.customer(cast.corp, who) for who in (cast.owner, cast.colleague, cast.owner))
        make.filled(mine, level=level.options.get(label="重点").pk, id="440301199005011234")
        make.filled(theirs, id="550301199005015678")
        return listed(cast.corp, [mine, theirs, empty])

    def lines(self, row: Segment, actor: Any) -> list[list[str]]:
        return [line[6:] for line in table.of(finding.one(row.pk, actor), actor, own=True)]

    def test_each_field_in_use_is_a_column_in_words(self, cast: Cast, row: Segment) -> None:
        assert self.lines(row, cast.actor("admin")) == [
            ["等级", "身份证"],
            ["重点", "440301199005011234"],
            ["", "550301199005015678"],
            ["", ""],
        ]

    def test_who_sees_stars_takes_stars_along_but_of_their_own(self, cast: Cast, row: Segment) -> None:
        choose(cast, Masking.OTHERS)
        assert self.lines(row, cast.actor("owner"))[1:] == [["重点", "440301199005011234"], ["", ""]]
        assert self.lines(row, cast.actor("manager"))[1:] == [["重点", "440****1234"], ["", "550****5678"], ["", ""]]

    def test_they_cost_two_statements_a_piece(
        self, cast: Cast, row: Segment, django_assert_max_num_queries: Any
    ) -> None:
        actor = cast.actor("admin")
        found = finding.one(row.pk, actor)
        with django_assert_max_num_queries(6):
            assert len(list(table.of(found, actor, own=True))) == 4

    def test_the_api_has_them_where_they_are_asked_for_and_the_console_always(self, cast: Cast, row: Segment) -> None:
        client = api.client(cast.corp)
        assert read(client.get(url(row)))[0][-1] != "身份证"
        assert read(client.get(f"{url(row)}?include=customFields"))[0][-2:] == ["等级", "身份证"]
        assert client.get(f"{url(row)}?include=tags").status_code == 400
        told = entered(cast.users["admin"]).get(page(row, "export"))
        assert read(told)[1][-1] == "440301199005011234"
