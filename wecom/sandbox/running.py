"""The sandbox as a whole: a company that lives, its API on a port, its callbacks, its file."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from core.parts import Part, stop_all
from wecom.sandbox import seeding, store
from wecom.sandbox.access import Access
from wecom.sandbox.callbacks import Sender
from wecom.sandbox.company import Company
from wecom.sandbox.faults import Faults
from wecom.sandbox.limits import Limits
from wecom.sandbox.living import Living
from wecom.sandbox.mishaps import Mishaps
from wecom.sandbox.server import Server, application
from wecom.sandbox.serving import Served

_log = structlog.get_logger("scrm.sandbox")
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sandbox is to be.

    Attributes:
        callback: where events go; "" sends none.
        state: the company's file; one that is there wins over ``customers``, ``employees`` and ``seed``.
        rate: acts a minute.
    """

    access: Access
    state: Path
    callback: str = ""
    host: str = "127.0.0.1"
    port: int = 7003
    rate: float = 6.0
    customers: int = 2000
    employees: int = 20
    seed: int = 7002
    faults: Faults = field(default_factory=Faults)
    mishaps: Mishaps = field(default_factory=Mishaps)


class Sandbox:
    """Listens from the start.

    Raises:
        OSError: the address can't be listened on.
        ValueError: the file holds something else.
    """

    def __init__(self, plan: Plan) -> None:
        self.company = _company(plan)
        self.server: Server = application(self.company, plan.faults, Limits())
        self._served = Served(self.server, plan.host, plan.port)
        self.url = self._served.url
        self._keeper = store.Keeper(self.company, plan.state)
        self._keeper.keep()
        # Another life after each restart, and the same one from the same file.
        living = Living(self.company, rate=plan.rate, seed=plan.seed + self.company.serial)
        self._parts = [
            Part("sandbox-life", living.run),
            Part("sandbox-callbacks", lambda stopping: self._send(plan, stopping)),
            Part("sandbox-file", self._keeper.run),
        ]

    def start(self) -> None:
        self._served.start()
        for part in self._parts:
            part.start()

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every part; saving is the last that is done."""
        self._served.stop()
        if late := stop_all(self._parts, patience=_PATIENCE):
            _log.warning("sandbox_stopped_hard", parts=late)
        self._keeper.keep()

    def _send(self, plan: Plan, stopping: threading.Event) -> None:
        if plan.callback:
            app = self.company.apps[plan.access.agent_id]
            Sender.of(self.company, app, plan.callback, mishaps=plan.mishaps).run(self.company, stopping)
        # Nobody listens: events must not pile up.
        while not stopping.wait(1):
            self.company.take_events()


def _company(plan: Plan) -> Company:
    found = store.load(plan.state)
    if found is not None and plan.access.agent_id in found.apps:
        return found
    return seeding.build(
        customers=plan.customers, employees=plan.employees, seed=plan.seed, access=plan.access, chats=plan.employees * 2
    )
