"""The members of a segment and everybody, as sets of ids."""

from typing import Any

import pytest

from core.time import now
from customers.models import Customer
from insights.portrait import crowds
from insights.portrait.crowds import Crowd
from segments import finding
from segments.bitmaps import building, memory
from segments.models import Segment, SegmentStanding, SegmentStay
from tests import make
from tests.conftest import Cast
from tests.insights.portrait.test_profile import crowd


def of(cast: Cast, segment: Segment, who: str = "admin", *, by_bitmaps: bool = False) -> Crowd:
    """The crowd as this person sees it."""
    held = None
    if by_bitmaps:
        building.build(cast.corp)
        held = memory.current(cast.corp.pk, cast.corp.zone.key)
        assert held is not None
    return crowds.of(finding.one(segment.pk, cast.actor(who)), cast.actor(who), held)


def values(found: Crowd, name: str) -> dict[str, tuple[int, int]]:
    return {value: (members, whole) for value, members, whole in found.values(name)}


class TestMembers:
    @pytest.mark.parametrize("by_bitmaps", [False, True])
    def test_they_are_those_whom_readers_see_now(self, cast: Cast, by_bitmaps: bool) -> None:
        segment, (one, other) = crowd(cast)
        # One leaves, and a third comes, with the run that is under way.
        SegmentStay.objects.filter(customer=other).update(left_run=2, left_at=now())
        third = make.customer(cast.corp, cast.owner)
        given: Any = {"entered_run": 2, "entered_at": now(), "entered_by": "day"}
        SegmentStay.objects.create(corp=cast.corp, segment=segment, customer=third, **given)
        assert set(of(cast, segment, by_bitmaps=by_bitmaps).members) == {one.pk, other.pk}
        SegmentStanding.objects.filter(pk=segment.pk).update(run=2)
        assert set(of(cast, segment, by_bitmaps=by_bitmaps).members) == {one.pk, third.pk}

    @pytest.mark.parametrize("by_bitmaps", [False, True])
    def test_another_segments_are_not_among_them(self, cast: Cast, by_bitmaps: bool) -> None:
        segment, inside = crowd(cast)
        make.segment_stay(make.segment(cast.corp), make.customer(cast.corp, cast.owner))
        assert set(of(cast, segment, by_bitmaps=by_bitmaps).members) == {one.pk for one in inside}

    def test_a_list_has_a_crowd_too(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        assert set(of(cast, make.segment_list(cast.corp, row)).members) == {row.pk}


class TestWhole:
    @pytest.mark.parametrize("by_bitmaps", [False, True])
    def test_it_is_the_companys_without_the_deleted(self, cast: Cast, by_bitmaps: bool) -> None:
        segment, _inside = crowd(cast)
        make.customer(cast.other_corp, cast.stranger)
        gone = make.customer(cast.corp, cast.owner)
        Customer.objects.filter(pk=gone.pk).update(status=0)
        alive = Customer.objects.of_corp(cast.corp.pk).alive()
        assert set(of(cast, segment, by_bitmaps=by_bitmaps).whole) == set(alive.values_list("pk", flat=True))

    @pytest.mark.parametrize("who", ["owner", "colleague", "manager"])
    def test_of_who_sees_less_it_is_what_they_see(self, cast: Cast, who: str) -> None:
        segment, _inside = crowd(cast)
        make.customer(cast.corp, make.employee(cast.corp))
        seen = set(Customer.objects.visible_to(cast.actor(who)).values_list("pk", flat=True))
        found = of(cast, segment, who)
        assert set(found.whole) == seen
        assert set(found.members) <= seen

    @pytest.mark.parametrize(("sample", "sampled"), [(4, True), (5, False), (6, False)])
    def test_only_one_beyond_the_bound_makes_it_a_sample(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, sample: int, sampled: bool
    ) -> None:
        segment, _inside = crowd(cast)
        monkeypatch.setattr(crowds, "SAMPLE", sample)
        found = of(cast, segment)
        assert (len(found.whole), found.sampled) == (min(sample, 5), sampled)
        newest = Customer.objects.of_corp(cast.corp.pk).order_by("-pk").values_list("pk", flat=True)
        assert set(found.whole) == set(newest[:sample])

    def test_the_deleted_take_no_place_in_a_sample(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        segment, inside = crowd(cast)
        monkeypatch.setattr(crowds, "SAMPLE", 3)
        others = Customer.objects.of_corp(cast.corp.pk).exclude(pk__in=[one.pk for one in inside])
        others.update(status=0)
        found = of(cast, segment)
        assert (set(found.whole), found.sampled) == ({one.pk for one in inside}, False)


class TestValues:
    def test_bitmaps_and_record_say_the_same_of_every_field(self, cast: Cast) -> None:
        segment, _inside = crowd(cast)
        record, bitmaps = of(cast, segment), of(cast, segment, by_bitmaps=True)
        for name in ("channel", "city", "stage", "tag", "added", "province"):
            assert values(record, name) == values(bitmaps, name), name

    @pytest.mark.parametrize("by_bitmaps", [False, True])
    @pytest.mark.parametrize("city", ["a=b;c", "  北京 ", "city=;", "~", "𠮷", "100%"])
    def test_a_value_is_told_as_it_is_written(self, cast: Cast, by_bitmaps: bool, city: str) -> None:
        segment = make.segment(cast.corp)
        make.segment_stay(segment, make.customer(cast.corp, cast.owner, city=city))
        assert values(of(cast, segment, by_bitmaps=by_bitmaps), "city") == {city: (1, 1)}

    @pytest.mark.parametrize("by_bitmaps", [False, True])
    def test_a_field_is_not_taken_for_another_whose_name_begins_alike(self, cast: Cast, by_bitmaps: bool) -> None:
        segment = make.segment(cast.corp)
        make.segment_stay(segment, make.customer(cast.corp, cast.owner, city="北京", channel=None))
        found = of(cast, segment, by_bitmaps=by_bitmaps)
        assert values(found, "c") == values(found, "channel") == {}

    def test_many_values_are_all_counted(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crowds, "_AT_ONCE", 2)
        segment = make.segment(cast.corp)
        for n in range(5):
            make.segment_stay(segment, make.customer(cast.corp, cast.owner, city=f"城市{n}"))
        assert len(values(of(cast, segment, by_bitmaps=True), "city")) == 5
