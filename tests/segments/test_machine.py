"""Whatever is done to segments in whatever order, they are what a plain model says, and so are names, circles and
versions."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import RuleViolation
from messaging.models import OutboxEvent
from segments import catalogue
from segments.members import clearing
from segments.models import Segment, SegmentSize, SegmentStanding, SegmentStay
from tests import make
from tests.segments import crowd
from tests.world import undone

pytestmark = pytest.mark.django_db
NAMES = ["甲", "乙", "丙"]
CITIES = ["北京", "上海"]


class Catalogue(RuleBasedStateMachine):
    """Model: name → ("dynamic", cities) or ("static", customers)."""

    @initialize()
    def begin(self) -> None:
        self.corp = make.corp()
        self.people = {one.pk: one.city for one in crowd.people(self.corp, *CITIES, *CITIES)}
        self.model: dict[str, tuple[str, set[Any]]] = {}
        self.versions: dict[int, int] = {}

    def row(self, name: str) -> Segment:
        return Segment.objects.of_corp(self.corp.pk).live().get(name=name)

    def refused(self, code: str, rule: Any, **given: Any) -> None:
        before = [list(Segment.objects.order_by("pk").values()), OutboxEvent.objects.count()]
        with pytest.raises(RuleViolation) as refusal:
            rule(**given, **crowd.BY)
        assert refusal.value.code == code
        assert [list(Segment.objects.order_by("pk").values()), OutboxEvent.objects.count()] == before

    @rule(name=st.sampled_from(NAMES), cities=st.sets(st.sampled_from(CITIES), min_size=1))
    def make_dynamic(self, name: str, cities: set[str]) -> None:
        given = {"corp_id": self.corp.pk, "name": name, "condition": crowd.of_city(*sorted(cities))}
        if name in self.model:
            self.refused("segment_exists", catalogue.create_segment, **given)
        else:
            catalogue.create_segment(**given, **crowd.BY)
            self.model[name] = ("dynamic", cities)

    @rule(name=st.sampled_from(NAMES), places=st.sets(st.integers(0, 3)))
    def make_list(self, name: str, places: set[int]) -> None:
        chosen = {sorted(self.people)[place] for place in places}
        given = {"corp_id": self.corp.pk, "name": name, "customer_ids": chosen}
        if name in self.model:
            self.refused("segment_exists", catalogue.create_list, **given)
        else:
            catalogue.create_list(**given, **crowd.BY)
            self.model[name] = ("static", chosen)

    @precondition(lambda self: getattr(self, "model", None))
    @rule(data=st.data(), cities=st.sets(st.sampled_from(CITIES), min_size=1))
    def ask_otherwise(self, data: st.DataObject, cities: set[str]) -> None:
        name = data.draw(st.sampled_from(sorted(self.model)))
        given = {"segment": self.row(name), "condition": crowd.of_city(*sorted(cities))}
        if self.model[name][0] == "static":
            self.refused("segment_static", catalogue.update_segment, **given)
        else:
            catalogue.update_segment(**given, **crowd.BY)
            self.model[name] = ("dynamic", cities)

    @precondition(lambda self: getattr(self, "model", None))
    @rule(data=st.data(), new=st.sampled_from(NAMES))
    def rename(self, data: st.DataObject, new: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.model)))
        if new != name and new in self.model:
            self.refused("segment_exists", catalogue.update_segment, segment=self.row(name), name=new)
        else:
            catalogue.update_segment(segment=self.row(name), name=new, **crowd.BY)
            self.model[new] = self.model.pop(name)

    @precondition(lambda self: getattr(self, "model", None))
    @rule(data=st.data(), place=st.integers(0, 3), on=st.booleans())
    def list_or_not(self, data: st.DataObject, place: int, on: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.model)))
        customer = sorted(self.people)[place]
        act = catalogue.add_members if on else catalogue.remove_members
        kind, inside = self.model[name]
        if kind == "dynamic":
            self.refused("segment_dynamic", act, segment=self.row(name), customer_ids=[customer])
            return
        moves = act(segment=self.row(name), customer_ids=[customer], **crowd.BY)
        assert bool(moves) == ((customer in inside) != on)
        self.model[name] = (kind, inside | {customer} if on else inside - {customer})

    @precondition(lambda self: getattr(self, "model", None))
    @rule(data=st.data(), new=st.sampled_from(NAMES), freeze=st.booleans())
    def make_of_another(self, data: st.DataObject, new: str, freeze: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.model)))
        crowd.run_all()
        act = catalogue.freeze_segment if freeze else catalogue.copy_segment
        if new in self.model:
            self.refused("segment_exists", act, segment=self.row(name), name=new)
            return
        act(segment=self.row(name), name=new, **crowd.BY)
        crowd.run_all()
        kind, inside = self.model[name]
        self.model[new] = ("static", self.meant(name)) if freeze or kind == "static" else (kind, inside)

    @precondition(lambda self: getattr(self, "model", None))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model)))
        catalogue.delete_segment(segment=self.row(name), **crowd.BY)
        del self.model[name]
        while clearing.clear_some():
            pass

    def meant(self, name: str) -> set[int]:
        kind, inside = self.model[name]
        return set(inside) if kind == "static" else {pk for pk, city in self.people.items() if city in inside}

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        crowd.run_all()
        rows = Segment.objects.of_corp(self.corp.pk).live()
        assert {row.name: row.kind for row in rows} == {name: kind for name, (kind, _in) in self.model.items()}
        for row in rows:
            assert crowd.members(row) == self.meant(row.name)
            assert crowd.standing(row).size == len(self.meant(row.name))
            assert row.version >= self.versions.get(row.pk, 1)
            self.versions[row.pk] = row.version
        alive = {row.pk for row in rows}
        for model in (SegmentStay, SegmentSize, SegmentStanding):
            assert set(model.objects.values_list("segment_id", flat=True)) <= alive


def test_segments_are_what_a_plain_model_says() -> None:
    class Undone(Catalogue):
        def __init__(self) -> None:
            super().__init__()
            self.block = undone()
            self.block.__enter__()

        def teardown(self) -> None:
            self.block.__exit__(None, None, None)

    often = settings(max_examples=20, stateful_step_count=12, deadline=None, database=None, derandomize=True)
    run_state_machine_as_test(Undone, settings=settings(often, suppress_health_check=list(HealthCheck)))
