"""People and the record at once: whatever both do, the rows, the events and the promises stay together."""

import datetime as dt
from collections import Counter
from typing import Any

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
from customers.models import RelationEpisode
from insights.choices import Outcome
from insights.models import RiskAlert, RiskRule
from insights.risks import handling, settling
from messaging.models import OutboxEvent
from tests import make, world

BY: Any = {"by": SYSTEM, "source": "operator"}
PAIR = st.integers(0, 1)
HOUR = dt.timedelta(hours=1)


class Looking(RuleBasedStateMachine):
    """Two employees and one customer, within the hours in which everything is told."""

    @initialize()
    def begin(self) -> None:
        self.around = world.undone()
        self.around.__enter__()
        self.corp = make.corp()
        self.people = [make.employee(self.corp), make.employee(self.corp)]
        self.customer = make.customer(self.corp)
        # The record's own clock: each act is a minute later, all of them lie in the last hours.
        self.at = now() - 20 * HOUR
        self.handled: dict[int, tuple[str, str]] = {}

    def teardown(self) -> None:
        if hasattr(self, "around"):
            self.around.__exit__(None, None, None)

    # --- The record ---

    def later(self) -> dt.datetime:
        self.at += dt.timedelta(minutes=1)
        return self.at

    def lasting(self, who: int) -> Any:
        return RelationEpisode.objects.filter(employee=self.people[who], ended_at=None)

    @rule(who=PAIR)
    def add(self, who: int) -> None:
        if not self.lasting(who).exists():
            stay = {"corp": self.corp, "customer": self.customer, "employee": self.people[who]}
            RelationEpisode.objects.create(began_at=self.later(), **stay)

    @rule(who=PAIR, how=st.sampled_from([2, 3, 4]))
    def end(self, who: int, how: int) -> None:
        self.lasting(who).update(ended_at=self.later(), ended_by=how)

    @rule(who=PAIR, how=st.sampled_from([2, 3, 4]))
    def prove_wrong(self, who: int, how: int) -> None:
        last = RelationEpisode.objects.filter(employee=self.people[who], ended_at__isnull=False).last()
        if last:
            RelationEpisode.objects.filter(pk=last.pk).update(ended_by=how)

    @rule(on=st.booleans())
    def change_a_rule(self, on: bool) -> None:
        RiskRule.objects.update_or_create(corp=self.corp, kind="employee_deleted", defaults={"active": on})

    @rule()
    def settle(self) -> None:
        settling.settle_customers(corp_id=self.corp.pk, customer_ids=[self.customer.pk])

    # --- The people ---

    def some(self, n: int) -> RiskAlert | None:
        alerts = list(RiskAlert.objects.order_by("pk"))
        return alerts[n % len(alerts)] if alerts else None

    @rule(n=st.integers(0, 9))
    def acknowledge(self, n: int) -> None:
        self.try_to(n, lambda alert: handling.acknowledge(alert=alert, **BY))

    @rule(n=st.integers(0, 9), outcome=st.sampled_from(Outcome.values), note=st.sampled_from(["", "打过电话"]))
    def handle(self, n: int, outcome: str, note: str) -> None:
        done = self.try_to(n, lambda alert: handling.handle(alert=alert, outcome=outcome, note=note, **BY))
        if done:
            self.handled[done.pk] = (outcome, note)

    @precondition(lambda self: RiskAlert.objects.exists())
    @rule(n=st.integers(0, 9))
    def mute(self, n: int) -> None:
        self.try_to(n, lambda alert: handling.mute(alert=alert, until=now() + HOUR, **BY))

    def try_to(self, n: int, act: Any) -> RiskAlert | None:
        alert = self.some(n)
        if alert is None:
            return None
        was_open = alert.closed_at is None
        try:
            found: RiskAlert = act(alert)
        except Conflict:
            assert not was_open
            return None
        return found

    # --- What always holds ---

    @invariant()
    def of_a_kind_and_subject_one_is_open(self) -> None:
        if hasattr(self, "corp"):
            still = Counter(RiskAlert.objects.filter(open_mark=1).values_list("kind", "subject"))
            assert all(count == 1 for count in still.values())

    @invariant()
    def a_state_and_its_times_agree(self) -> None:
        if not hasattr(self, "corp"):
            return
        for alert in RiskAlert.objects.all():
            assert (alert.closed_at is None) == (alert.state in ("open", "acknowledged"))
            assert (alert.state == "handled") == bool(alert.outcome)
            if alert.state == "acknowledged":
                assert alert.acknowledged_at is not None

    @invariant()
    def what_somebody_handled_stays_as_it_was_handled(self) -> None:
        if not hasattr(self, "corp"):
            return
        kept = {a.pk: (a.outcome, a.note) for a in RiskAlert.objects.filter(state="handled")}
        assert kept == self.handled

    @invariant()
    def whoever_only_listens_knows_what_is_open_but_for_the_muted(self) -> None:
        if not hasattr(self, "corp"):
            return
        standing: set[int] = set()
        for event in OutboxEvent.objects.filter(name__startswith="risk.").order_by("id"):
            risk = event.payload["data"]["riskId"]
            (standing.add if event.name == "risk.opened" else standing.discard)(risk)
        still = dict(RiskAlert.objects.filter(open_mark=1).values_list("pk", "muted_until"))
        assert standing <= set(still)
        assert {pk for pk, muted in still.items() if muted is None} <= standing

    @invariant()
    def each_event_has_a_version_of_its_own(self) -> None:
        if not hasattr(self, "corp"):
            return
        told = OutboxEvent.objects.filter(name__startswith="risk.").values_list("aggregate_id", "aggregate_version")
        assert len(set(told)) == len(told)


def test_people_and_the_record_never_contradict_each_other(db: None) -> None:
    run_state_machine_as_test(
        Looking,
        settings=settings(
            max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
