"""People and rules change the same customers in any order: nothing of a person is lost, and undoing is exact."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers import tagging
from customers.models import Customer, CustomerTag
from segments.models import RuleEffect, RuleOutcome, RuleRun
from segments.rules import books, jobs, working
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, followed, rule
from tests.world import undone

PEOPLE, TAGS = 2, 4
# Somebody puts or takes off a tag of somebody; an event comes for somebody; everything by rules is taken back.
ACTS = st.one_of(
    st.tuples(st.just("put"), st.integers(0, PEOPLE - 1), st.integers(0, TAGS - 1)),
    st.tuples(st.just("take"), st.integers(0, PEOPLE - 1), st.integers(0, TAGS - 1)),
    st.tuples(st.just("event"), st.integers(0, PEOPLE - 1), st.just(0)),
)
# Which tags the first rule puts, which the second takes off, and which one the third has for its own.
SAID = st.tuples(
    st.sets(st.integers(0, TAGS - 1), min_size=1, max_size=3),
    st.sets(st.integers(0, TAGS - 1), max_size=2),
    st.integers(0, TAGS - 1),
)
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def rows() -> set[tuple[int, int, str, str]]:
    """All tags of all customers with who put them."""
    return set(CustomerTag.objects.values_list("customer_id", "tag_id", "source", "actor"))


class Played:
    """A company with some customers, tags and rules, and a model of what people wanted last."""

    def __init__(self, cast: Cast, said: Any) -> None:
        # The last example's rules had the same numbers, and never were.
        books.forget()
        self.cast = cast
        group = make.group(cast.corp)
        self.tags = [make.tag(group) for _n in range(TAGS)]
        self.people = [make.customer(cast.corp, cast.owner).pk for _n in range(PEOPLE)]
        adding, removing, own = said
        self.rules = [rule(cast.corp, adds(*(self.tags[n] for n in adding)), order=1)]
        removing = removing - adding
        if removing:
            off = {"do": "removeTags", "tagIds": [self.tags[n].pk for n in removing]}
            self.rules.append(rule(cast.corp, off, order=2))
        self.rules.append(rule(cast.corp, adds(self.tags[own], exclusive=True), order=3))
        # (customer, tag) that a person put last and no rule takes off: they have to be there.
        self.wanted: set[tuple[int, int]] = set()
        self.removable = {self.tags[n].pk for n in removing}

    def act(self, what: str, who: int, which: int) -> None:
        customer, tag = Customer.objects.get(pk=self.people[who]), self.tags[which].pk
        by: Any = {"by": self.cast.actor("owner"), "source": "operator"}
        if what == "put":
            done = tagging.add_tags(customer=customer, tag_ids=[tag], **by)
            if done.added:
                self.wanted.add((customer.pk, tag))
        elif what == "take":
            tagging.remove_tags(customer=customer, tag_ids=[tag], **by)
            self.wanted.discard((customer.pk, tag))
        else:
            followed(customer)
            self.wanted = {(c, t) for c, t in self.wanted if c != customer.pk or t not in self.removable}


@given(said=SAID, acts=st.lists(ACTS, max_size=14))
@FEW
def test_whatever_happens_what_people_want_is_there(cast: Cast, said: Any, acts: list[Any]) -> None:
    with undone():
        played = Played(cast, said)
        for act in acts:
            played.act(*act)
            there = {(customer, tag) for customer, tag, source, _actor in rows() if source == "operator"}
            assert played.wanted <= there
        # Each tag that a rule put can say by which run.
        put = CustomerTag.objects.filter(source="rule").values_list("run_id", "customer_id", "tag_id")
        told = {
            (effect.run_id, effect.customer_id, tag)
            for effect in RuleEffect.objects.all()
            for tag, _whose in effect.changes.get("added", ())
        }
        assert set(put) <= told


@given(said=SAID, before=st.lists(ACTS, max_size=8), event=st.integers(0, PEOPLE - 1))
@FEW
def test_a_second_event_changes_nothing_more(cast: Cast, said: Any, before: list[Any], event: int) -> None:
    with undone():
        played = Played(cast, said)
        for act in before:
            played.act(*act)
        # One event may set off what another rule then sees; from the second on they agree.
        for _n in range(2):
            played.act("event", event, 0)
        state, effects = rows(), RuleEffect.objects.count()
        played.act("event", event, 0)
        assert (rows(), RuleEffect.objects.count()) == (state, effects)


@given(said=SAID, before=st.lists(ACTS.filter(lambda act: act[0] != "event"), max_size=8))
@FEW
def test_taking_everything_back_is_as_if_it_had_not_been(cast: Cast, said: Any, before: list[Any]) -> None:
    with undone():
        played = Played(cast, said)
        for act in before:
            played.act(*act)
        state = rows()
        for who in range(PEOPLE):
            played.act("event", who, 0)
        # The last rule first, as they were done.
        for row in reversed(played.rules):
            for run in RuleRun.objects.filter(rule=row, kind="live", changed__gt=0):
                undo = jobs.begin_undo(run=run, **AS)
                while working.work(undo.pk):
                    pass
                assert RuleRun.objects.get(pk=undo.pk).held == 0
        assert rows() == state
        assert not RuleOutcome.objects.filter(code="changed").exists()
