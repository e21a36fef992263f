"""Messages to colleagues under random acts: each warning is told to each once, or not at all when it was over first."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.time import now
from tests import make, world
from wecom.client.errors import Gone
from wecom.models import Notice
from wecom.notices import keeping, sending

RISK = st.integers(1, 4)
State = Notice.State


class Killed(Exception):
    """Stands for the end of the process."""


class Telling(RuleBasedStateMachine):
    """WeCom keeps what it was sent, and drops the same text to the same person, as it does for four hours."""

    @initialize()
    def begin(self) -> None:
        self.around = world.undone()
        self.around.__enter__()
        self.corp = make.corp()
        self.people = [make.employee(self.corp), make.employee(self.corp)]
        self.read: set[tuple[str, str]] = set()
        self.opened: set[int] = set()
        self.closed: set[int] = set()
        self.kept = (sending.send_text, sending.client_for, sending.failpoint)
        sending.client_for = lambda corp_id: None  # type: ignore[assignment]
        self.works()

    def teardown(self) -> None:
        if hasattr(self, "around"):
            sending.send_text, sending.client_for, sending.failpoint = self.kept
            self.around.__exit__(None, None, None)

    def works(self) -> None:
        def take(_client: Any, *, userids: list[str], text: str) -> list[str]:
            self.read.add((userids[0], text))
            return []

        sending.send_text, sending.failpoint = take, lambda name: None  # type: ignore[assignment]

    def refuses(self) -> None:
        def refuse(*_args: Any, **_kwargs: Any) -> list[str]:
            raise Gone(81013, "message/send")

        sending.send_text = refuse  # type: ignore[assignment]

    def dies_at(self, point: str) -> None:
        def die(name: str) -> None:
            if name == point:
                raise Killed

        sending.failpoint = die

    # --- Acts ---

    @rule(risk=RISK)
    def open(self, risk: int) -> None:
        if risk in self.closed:
            return
        ids = {"corp_id": self.corp.pk, "event_id": f"event-{risk}", "risk_id": risk, "owner_id": None}
        people = [employee.pk for employee in self.people]
        # The kind makes each warning's line its own.
        what = {"kind": f"kind_{risk}", "level": 1, "customer_id": None, "due_at": now()}
        keeping.keep(**ids, **what, recipients=people)  # type: ignore[arg-type]
        self.opened.add(risk)

    @rule(risk=RISK)
    def close(self, risk: int) -> None:
        keeping.withdraw(corp_id=self.corp.pk, risk_id=risk)
        self.closed |= {risk} & self.opened

    @rule()
    def send(self) -> None:
        self.due_again()
        sending.send_due()

    @rule()
    def be_refused(self) -> None:
        self.due_again()
        self.refuses()
        sending.send_due()
        self.works()

    @rule(point=st.sampled_from(["notice.taken", "notice.sent"]))
    def be_killed(self, point: str) -> None:
        self.due_again()
        self.dies_at(point)
        try:
            sending.send_due()
        except Killed:
            pass
        finally:
            self.works()

    def due_again(self) -> None:
        Notice.objects.filter(state=State.WAITING).update(due_at=now())

    # --- What always holds ---

    @invariant()
    def what_is_marked_as_sent_was_read(self) -> None:
        if not hasattr(self, "corp"):
            return
        lines = {(userid, line) for userid, text in self.read for line in text.splitlines()}
        for notice in Notice.objects.filter(state=State.SENT).select_related("employee"):
            assert (notice.employee.userid, f"· {notice.kind}") in lines

    @invariant()
    def each_is_asked_for_once(self) -> None:
        if hasattr(self, "corp"):
            asked = Counter(Notice.objects.values_list("risk_id", "employee_id"))
            assert set(asked.values()) <= {1}
            assert len(asked) == 2 * len(self.opened)

    @invariant()
    def what_is_over_waits_no_more(self) -> None:
        if hasattr(self, "corp"):
            waiting = set(Notice.objects.filter(state=State.WAITING).values_list("risk_id", flat=True))
            assert not waiting & self.closed


def test_each_is_told_what_is_still_so_and_nothing_is_lost(db: None) -> None:
    run_state_machine_as_test(
        Telling,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
