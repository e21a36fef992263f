"""The members of a segment as a file: all of them, each once, whom the reader may see, and nothing in between."""

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from customers.models import Customer
from customers.transfers import files
from segments import finding
from segments.members import table
from segments.models import Segment, SegmentStanding, SegmentStay
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
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
