"""What kind of people a segment holds, by the bitmaps and by the record alike."""

from typing import Any

import pytest

from core.time import now
from corps.models import Corp
from customers.models import Customer
from insights.portrait import answer, crowds
from segments import finding
from segments.bitmaps import building
from segments.bitmaps.holding import Gone
from segments.models import Segment, SegmentStay
from tests import api, make
from tests.conftest import Cast
from tests.insights.profile.scene import ago


def crowd(cast: Cast) -> tuple[Segment, list[Customer]]:
    """Two of Beijing who are in the segment, and three others."""
    tag, stage = make.tag(make.group(cast.corp), name="重点"), make.stage(cast.corp, name="意向明确")
    inside = [make.customer(cast.corp, cast.owner, city="北京", channel="展会", add_time=ago(n)) for n in (3, 40)]
    others = [make.customer(cast.corp, cast.colleague, city="上海", add_time=ago(400)) for _n in range(2)]
    others.append(make.customer(cast.corp, cast.colleague, city="北京", channel="官网", add_time=ago(3)))
    make.tagged(inside[0], tag)
    make.staged(inside[0], stage)
    make.tagged(others[0], tag)
    segment = make.segment(cast.corp)
    for one in inside:
        make.segment_stay(segment, one)
    return segment, inside


def of(segment: Segment, actor: Any) -> dict[str, Any]:
    return answer.computed(finding.one(segment.pk, actor), actor)


def counts(found: dict[str, Any], field: str) -> dict[str, tuple[int, int]]:
    return {one["name"]: (one["count"], one["whole"]) for one in found["distributions"][field]["list"]}


@pytest.fixture(params=["record", "bitmaps"])
def way(request: pytest.FixtureRequest) -> Any:
    """Has it answered by the one or the other; call it once the customers are there."""
    build = request.param == "bitmaps"

    def ready(corp: Corp) -> None:
        if build:
            building.build(corp)

    return ready


class TestDistributions:
    def test_each_field_is_counted_beside_the_whole(self, cast: Cast, way: Any) -> None:
        segment, _inside = crowd(cast)
        way(cast.corp)
        found = of(segment, cast.actor("admin"))
        assert (found["segmentId"], found["members"], found["whole"], found["sampled"]) == (segment.pk, 2, 5, False)
        assert counts(found, "city") == {"北京": (2, 3)}
        assert counts(found, "channel") == {"展会": (2, 2)}
        assert counts(found, "tag") == {"重点": (1, 2)}
        assert counts(found, "stage") == {"意向明确": (1, 1)}
        ages = {"0-7": (1, 2), "8-30": (0, 0), "31-90": (1, 1), "91-365": (0, 0), "366-": (0, 2)}
        assert counts(found, "age") == ages

    def test_shares_and_index_follow(self, cast: Cast, way: Any) -> None:
        segment, _inside = crowd(cast)
        way(cast.corp)
        (line,) = of(segment, cast.actor("admin"))["distributions"]["city"]["list"]
        assert (line["share"], line["wholeShare"], line["index"]) == (1.0, 0.6, 167)

    def test_staff_and_managers_see_the_shares_of_their_own(self, cast: Cast, way: Any) -> None:
        segment, _inside = crowd(cast)
        make.segment_stay(segment, make.customer(cast.corp, make.employee(cast.corp), city="深圳"))
        way(cast.corp)
        sizes = {who: of(segment, cast.actor(who)) for who in ("owner", "colleague", "manager", "admin")}
        assert {who: (found["members"], found["whole"]) for who, found in sizes.items()} == {
            "owner": (2, 2),
            "colleague": (0, 3),
            "manager": (2, 5),
            "admin": (3, 6),
        }
        assert "深圳" not in counts(sizes["manager"], "city")

    def test_who_left_or_was_deleted_is_not_counted(self, cast: Cast, way: Any) -> None:
        segment, (one, other) = crowd(cast)
        SegmentStay.objects.filter(customer=one).update(left_run=1)
        Customer.objects.filter(pk=other.pk).update(status=0)
        way(cast.corp)
        found = of(segment, cast.actor("admin"))
        assert (found["members"], found["whole"]) == (0, 4)
        assert counts(found, "city") == {}

    def test_a_deleted_tag_is_not_told_of(self, cast: Cast, way: Any) -> None:
        segment, inside = crowd(cast)
        make.tag_row(inside[1], make.tag(make.group(cast.corp), deleted_at=now()), cast.owner)
        way(cast.corp)
        assert set(counts(of(segment, cast.actor("admin")), "tag")) == {"重点"}

    def test_of_an_empty_company_it_is_empty(self, cast: Cast, way: Any) -> None:
        segment = make.segment(cast.other_corp)
        way(cast.other_corp)
        found = of(segment, cast.actor("stranger"))
        assert (found["members"], found["whole"]) == (0, 0)
        assert all(not one["count"] for one in found["distributions"]["age"]["list"])


class TestBounds:
    def test_without_bitmaps_the_newest_stand_for_all(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        segment, _inside = crowd(cast)
        monkeypatch.setattr(crowds, "SAMPLE", 3)
        found = of(segment, cast.actor("admin"))
        assert (found["members"], found["whole"], found["sampled"]) == (0, 3, True)

    def test_with_bitmaps_nothing_is_left_out(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        segment, _inside = crowd(cast)
        building.build(cast.corp)
        monkeypatch.setattr(crowds, "SAMPLE", 3)
        found = of(segment, cast.actor("admin"))
        assert (found["whole"], found["sampled"]) == (5, False)

    def test_bitmaps_that_go_away_while_they_are_read_are_done_without(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        segment, _inside = crowd(cast)
        tries: list[int] = []

        def gone(*_args: Any) -> None:
            tries.append(1)
            raise Gone

        monkeypatch.setattr(answer.memory, "current", gone)
        assert of(segment, cast.actor("admin"))["whole"] == 5
        assert len(tries) == 3

    def test_statements_dont_grow_with_the_values(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        segment, _inside = crowd(cast)
        for n in range(8):
            make.segment_stay(segment, make.customer(cast.corp, cast.owner, city=f"城市{n}", channel=f"渠道{n}"))
        row, actor = finding.one(segment.pk, cast.actor("admin")), cast.actor("admin")
        with django_assert_max_num_queries(8):
            answer.computed(row, actor)


class TestDoor:
    def test_it_is_kept_for_some_minutes_for_those_who_see_the_same(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        segment, _inside = crowd(cast)
        client, address = api.client(cast.corp), f"/api/v1/segments/{segment.pk}/profile"
        first = client.get(address)
        assert (first.status_code, first.headers["Content-Type"]) == (200, "application/json")
        make.segment_stay(segment, make.customer(cast.corp, cast.owner))
        with django_assert_max_num_queries(3):
            assert client.get(address).content == first.content
        # Whoever sees less is told of less.
        assert of(segment, cast.actor("colleague"))["members"] == 0

    def test_a_segment_that_was_changed_is_counted_anew(self, cast: Cast) -> None:
        segment, _inside = crowd(cast)
        client, address = api.client(cast.corp), f"/api/v1/segments/{segment.pk}/profile"
        assert client.get(address).json()["members"] == 2
        SegmentStay.objects.all().delete()
        Segment.objects.filter(pk=segment.pk).update(version=segment.version + 1)
        assert client.get(address).json()["members"] == 0

    def test_what_one_reader_was_told_is_no_answer_to_another(self, cast: Cast) -> None:
        segment, _inside = crowd(cast)
        row = finding.one(segment.pk, cast.actor("admin"))
        bodies = {who: answer.of(row, cast.actor(who)) for who in ("admin", "owner", "colleague")}
        assert len(set(bodies.values())) == 3
        assert {who: answer.of(row, cast.actor(who)) for who in bodies} == bodies

    def test_another_companys_is_not_there(self, cast: Cast) -> None:
        segment, _inside = crowd(cast)
        found = api.client(cast.other_corp).get(f"/api/v1/segments/{segment.pk}/profile")
        assert (found.status_code, found.json()["code"]) == (404, "not_found")

    def test_an_unknown_parameter_is_refused(self, cast: Cast) -> None:
        segment, _inside = crowd(cast)
        assert api.client(cast.corp).get(f"/api/v1/segments/{segment.pk}/profile?size=9").status_code == 400
