"""The shape of a stage: read something from WeCom, then say what to store and where to go on."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.time import now
from corps import tickets
from corps.tally import Tally
from wecom.client.transport import Client
from wecom.models import SyncRun
from wecom.sync import leases
from wecom.sync.clock import Clock
from wecom.sync.side_by_side import Crew

# Renewed when this much of the lease is left: a page may need many calls.
_KEEP = leases.LEASE / 2


@dataclass(slots=True)
class Failure:
    """One employee, department, customer or group that could not be read: counted, and it stops nobody else."""

    who: str
    code: int


@dataclass(slots=True)
class Step:
    """A page that was read and is not stored yet.

    Attributes:
        cursor: where the next one begins; None ends the run.
        apply: stores it, within the transaction that also stores the cursor.
        done: how far in the plan the run is then.
        plan: the plan, where this step made it.
        hold: why a person has to approve before it goes on from ``cursor``.
    """

    cursor: dict[str, Any] | None
    apply: Callable[[], Tally] = Tally
    done: int | None = None
    plan: list[Any] | None = None
    failures: list[Failure] = field(default_factory=list)
    hold: dict[str, Any] | None = None


class Stopping(Exception):
    """The process ends: leave the run to another."""


class Unusable(Exception):
    """WeCom's answer can't be meant, such as a company without a department. ``str(error)`` is a stable word."""


@dataclass(slots=True)
class Sitting:
    """A runner at work on one run."""

    run: SyncRun
    client: Client
    clock: Clock
    stopping: threading.Event
    crew: Crew
    # Tag ids that the catalogue is known to have.
    known_tags: set[str] = field(default_factory=set)

    @property
    def corp_id(self) -> int:
        return self.run.corp_id

    def ask(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call WeCom, with the lease kept. Raises what the call does, Fenced, Stopping."""
        self._keep()
        with self.clock.asking():
            return call(self.client, *args, **kwargs)

    def ask_all(self, calls: Sequence[Callable[[Client], Any]]) -> list[Any]:
        """Make calls side by side. Returns each one's answer, or the ``WecomError`` it ended in."""
        self._keep()
        with self.clock.asking():
            return self.crew.answers(calls, self.client)

    def _keep(self) -> None:
        if self.stopping.is_set():
            raise Stopping
        if (self.run.lease_until or now()) - now() < _KEEP:
            leases.write(self.run)

    def ticket(self) -> int:
        """A ticket for the reading that begins now."""
        return tickets.draw(self.corp_id)


Stages = dict[str, Callable[[Sitting], Step]]
