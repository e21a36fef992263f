"""Tokens of people, issued by the auth service and verified here: its outage is a 503 at worst, never an open door."""

import functools
import hashlib
import threading
import time
from typing import Any

import httpx
import jwt
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Unavailable
from core.memory import ShortMemory

KEYS_FRESH_SECONDS = 600
KEYS_RETRY_SECONDS = 10
INTROSPECTED_SECONDS = 30
_ASYMMETRIC = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"}
_log = structlog.get_logger("scrm.auth")


class InvalidToken(Exception):
    """The token is not one of the auth service for us, or not any more."""


class AuthServiceClient:
    """Verifies tokens with the auth service's public keys, a shared secret, or, for opaque tokens, by asking.

    Args:
        config: ``settings.AUTH_SERVICE``.
        transport: what carries the HTTP requests, for tests.
    """

    def __init__(self, config: dict[str, Any], transport: httpx.BaseTransport | None = None) -> None:
        self.config = config
        self._http = httpx.Client(timeout=config["TIMEOUT"], transport=transport, follow_redirects=False)
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = 0.0
        self._answered = False
        self._lock = threading.Lock()
        self._introspected: ShortMemory[dict[str, Any]] = ShortMemory(seconds=INTROSPECTED_SECONDS)

    def verify(self, token: str) -> tuple[dict[str, Any], float]:
        """The claims of a good token and the seconds it is still good for.

        Raises:
            InvalidToken: signature, issuer, audience, time or shape are wrong.
            Unavailable: ``auth_unavailable``, the auth service is needed to tell and doesn't answer.
        """
        claims = self._decoded(token) if token.count(".") == 2 else self._asked_about(token)
        if not isinstance(claims.get("sub"), str):
            raise InvalidToken
        return claims, claims["exp"] - time.time()

    def _decoded(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key, algorithm = self._key_for(header)
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self.config["AUDIENCE"],
                issuer=self.config["ISSUER"],
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidToken from error

    def _key_for(self, header: dict[str, Any]) -> tuple[Any, str]:
        """The key and the one algorithm it is for: the token has no say in how it is checked."""
        if header.get("alg") == "HS256" and self.config["SHARED_SECRET"]:
            return self.config["SHARED_SECRET"], "HS256"
        ident = header.get("kid")
        if not self.config["JWKS_URL"] or not isinstance(ident, str):
            raise InvalidToken
        key = self._public_key(ident)
        return key, key.algorithm_name

    def _public_key(self, ident: str) -> jwt.PyJWK:
        with self._lock:
            age = abs(time.time() - self._asked_at)
            if age >= KEYS_FRESH_SECONDS or (ident not in self._keys and age >= KEYS_RETRY_SECONDS):
                self._refresh()
            if ident in self._keys:
                return self._keys[ident]
            if not self._answered:
                raise _unavailable()
        raise InvalidToken

    def _refresh(self) -> None:
        """Read the key set anew. While the service is away the keys known so far stay good."""
        self._asked_at, self._answered = time.time(), False
        try:
            listed = self._ask("GET", self.config["JWKS_URL"])["keys"]
            self._keys = {key.key_id: key for key in map(_usable, listed) if key and key.key_id}
            self._answered = True
        except Unavailable:
            _log.warning("auth_keys_unavailable", keys_held=len(self._keys))
        except (KeyError, TypeError):
            _log.error("auth_keys_unreadable", keys_held=len(self._keys))

    def _asked_about(self, token: str) -> dict[str, Any]:
        """What the auth service says of an opaque token (RFC 7662)."""
        if not self.config["INTROSPECTION_URL"]:
            raise InvalidToken
        fingerprint = hashlib.sha256(token.encode()).digest()
        claims = self._introspected.get(fingerprint)
        if claims is None:
            claims = self._ask("POST", self.config["INTROSPECTION_URL"], data={"token": token})
            if not self._is_for_us(claims):
                raise InvalidToken
            self._introspected.put(fingerprint, claims, at_most=claims["exp"] - time.time())
        return claims

    def _is_for_us(self, claims: Any) -> bool:
        if not isinstance(claims, dict) or claims.get("active") is not True:
            return False
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        ends = claims.get("exp")
        return (
            claims.get("iss") == self.config["ISSUER"]
            and self.config["AUDIENCE"] in named
            and isinstance(ends, (int, float))
            and ends > time.time()
        )

    def _ask(self, method: str, url: str, **body: Any) -> Any:
        """The one place where the network is touched. Raises Unavailable for anything but a JSON answer of 200."""
        secret = self.config["INTROSPECTION_TOKEN"]
        headers = {"Authorization": f"Bearer {secret}"} if secret and method == "POST" else {}
        try:
            answer = self._http.request(method, url, headers=headers, **body)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("auth_service_failed", kind=type(error).__name__)
            raise _unavailable() from error


@functools.cache
def current() -> AuthServiceClient:
    """The client of this process, as the settings say."""
    return AuthServiceClient(settings.AUTH_SERVICE)


def _usable(entry: dict[str, Any]) -> jwt.PyJWK | None:
    """A signing key of the set; None for one we don't verify with, such as a symmetric one."""
    if entry.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(entry)
    except jwt.PyJWTError:
        return None
    return key if key.algorithm_name in _ASYMMETRIC else None


def _unavailable() -> Unavailable:
    return Unavailable("auth_unavailable", _("The login service doesn't answer. Try again in a moment."))
