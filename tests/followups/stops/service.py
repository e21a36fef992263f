"""The operation service behind the client: the stub, or answers that a test gives."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from followups import operation_client
from followups.models import SopEnrolment, SopStop
from tests.followups.operation import event, hear

CONFIG = {"URL": "http://operation.test/base/", "TOKEN": "t0ken", "TIMEOUT": 5.0}


def client(answer: Callable[[httpx.Request], httpx.Response]) -> operation_client.OperationServiceClient:
    return operation_client.OperationServiceClient(CONFIG, httpx.MockTransport(answer))


def connect(
    monkeypatch: pytest.MonkeyPatch, settings: Any, answer: Callable[[httpx.Request], httpx.Response]
) -> list[httpx.Request]:
    """Have this process' client ask ``answer``. Returns what it will have asked."""
    asked: list[httpx.Request] = []

    def noting(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(request)

    here = client(noting)
    settings.OPERATION_SERVICE = CONFIG
    monkeypatch.setattr(operation_client, "current", lambda: here)
    return asked


def wanted(customer: Any, ident: str = "en-1") -> SopStop:
    """A stop that waits to be told."""
    hear(event("sop.enrolled", customer.corp_id, enrolmentId=ident, customerId=customer.pk))
    row = SopEnrolment.objects.get(enrolment_id=ident)
    given: dict[str, Any] = {"corp_id": row.corp_id, "customer_id": row.customer_id, "key": f"key-{ident}"}
    return SopStop.objects.create(enrolment=row, reason="lost", due_at=row.create_time, **given)
