"""One call to WeCom, made as fast and as often as is allowed, with the right token, and repeated where that helps."""

import datetime as dt
from typing import Any

import structlog
from django.db import connection

from core.backoff import Backoff
from core.time import now
from wecom.client import closures, limits, pacing, tokens, troubles, wire
from wecom.client.clearance import cleared
from wecom.client.endpoints import Endpoint, Kind
from wecom.client.errors import (
    AppRefused,
    Busy,
    CallRefused,
    Closed,
    Crowded,
    NotConnected,
    TokenRefused,
    Unreachable,
    WecomError,
)
from wecom.client.slots import slot
from wecom.client.wire import TRANSPORTS
from wecom.models import WecomApp

__all__ = ["TRANSPORTS", "Client", "client_for", "client_of"]

REPEATS = 3
SYSTEM_BUSY = -1
# The request never left, so even what must not be done twice may be tried again.
_NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
# Repeating these at once would hold the caller for another ten seconds, or is pointless.
_NOT_AT_ONCE = {"ReadTimeout", "WriteTimeout", wire.BREAKER_OPEN, "TokenAwaited"}
_log = structlog.get_logger("scrm.wecom")


def client_of(app: WecomApp) -> "Client":
    """The client that calls as this app."""
    return Client(app)


def client_for(corp_id: int) -> "Client":
    """The client of the company's app that reads and writes.

    Raises:
        NotConnected: it has none that is active.
    """
    apps = WecomApp.objects.of_corp(corp_id).filter(active=True, main=True)
    app = apps.select_related("corp").order_by("id").first()
    if app is None:
        raise NotConnected
    return Client(app)


class Client:
    """Calls as one app."""

    def __init__(self, app: WecomApp) -> None:
        self.app = app
        self.corp_id = app.corp_id

    def __repr__(self) -> str:
        return f"<Client of app {self.app.pk}>"

    def get(self, endpoint: Endpoint, **params: Any) -> dict[str, Any]:
        """Call with parameters in the address; those that are None are left out."""
        return self.call(endpoint, params={k: v for k, v in params.items() if v is not None})

    def post(self, endpoint: Endpoint, **body: Any) -> dict[str, Any]:
        """Call with a JSON body; fields that are None are left out."""
        return self.call(endpoint, body={k: v for k, v in body.items() if v is not None})

    def call(self, endpoint: Endpoint, *, params: dict[str, Any] | None = None, body: Any = None) -> dict[str, Any]:
        """One call and its answer.

        It may take as long as ``limits.MOST_WAIT`` for its turn and ten seconds for the answer, a few times over.

        Raises:
            WecomError: by its kind (errors.py); what is worth repeating at once has been repeated.
            NotConnected: the app is gone, switched off, or its secret can't be opened.
            RuntimeError: a transaction is open; its locks would be held for as long as WeCom takes.
        """
        _refuse_transaction()
        renewed, pauses, tries = False, Backoff(0.2, 2.0), 0
        while True:
            try:
                return self._made(endpoint, params or {}, body)
            except TokenRefused:
                if renewed:
                    raise
                renewed = True
            except (Busy, Unreachable) as error:
                tries += 1
                if tries > REPEATS or not _worth_repeating(endpoint, error):
                    raise
                pacing.sleep(pauses.pause())

    def _made(self, endpoint: Endpoint, params: dict[str, Any], body: Any) -> dict[str, Any]:
        """One try, when nothing stands in its way."""
        with cleared(self.app, endpoint) as token:
            if token:
                return self._asked(endpoint, params, body, _CLEAR, token)
        outlook = closures.look(self.corp_id, endpoint)
        with slot(self.corp_id, endpoint, alone=outlook.crowded):
            return self._asked(endpoint, params, body, outlook)

    def _asked(
        self,
        endpoint: Endpoint,
        params: dict[str, Any],
        body: Any,
        outlook: closures.Outlook,
        token: tokens.Token | None = None,
    ) -> dict[str, Any]:
        """The call, when its turn has come. ``token``: where that is known already, and no wait makes it old."""
        if self._waited(endpoint):
            token, outlook = None, closures.look(self.corp_id, endpoint)
        token, asked_at = token or tokens.current(self.app), now()
        try:
            answer = wire.ask(self.app, endpoint, params={**params, "access_token": token.value}, body=body)
        except WecomError as error:
            self._learn(endpoint, error, token, asked_at)
            raise
        if outlook.past:
            troubles.over(self.app, outlook.past)
        return answer

    def _waited(self, endpoint: Endpoint) -> bool:
        """Wait for this call's turn; whether that took any time. Raises Closed where it would take too long."""
        wait = _LIMITS.take(self.corp_id, endpoint.path)
        if wait < 0:
            raise Closed(0, endpoint.path, until=now() + dt.timedelta(seconds=-wait))
        if wait:
            pacing.sleep(wait)
        return wait > 0

    def _learn(self, endpoint: Endpoint, error: WecomError, token: tokens.Token, asked_at: dt.datetime) -> None:
        """Tell all processes what a refusal means for the next calls."""
        if isinstance(error, TokenRefused):
            tokens.refused(self.app, token)
        elif isinstance(error, Closed):
            error.until = closures.close_window(self.app.corp, endpoint, asked_at=asked_at)
            _log.warning("wecom_window_closed", corp=self.corp_id, api=endpoint.path, until=error.until.isoformat())
        elif isinstance(error, Crowded):
            closures.thin_out(self.corp_id, endpoint)
        elif isinstance(error, (AppRefused, CallRefused)):
            troubles.note(self.app, endpoint, error)


_LIMITS = limits.of_settings()
_CLEAR = closures.Outlook(crowded=False, past=())


def _worth_repeating(endpoint: Endpoint, error: WecomError) -> bool:
    """Whether the same call may succeed within seconds, and can't be done a second time by that."""
    if isinstance(error, Unreachable):
        safe = endpoint.kind is not Kind.ONCE or error.hint in _NEVER_SENT
        return safe and error.hint not in _NOT_AT_ONCE
    # Both are answers: nothing has been done (page 90313; -1 at most three times).
    return error.code == SYSTEM_BUSY or (isinstance(error, Crowded) and error.code == closures.CROWD)


def _refuse_transaction() -> None:
    # A test's own transaction stands for none, as in Django's "durable".
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("a call to WeCom inside a transaction")
