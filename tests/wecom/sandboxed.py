"""A company of the sandbox in this process, and the corp that mirrors it."""

import threading
from dataclasses import dataclass
from typing import Any

import httpx

from corps import mirrored
from corps.actors import SYSTEM
from corps.models import Corp
from tests import make
from wecom import secrets
from wecom.client import wire
from wecom.models import SyncRun, WecomApp
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server, application
from wecom.sync import asking, leases, running

BASE = "http://sandbox.test"
AGENT, SECRET = 1000002, "sandbox-secret-of-the-app"
# A clock that stands still until it is advanced: 2026-03-01, noon in Shanghai.
NOON = 1_772_337_600


@dataclass
class Sandboxed:
    """Attributes:
    company: acts upon it are what happens in WeCom.
    server: its API; ``server.calls`` counts, ``server.faults`` are what goes wrong.
    """

    company: Company
    server: Server
    corp: Corp
    app: WecomApp

    def sync(self, *kinds: str, **fields: Any) -> list[SyncRun]:
        """Ask for these kinds, by default all, and work on them to the end."""
        kinds = kinds or tuple(map(str, asking.ORDER))
        return [work(asking.ask(corp_id=self.corp.pk, kind=kind, by=SYSTEM, **fields)) for kind in kinds]


def work(run: SyncRun, stopping: threading.Event | None = None) -> SyncRun:
    """Work on a run as a runner would, until it has to wait or is over."""
    taken = leases.take(run.pk)
    assert taken
    running.work(taken, stopping=stopping or threading.Event())
    run.refresh_from_db()
    return run


def connected(company: Company | None = None, **app: Any) -> Sandboxed:
    """A corp with an app whose calls go to the company; ``disconnect`` when done. ``app``: how callbacks are signed."""
    company = company or Company(clock=Clock(NOON))
    company.add_app(agent_id=AGENT, secret=SECRET, **app)
    server = application(company)
    corp = make.corp(wecom_corpid=company.corpid, mirrored=True)
    mirrored.forget()
    fields = {"api_base": BASE, "secret_sealed": secrets.seal(SECRET), "sandbox": True}
    row = WecomApp.objects.create(corp=corp, name="客户联系", corpid=company.corpid, agent_id=AGENT, **fields)
    wire.forget()
    wire.TRANSPORTS[BASE] = httpx.WSGITransport(app=server)  # type: ignore[arg-type]
    return Sandboxed(company, server, corp, row)


def disconnect() -> None:
    wire.TRANSPORTS.pop(BASE, None)
    wire.forget()
    mirrored.forget()
