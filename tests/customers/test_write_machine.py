"""Customers under any sequence of acts, against a model in dictionaries and against what the events tell."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
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
from corps.actors import SYSTEM
from customers import bulk, lifecycle, search, tagging
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from messaging.models import OutboxEvent
from tests import make

NTH = st.integers(0, 30)
TAGS = st.sets(st.integers(0, 2), min_size=1, max_size=3)
NAMES = st.one_of(st.none(), st.text(alphabet="张三李 aB😀é%", max_size=5))
UNKNOWN_TAG = 10**9


@dataclass
class Known:
    """One customer as the model knows it."""

    external_userid: str
    name: str | None
    city: str | None
    follower: int | None
    status: int = 1
    version: int = 1
    # (tag, follower)
    tags: set[tuple[int, int | None]] = field(default_factory=set)
    relations: set[int] = field(default_factory=set)


class CustomerMachine(RuleBasedStateMachine):
    """One company with three employees and five tags; every act goes through the rules."""

    def __init__(self) -> None:
        super().__init__()
        OutboxEvent.objects.all().delete()
        self.corp, other = make.corp(), make.corp()
        self.staff = [make.employee(self.corp).pk for _ in range(3)]
        self.stranger = make.employee(other).pk
        group = make.group(self.corp)
        self.tags = [make.tag(group).pk for _ in range(5)]
        self.service = make.service(self.corp)
        self.known: dict[int, Known] = {}

    # --- Helpers ---

    def pick(self, n: int) -> tuple[Customer, Known]:
        pk = sorted(self.known)[n % len(self.known)]
        return Customer(pk=pk), self.known[pk]

    def refused(self, code: str, act: Any, **arguments: Any) -> None:
        """The act is refused with this code, and afterwards everything is as before."""
        before = self.everything()
        try:
            with transaction.atomic():
                act(by=SYSTEM, source="api", **arguments)
        except RuleViolation as refusal:
            assert refusal.code == code
        else:
            raise AssertionError(f"{code} was expected")
        assert self.everything() == before

    def everything(self) -> list[list[Any]]:
        tables = (Customer, FollowRelation, CustomerTag, CustomerGram, OutboxEvent)
        return [sorted(table.objects.values_list(), key=repr) for table in tables]

    # --- Acts ---

    @initialize()
    def one_whom_all_have_followed(self) -> None:
        """Tags of several followers are where mistakes hide, so the first customer can have them at once."""
        self.create(number=0, name="张三", follower=0)
        for follower in (1, 2):
            self.hand_over_or_revive(n=0, follower=follower, status=1)

    @rule(number=st.integers(0, 5), name=NAMES, follower=st.one_of(st.none(), st.integers(0, 2)))
    def create(self, number: int, name: str | None, follower: int | None) -> None:
        ident, who = f"wm{number}", None if follower is None else self.staff[follower]
        fields = {"corp_id": self.corp.pk, "external_userid": ident, "name": name, "follow_user_id": who}
        there = next((pk for pk, known in self.known.items() if known.external_userid == ident), None)
        if there is not None and self.known[there].status:
            self.refused("customer_exists", lifecycle.create, **fields)
            return
        row = lifecycle.create(by=SYSTEM, source="api", **fields)
        if there is None:
            self.known[row.pk] = known = Known(ident, name, None, who)
        else:
            known = self.known[there]
            assert row.pk == there
            known.name, known.follower, known.status = name, who, 1
            known.version += 1
        known.relations |= {who} - {None}
        assert row.version == known.version

    @precondition(lambda self: self.known)
    @rule(n=NTH, changes=st.fixed_dictionaries({}, optional={"name": NAMES, "city": st.sampled_from([None, "深圳"])}))
    def update(self, n: int, changes: dict[str, Any]) -> None:
        row, known = self.pick(n)
        if not known.status:
            self.refused("customer_deleted", lifecycle.update, customer=row, **changes)
            return
        differs = any(getattr(known, name) != value for name, value in changes.items())
        for name, value in changes.items():
            setattr(known, name, value)
        known.version += differs
        changed = lifecycle.update(customer=row, by=SYSTEM, source="api", **changes)
        assert changed.version == known.version

    @precondition(lambda self: self.known)
    @rule(n=NTH, follower=st.one_of(st.none(), st.integers(0, 2)), status=st.sampled_from([1, 2]))
    def hand_over_or_revive(self, n: int, follower: int | None, status: int) -> None:
        row, known = self.pick(n)
        who = None if follower is None else self.staff[follower]
        known.version += (known.follower, known.status) != (who, status)
        if who is not None and known.follower != who:
            known.relations.add(who)
        known.follower, known.status = who, status
        lifecycle.update(customer=row, by=SYSTEM, source="api", follow_user_id=who, status=status)

    @precondition(lambda self: self.known)
    @rule(n=NTH)
    def delete(self, n: int) -> None:
        row, known = self.pick(n)
        known.version += known.status != 0
        known.status = 0
        assert lifecycle.delete(customer=row, by=SYSTEM, source="api").status == 0

    @precondition(lambda self: self.known)
    @rule(n=NTH, add=TAGS, remove=TAGS, follower=st.one_of(st.none(), st.integers(0, 2)))
    def change_tags(self, n: int, add: set[int], remove: set[int], follower: int | None) -> None:
        row, known = self.pick(n)
        who = None if follower is None else self.staff[follower]
        adding, removing = [self.tags[t] for t in add], [self.tags[t] for t in remove - add]
        asked: dict[str, Any] = {"customer": row, "add": adding, "remove": removing, "follower_id": who}
        if not known.status:
            self.refused("customer_deleted", tagging.change_tags, **asked)
            return
        if who is not None and who not in known.relations:
            self.refused("not_a_follower", tagging.change_tags, **asked)
            return
        change = tagging.change_tags(by=SYSTEM, source="api", **asked)
        self.apply(known, set(adding), set(removing), who)
        assert sorted(change.tags) == sorted({tag for tag, _follower in known.tags})
        assert change.customer.version == known.version

    def apply(self, known: Known, adding: set[int], removing: set[int], who: int | None) -> bool:
        """What one tag change means in the model. Returns whether it changed anything."""
        gone = {(tag, f) for tag, f in known.tags if tag in removing and who in (None, f)}
        fresh = {(tag, who or known.follower) for tag in adding} - known.tags
        known.tags = (known.tags - gone) | fresh
        known.version += bool(gone) + bool(fresh)
        return bool(gone or fresh)

    @precondition(lambda self: self.known)
    @rule(picks=st.lists(NTH, min_size=1, max_size=4), add=TAGS, remove=TAGS)
    def tag_in_bulk(self, picks: list[int], add: set[int], remove: set[int]) -> None:
        wanted = [self.pick(n)[0].pk for n in picks]
        adding, removing = {self.tags[t] for t in add}, {self.tags[t] for t in remove - add}
        results = bulk.change_tags(
            customer_ids=[*wanted, UNKNOWN_TAG], add=adding, remove=removing, by=self.service, source="api"
        )
        expected = {}
        for pk in dict.fromkeys(wanted):
            known = self.known[pk]
            if not known.status:
                expected[pk] = "failed"
            else:
                expected[pk] = "changed" if self.apply(known, adding, removing, None) else "unchanged"
        told = {result["customerId"]: result["status"] for result in results}
        assert list(told.items()) == [*expected.items(), (UNKNOWN_TAG, "failed")]

    @precondition(lambda self: self.known)
    @rule(n=NTH)
    def what_no_rule_allows_leaves_no_trace(self, n: int) -> None:
        row, known = self.pick(n)
        if known.status:
            self.refused("employee_unknown", lifecycle.update, customer=row, name="新", follow_user_id=self.stranger)
            self.refused("status_deleted", lifecycle.update, customer=row, name="新", status=0)
            self.refused("tag_unknown", tagging.change_tags, customer=row, add=[self.tags[0], UNKNOWN_TAG])
            self.refused("tag_both_ways", tagging.change_tags, customer=row, add=self.tags[:2], remove=self.tags[1:])
        for act in (lifecycle.update, lifecycle.delete):
            self.refused("version_passed", act, customer=row, if_version=known.version + 1)

    # --- What holds at all times ---

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        rows = Customer.objects.of_corp(self.corp.pk)
        assert {
            r.pk: (r.external_userid, r.name, r.city, r.follow_user_id, r.status, r.version, r.alive) for r in rows
        } == {
            pk: (k.external_userid, k.name, k.city, k.follower, k.status, k.version, min(k.status, 1))
            for pk, k in self.known.items()
        }
        pairs = set(FollowRelation.objects.of_corp(self.corp.pk).values_list("customer_id", "employee_id"))
        assert pairs == {(pk, who) for pk, known in self.known.items() for who in known.relations}

    @invariant()
    def grams_are_those_of_the_text_and_the_text_is_that_of_the_name(self) -> None:
        grams: dict[int, dict[str, bool]] = {pk: {} for pk in self.known}
        rows = CustomerGram.objects.filter(corp_id=self.corp.pk)
        for pk, gram, alive in rows.values_list("customer_id", "gram", "alive"):
            grams[pk][gram] = alive
        for row in Customer.objects.of_corp(self.corp.pk):
            assert row.search_text == search.text_of(name=self.known[row.pk].name, mobile=None)
            assert grams[row.pk] == dict.fromkeys(search.grams(row.search_text), bool(row.alive))

    @invariant()
    def events_are_numbered_without_gaps_and_replay_to_the_tags(self) -> None:
        for pk, known in self.known.items():
            events = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=pk).order_by("id")
            told = [(e.aggregate_version, e.name, e.payload["data"]) for e in events]
            assert [version for version, _name, _data in told] == list(range(1, known.version + 1))
            assert replayed(told) == known.tags
            rows = CustomerTag.objects.filter(customer_id=pk)
            assert set(rows.values_list("tag_id", "follower_id")) == known.tags
            assert rows.count() == len(known.tags)


def replayed(told: list[tuple[int, str, dict[str, Any]]]) -> set[tuple[int, int | None]]:
    """The tags of a customer as a reader who has only the events would know them."""
    held: set[tuple[int, int | None]] = set()
    for _version, name, data in told:
        if name == "customer.tag.added":
            held |= {(tag, data["followUserId"]) for tag in data["tagIds"]}
        elif name == "customer.tag.removed":
            who = data["followUserId"]
            held -= {(tag, f) for tag, f in held if tag in data["tagIds"] and who in (None, f)}
    return held


@pytest.mark.slow
def test_any_sequence_of_acts_keeps_rows_grams_versions_and_events_in_step(db: None) -> None:
    run_state_machine_as_test(
        CustomerMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
