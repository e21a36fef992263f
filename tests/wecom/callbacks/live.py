"""A company of the sandbox whose events reach the service through its own door."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.test import Client

from core.time import now
from tests.wecom import comparing, sandboxed
from tests.wecom.callbacks import sending
from tests.wecom.sandboxed import Sandboxed
from wecom.callbacks import drain
from wecom.models import CallbackReceipt
from wecom.sandbox.callbacks import xml
from wecom.sandbox.company import Company
from wecom.secrets import seal

State = CallbackReceipt.State


class Live:
    """Attributes: ``box``, the company and its mirror; ``told``, every event that was sent, oldest first."""

    def __init__(self, box: Sandboxed) -> None:
        self.box, self.company = box, box.company
        self.told: list[dict[str, Any]] = []
        self.client = Client()
        box.app.callback_token_sealed, box.app.callback_key_sealed = seal(sending.TOKEN), seal(sending.KEY)
        box.app.save()
        self.company.hire("lina", "林娜")
        self.company.hire("wangwu", "王五")
        self.company.take_events()
        box.sync("house", "customers")
        self.before = dict(box.server.calls)

    def happen(self) -> list[dict[str, Any]]:
        """Take what WeCom would send now, without sending it."""
        return self.company.take_events()

    def tell(self, events: Iterable[dict[str, Any]] | None = None) -> None:
        """Send these events, or all that have happened."""
        for event in self.happen() if events is None else events:
            self.told.append(event)
            assert sending.call(self.company.corpid, xml(event)).post(self.client).status_code == 200

    def work(self) -> None:
        """Work off what is due a second from now."""
        self.let_pass(1)
        while drain.once():
            pass

    def settle(self) -> None:
        self.tell()
        self.work()

    def let_pass(self, seconds: int) -> None:
        """What waits has waited so much longer."""
        by = dt.timedelta(seconds=seconds)
        waiting = CallbackReceipt.objects.filter(state=State.PENDING)
        waiting.update(received_at=F("received_at") - by, due_at=F("due_at") - by)
        self.company.advance(seconds)

    # --- What is here now ---

    def pair(self, userid: str, external_userid: str) -> dict[str, Any]:
        return comparing.relations(self.box.corp)[userid, external_userid]

    def pairs(self) -> dict[tuple[str, str], str]:
        return {key: row["status"] for key, row in comparing.relations(self.box.corp).items()}

    def states(self) -> list[str]:
        return list(CallbackReceipt.objects.order_by("pk").values_list("state", flat=True))

    def waiting(self) -> list[float]:
        """In how many seconds each of the waiting is due, rounded."""
        rows = CallbackReceipt.objects.filter(state=State.PENDING).order_by("pk")
        return [round((row.due_at - now()).total_seconds()) for row in rows]

    def calls(self, api: str) -> int:
        """How often the API was called since the beginning."""
        return sum(n - self.before.get(path, 0) for path, n in self.box.server.calls.items() if path.endswith(api))


def begin(company: Company | None = None) -> Live:
    return Live(sandboxed.connected(company))
