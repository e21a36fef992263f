"""Tokens: one app's, good for 7200 seconds of the company's clock, and sometimes dead before."""

import hmac
import secrets

from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company
from wecom.sandbox.things import App

LIFE = 7200
_HOUR = 3600


class Tokens:
    """Attributes:
    issued: how often gettoken gave a token, the same or another.
    """

    def __init__(self, company: Company) -> None:
        self._company = company
        self._apps: dict[str, tuple[App, int]] = {}
        self._dead: dict[str, int] = {}
        self._wrong: dict[str, list[int]] = {}
        self.issued = 0

    def issue(self, corpid: str, secret: str, address: str) -> str:
        """The token for gettoken (page 91039).

        Raises:
            Failure: 41002, 41004, 40013, 40001, 50003; 45009 for an address that tried wrong secrets too often.
        """
        if not corpid or not secret:
            raise Failure(41004 if corpid else 41002)
        if corpid != self._company.corpid:
            raise Failure(40013)
        app = self._app(secret, address)
        if not app.enabled:
            raise Failure(50003)
        self.issued += 1
        now = self._company.clock.now()
        living = [t for t, (owner, until) in self._apps.items() if owner is app and until > now and t not in self._dead]
        if living and self._company.switches.same_token:
            return living[-1]
        for token in living:
            self._dead[token] = 40014
        token = secrets.token_urlsafe(160)
        self._apps[token] = (app, now + LIFE)
        return token

    def app(self, token: str) -> App:
        """Whose token it is.

        Raises:
            Failure: 41001, 40014, 42001, 50003.
        """
        if not token:
            raise Failure(41001)
        if token in self._dead or token not in self._apps:
            raise Failure(self._dead.get(token, 40014))
        app, until = self._apps[token]
        if until <= self._company.clock.now():
            raise Failure(42001)
        if not app.enabled:
            raise Failure(50003)
        return app

    def kill(self, token: str | None = None, code: int = 42001) -> None:
        """End a token early, or all of them, as WeCom may for its own reasons; they answer ``code`` from now."""
        for one in [token] if token else list(self._apps):
            self._dead[one] = code

    def _app(self, secret: str, address: str) -> App:
        now, most = self._company.clock.now(), self._company.switches.secret_tries
        tries = self._wrong[address] = [at for at in self._wrong.get(address, []) if at > now - _HOUR]
        if len(tries) >= most:
            raise Failure(45009)
        for app in self._company.apps.values():
            if hmac.compare_digest(app.secret.encode(), secret.encode()):
                return app
        tries.append(now)
        raise Failure(40001)
