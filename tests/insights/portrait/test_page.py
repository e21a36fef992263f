"""A segment's profile in the console."""

from typing import Any

from django.urls import reverse

from segments.models import Segment
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.insights.portrait.test_profile import crowd


def shown(cast: Cast, segment: Segment, who: str = "admin") -> Any:
    return entered(cast.users[who]).get(reverse("admin:segments_segment_portrait", args=[segment.pk]))


def test_it_shows_each_field_with_share_and_index(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    answer = shown(cast, segment)
    cities = answer.context["fields"][3]["lines"]
    assert [(one["name"], one["percent"], one["index"], one["colour"]) for one in cities] == [
        ("北京", 100.0, 167, "success")
    ]
    content = answer.content.decode()
    for wanted in ("北京", "展会", "重点", "意向明确", "60.0%", "167"):
        assert wanted in content, wanted


def test_the_segments_page_leads_to_it(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    content = entered(cast.users["owner"]).get(page(segment, "change")).content.decode()
    assert reverse("admin:segments_segment_portrait", args=[segment.pk]) in content


def test_staff_see_the_shares_of_their_own(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    assert shown(cast, segment, "owner").context["told"]["whole"] == 2
    assert shown(cast, segment, "colleague").context["told"]["members"] == 0


def test_another_companys_is_sent_away(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    assert shown(cast, segment, "stranger").status_code == 302


def test_values_are_text_and_no_markup(cast: Cast) -> None:
    segment, (one, _other) = crowd(cast)
    type(one).objects.filter(pk=one.pk).update(city="<script>alert(1)</script>")
    assert "<script>alert(1)" not in shown(cast, segment).content.decode()


def test_a_segment_without_members_says_so(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    segment.stays.all().delete()
    answer = shown(cast, segment)
    assert answer.context["told"]["members"] == 0
    assert answer.status_code == 200
