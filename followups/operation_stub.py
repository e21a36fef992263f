"""A stand-in for the operation service, for tests and the demo: it enrols, tells of steps, and stops when asked.

It keeps what it knows in memory, and tells of it by whatever is given as ``publish``.
"""

import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from core.time import now, to_wire

Publish = Callable[[str, dict[str, Any]], None]


@dataclass
class Enrolment:
    """A customer in an SOP, as the other side knows it."""

    ident: str
    corp_id: int
    customer_id: int
    sop_id: str
    running: bool = True


@dataclass
class OperationStub:
    publish: Publish
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    # Answers by the key of their request: a repeat is answered, and does nothing.
    answered: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    serial: Any = field(default_factory=lambda: itertools.count(1))

    def enrol(self, corp_id: int, customer_id: int, *, sop_id: str = "welcome", **more: Any) -> Enrolment:
        row = Enrolment(f"en-{corp_id}-{next(self.serial)}", corp_id, customer_id, sop_id)
        self.enrolments[row.ident] = row
        self._tell("sop.enrolled", row, **more)
        return row

    def due(self, row: Enrolment, step: int, **more: Any) -> None:
        self._tell("sop.step.due", row, step=step, **more)

    def done(self, row: Enrolment, step: int, **more: Any) -> None:
        self._tell("sop.step.done", row, step=step, **more)

    def end(self, row: Enrolment, *, reason: str = "completed", **more: Any) -> None:
        row.running = False
        self._tell("sop.ended", row, reason=reason, **more)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """``POST …/enrolments/:id/stop``, as the real one answers it. For ``httpx.MockTransport``."""
        key = request.headers.get("Idempotency-Key", "")
        status, body = self.answered.get(key) or self._stop(request)
        if key and status < 500:
            self.answered[key] = status, body
        return httpx.Response(status, json=body)

    def _stop(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        row = self.enrolments.get(request.url.path.split("/")[-2])
        if row is None:
            return 404, {"code": "not_found"}
        if not row.running:
            return 409, {"code": "not_running"}
        self.end(row, reason=json.loads(request.content)["reason"])
        return 200, {"enrolmentId": row.ident, "state": "stopped"}

    def _tell(self, event: str, row: Enrolment, **more: Any) -> None:
        moment = to_wire(now())
        data = {"enrolmentId": row.ident, "customerId": row.customer_id, "sopId": row.sop_id, "at": moment}
        envelope = {"eventId": str(uuid.uuid4()), "timestamp": moment, "corpId": row.corp_id, "source": "sop"}
        self.publish(event, envelope | {"hops": 0, "data": data | more})
