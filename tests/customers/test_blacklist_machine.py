"""The blacklist under random acts: the mark, the open entry, the version and the events never part."""

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

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from customers import blacklist, lifecycle
from customers.models import BlacklistEntry, Customer
from messaging.models import OutboxEvent
from tests import make, world

REASONS = st.sampled_from(["骚扰", "恶意退单"])
BY: Any = {"by": SYSTEM, "source": "operator"}


class Blacklisting(RuleBasedStateMachine):
    """What should be so is kept beside: ``reason`` while on it, and how each entry ended."""

    @initialize()
    def begin(self) -> None:
        self.around = world.undone()
        self.around.__enter__()
        self.customer = make.customer(make.corp())
        self.reason: str | None = None
        self.endings: list[str] = []
        self.deleted = False
        self.events = 1

    @property
    def fresh(self) -> Customer:
        """As a door looks it up: an instance that has locked its row in this transaction would pass for the row."""
        return Customer.objects.get(pk=self.customer.pk)

    def teardown(self) -> None:
        if hasattr(self, "around"):
            self.around.__exit__(None, None, None)

    @rule(reason=REASONS)
    def put(self, reason: str) -> None:
        if self.deleted:
            with pytest.raises(Conflict):
                blacklist.put(customer=self.fresh, reason=reason, **BY)
            return
        blacklist.put(customer=self.fresh, reason=reason, **BY)
        if self.reason is not None and self.reason != reason:
            self.endings.append("renewed")
        self.events += self.reason != reason
        self.reason = reason

    @rule()
    def lift(self) -> None:
        assert blacklist.lift(customer=self.fresh, **BY) == (self.reason is not None)
        self._off("lifted")

    @precondition(lambda self: self.reason is not None)
    @rule()
    def time_is_up(self) -> None:
        BlacklistEntry.objects.filter(customer=self.customer, open_mark=1).update(until=now())
        assert blacklist.expire_due() == 1
        self._off("expired")

    @rule()
    def nothing_is_due(self) -> None:
        assert blacklist.expire_due() == 0

    @precondition(lambda self: not self.deleted)
    @rule()
    def delete(self) -> None:
        lifecycle.delete(customer=self.fresh, **BY)
        self.deleted = True
        self.events += 1

    @precondition(lambda self: self.deleted)
    @rule()
    def revive(self) -> None:
        lifecycle.update(customer=self.fresh, status=1, **BY)
        self.deleted = False
        self.events += 1

    def _off(self, how: str) -> None:
        if self.reason is not None:
            self.endings.append(how)
            self.events += 1
        self.reason = None

    @invariant()
    def the_mark_and_the_entries_say_the_same(self) -> None:
        if not hasattr(self, "customer"):
            return
        row = Customer.objects.get(pk=self.customer.pk)
        entries = BlacklistEntry.objects.filter(customer=row).order_by("id")
        assert row.blacklisted == (self.reason is not None)
        assert [entry.reason for entry in entries if entry.open_mark] == ([self.reason] if self.reason else [])
        assert [entry.ending for entry in entries if not entry.open_mark] == self.endings
        assert all((entry.ended_at is None) == (entry.ending == "") for entry in entries)

    @invariant()
    def each_change_is_told_once_with_a_version_of_its_own(self) -> None:
        if not hasattr(self, "customer"):
            return
        row = Customer.objects.get(pk=self.customer.pk)
        told = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=row.pk).order_by("id")
        assert [event.aggregate_version for event in told] == list(range(1, self.events + 1))
        assert row.version == self.events


def test_the_mark_the_entries_and_the_events_never_part(db: None) -> None:
    run_state_machine_as_test(
        Blacklisting,
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
