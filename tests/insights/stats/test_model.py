"""The rows against a count by hand, over whatever histories hypothesis thinks of, in every dimension."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corps.models import DepartmentMember
from insights.stats.terms import Dim, Metric, Span
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, World, day
from tests.world import undone

LAST = 5
WHO, HOW, STATES = ["wmA", "wmB", "wmC"], ["employee", "customer", "transfer"], ["", "expo", "unheard"]
# Hours matter at the edges of days, and two things may happen in one second.
WHEN = st.builds(lambda days, hours: days + hours / 24, st.integers(0, LAST), st.sampled_from([0, 7, 8, 16, 20]))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), WHEN, st.sampled_from(WHO), st.integers(0, 3), st.sampled_from(STATES)),
        st.tuples(st.just("end"), WHEN, st.sampled_from(WHO), st.integers(0, 3), st.sampled_from(HOW)),
    ),
    max_size=12,
)
HISTORIES: Any = {
    "acts": ACTS,
    # Places of acts that are heard a second time, and of those that are never heard.
    "doubled": st.sets(st.integers(0, 13), max_size=4),
    "missing": st.sets(st.integers(0, 13), max_size=3),
    # Whether the latest is heard first.
    "late": st.booleans(),
    "zone": st.sampled_from(["Asia/Shanghai", "America/New_York"]),
}
# A history takes a tenth of a second: one that fails is told as it is, and not made smaller for minutes.
OFTEN: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
}


def happen(world: World, acts: list[Any], doubled: set[int] = frozenset(), missing: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    for place, (what, at, who, employee, how) in enumerate(acts):
        for _time in range(0 if place in missing else 1 + (place in doubled)):
            if what == "begin":
                world.begin(at, who, world.people[employee], state=how)
            else:
                world.end(at, how, who, world.people[employee])


@settings(max_examples=7, **OFTEN)
@given(**HISTORIES)
def test_rows_are_what_a_count_by_hand_finds(
    world: World, acts: list[Any], doubled: set[int], missing: set[int], late: bool, zone: str
) -> None:
    with undone():
        world.zone(zone)
        happen(world, acts[::-1] if late else acts, doubled, missing)
        world.at(day(LAST + 9))
        world.recount(day(-1), day(LAST + 8))
        assert model.stored(world.corp, model.EPISODES) == model.expected(world.corp, day(-1), day(LAST + 8))
        first = model.in_full()
        assert world.recount(day(-1), day(LAST + 8)) == 0
        assert model.in_full() == first


@settings(max_examples=5, **OFTEN)
@given(acts=ACTS, mover=st.integers(0, 3), later=ACTS)
def test_rows_follow_the_record_and_the_chart_that_have_changed_since(
    world: World, acts: list[Any], mover: int, later: list[Any]
) -> None:
    with undone():
        happen(world, acts)
        world.at(day(LAST + 2))
        world.recount(FIRST, day(LAST + 1))
        happen(world, later)
        places = DepartmentMember.objects.filter(employee=world.people[mover])
        places.delete()
        places.create(corp=world.corp, employee=world.people[mover], department=world.support)
        world.recount(FIRST, day(LAST + 1))
        assert model.stored(world.corp, model.EPISODES) == model.expected(world.corp, FIRST, day(LAST + 1))


@settings(max_examples=5, **OFTEN)
@given(acts=ACTS)
def test_relations_of_employees_and_channels_add_up_to_the_companys_and_people_do_not_exceed(
    world: World, acts: list[Any]
) -> None:
    with undone():
        happen(world, acts)
        world.at(day(LAST + 2))
        world.recount(FIRST, day(LAST + 1))
        rows = model.stored(world.corp, model.EPISODES)
        for (span, on, dim, metric, _ident, detail), (relations, people) in rows.items():
            if dim != Dim.CORP:
                continue
            for other in (Dim.EMPLOYEE, Dim.CHANNEL):
                parts = [
                    pair
                    for (s, d, k, m, _i, x), pair in rows.items()
                    if (s, d, k, m, x) == (span, on, other, metric, detail)
                ]
                assert sum(part[0] for part in parts) == relations
                # Whoever two of them know is one person of the company.
                assert max(part[1] for part in parts) <= people <= sum(part[1] for part in parts)


@settings(max_examples=5, **OFTEN)
@given(acts=ACTS)
def test_new_less_lost_less_transferred_is_the_difference_of_the_totals(world: World, acts: list[Any]) -> None:
    with undone():
        happen(world, acts)
        world.at(day(LAST + 2))
        world.recount(day(-1), day(LAST + 1))
        rows = model.stored(world.corp)

        def relations(on: Any, metric: Metric) -> int:
            return rows.get((Span.DAY, on, Dim.CORP, metric, 0, 0), (0, 0))[0]

        for n in range(LAST + 2):
            moves = relations(day(n), Metric.NEW) - relations(day(n), Metric.LOST)
            moves -= relations(day(n), Metric.TRANSFERRED)
            assert relations(day(n), Metric.TOTAL) - relations(day(n - 1), Metric.TOTAL) == moves
