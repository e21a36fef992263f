"""Preview, list and members are the same people, whatever is asked; and so are those found at once and all anew."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from corps.actors import SYSTEM
from corps.models import Corp
from customers import blacklist, lifecycle
from customers.models import Customer
from customers.selection import Wanted, select
from segments import catalogue, previewing
from segments.members import clearing
from segments.models import Segment, SegmentStay
from segments.refreshing import leases, questions, requesting, working
from segments.refreshing.differing import differences
from tests import make
from tests.segments import crowd, scene, trees
from tests.world import undone

pytestmark = pytest.mark.django_db
at_random = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
CITIES = ["北京", "上海", "广州"]


def in_list(row: Segment) -> set[int]:
    actor = make.service(row.corp)
    return set(select(Wanted(actor, {"segmentId": row.pk})).values_list("pk", flat=True))


def test_preview_list_and_members_are_the_same_people() -> None:
    world = scene.build(customers=16, seed=11)
    actor = make.service(world.corp)

    @settings(at_random, max_examples=25)
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        with undone():
            seen = previewing.preview(document=document, corp=world.corp, actor=actor)
            row = crowd.segment(world.corp, document)
            assert seen.count == len(crowd.members(row)) == crowd.standing(row).size, document
            assert crowd.members(row) == in_list(row), document
            assert set(seen.sample) == crowd.members(row), document

    agree()


class Story(RuleBasedStateMachine):
    """Customers move, come and go; a run is begun, called off, finished; what has changed is heard of now and then."""

    @initialize()
    def begin(self) -> None:
        self.corp: Corp = make.corp()
        self.people = crowd.people(self.corp, *CITIES)
        self.row = crowd.segment(self.corp, crowd.of_city("北京", "上海"), announces=True)
        self.asked = {"北京", "上海"}
        self.shown = set(self.asked)
        crowd.hear(self.corp)

    def someone(self, number: int) -> Customer:
        return Customer.objects.get(pk=self.people[number % len(self.people)].pk)

    @rule(number=st.integers(0, 9), city=st.sampled_from(CITIES))
    def move(self, number: int, city: str) -> None:
        if self.someone(number).alive:
            crowd.move(self.someone(number), city)

    @rule(city=st.sampled_from(CITIES))
    def come(self, city: str) -> None:
        self.people += crowd.people(self.corp, city)

    @rule(number=st.integers(0, 9))
    def go(self, number: int) -> None:
        lifecycle.delete(customer=self.someone(number), **crowd.BY)

    @rule(number=st.integers(0, 9))
    def shut_out(self, number: int) -> None:
        one = self.someone(number)
        if one.alive:
            (blacklist.lift if one.blacklisted else lambda **k: blacklist.put(reason="r", **k))(
                customer=one, **crowd.BY
            )

    @rule(cities=st.sets(st.sampled_from(CITIES), min_size=1))
    def ask_otherwise(self, cities: set[str]) -> None:
        catalogue.update_segment(segment=self.row, condition=crowd.of_city(*sorted(cities)), **crowd.BY)
        self.asked = cities

    @rule()
    def hear(self) -> None:
        crowd.hear(self.corp)

    @rule()
    def begin_and_break_off(self) -> None:
        """A worker dies after its first batch."""
        run = working._begin(requesting.refresh(segment=self.row, by=SYSTEM))
        working._stage(run, differences(run)[0])
        leases.release(run)

    @rule()
    def call_off(self) -> None:
        for run in self.row.runs.filter(state__in=("queued", "running")):
            requesting.cancel(run=run, by=SYSTEM)
        while clearing.clear_some():
            pass

    @rule()
    def finish(self) -> None:
        requesting.refresh(segment=self.row, by=SYSTEM)
        crowd.run_all()
        self.shown = set(self.asked)
        # Who has changed and was not heard of is in the run all the same.
        assert crowd.members(self.row) == self.meant()

    def meant(self) -> set[int]:
        alive = Customer.objects.of_corp(self.corp.pk).alive().not_blacklisted()
        return set(alive.filter(city__in=self.shown).values_list("pk", flat=True))

    @invariant()
    def heard_of_is_shown(self) -> None:
        if not hasattr(self, "row"):
            return
        members = crowd.members(self.row)
        assert crowd.standing(self.row).size == len(members)
        assert sum(size.entered - size.left for size in self.row.sizes.all()) == len(members)
        assert told_of(self.row) == members
        stays = SegmentStay.objects.of_segment(self.row.pk)
        assert not stays.filter(left_run__lte=0).exists()

    def teardown(self) -> None:
        if hasattr(self, "row"):
            crowd.hear(self.corp)
            assert crowd.members(self.row) == self.meant()
            assert in_list(self.row) == self.meant()


def told_of(row: Segment) -> set[int]:
    """Who is a member, for somebody who only listens."""
    found: set[int] = set()
    for how, some, _cause in crowd.told(row):
        assert (how == "entered") == (not found & set(some)), "told once"
        found = found | set(some) if how == "entered" else found - set(some)
    return found


def test_whatever_happens_the_members_are_those_who_answer(monkeypatch: Any) -> None:
    class Undone(Story):
        def __init__(self) -> None:
            super().__init__()
            self.block = undone()
            self.block.__enter__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.block.__exit__(None, None, None)

    run_state_machine_as_test(Undone, settings=settings(at_random, max_examples=25, stateful_step_count=14))


def test_who_was_found_by_a_run_is_found_by_their_facts(db: None) -> None:
    world = scene.build(customers=16, seed=13)

    @settings(at_random, max_examples=15)
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        with undone():
            row = crowd.segment(world.corp, document)
            run = crowd.last_run(row)
            assert set(questions.some(run, world.ids)) == set(questions.everybody(run, run.as_of)), document

    agree()
