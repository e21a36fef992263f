"""The operation service over HTTP: the one thing asked of it is to stop an SOP."""

import functools
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from django.conf import settings

from core.breaker import Breaker
from followups.operation_errors import BREAKER_OPEN, Broken, Refused, Unreachable, of_status

_log = structlog.get_logger("scrm.operation")


class OperationServiceClient:
    """Args:
    config: ``settings.OPERATION_SERVICE``.
    transport: what carries the requests: the stub, or a test's.
    """

    def __init__(self, config: dict[str, Any], transport: httpx.BaseTransport | None = None) -> None:
        self._base, token = config["URL"].rstrip("/"), config["TOKEN"]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            timeout=config["TIMEOUT"], transport=transport, headers=headers, follow_redirects=False
        )
        self._breaker = Breaker()

    def stop(self, *, corp_id: int, enrolment_id: str, customer_id: int, reason: str, key: str) -> bool:
        """Have an SOP stopped. ``key`` is the same at each try. Returns False where there was nothing to stop.

        Raises:
            Unreachable: no answer, or one by which the service could not hear the question: it will pass.
            Broken: the service failed over it.
            Refused: the service has understood, and says no for good.
        """
        path = f"/api/v1/enrolments/{quote(enrolment_id, safe='')}/stop"
        body = {"corpId": corp_id, "customerId": customer_id, "reason": reason}
        answer = self._ask(path, body, key)
        if answer.is_success:
            return True
        if answer.status_code in (404, 409, 410) and _is_its_own(answer):
            return False
        raise of_status(answer.status_code)

    def _ask(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """The one place where the network is touched."""
        if not self._breaker.allows():
            raise Unreachable(BREAKER_OPEN)
        try:
            answer = self._http.post(self._base + path, json=body, headers={"Idempotency-Key": key})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The name alone: the error's request holds the token.
            fault = type(error).__name__
        else:
            fault = f"status {answer.status_code}" if answer.status_code >= 500 else ""
        if not fault:
            self._breaker.succeeded()
            return answer
        if self._breaker.failed():
            _log.error("operation_service_unreachable", fault=fault)
        if fault.startswith("status"):
            return answer
        raise Unreachable(fault)


@functools.cache
def current() -> OperationServiceClient:
    """The client of this process, as the settings say."""
    return OperationServiceClient(settings.OPERATION_SERVICE)


def _is_its_own(answer: httpx.Response) -> bool:
    """Whether the service itself says so: a proxy that knows no such address has a 404 too."""
    try:
        told = answer.json()
    except ValueError:
        return False
    return isinstance(told, dict) and isinstance(told.get("code"), str)


__all__ = ["Broken", "OperationServiceClient", "Refused", "Unreachable", "current"]
