"""Who calls the API: a service by its key, or a person by a token of the auth service. Both become an ``Actor``."""

import hashlib
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.memory import ShortMemory
from core.throttling import charge_anonymous
from corps import auth_client, keyring
from corps.actors import Actor
from corps.models import User

_people: ShortMemory[tuple[Actor, dict[str, Any]]] = ShortMemory(seconds=keyring.REMEMBERED_SECONDS)


class _CallerAuthentication(BaseAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api", Api-Key realm="api"'


class ApiKeyAuthentication(_CallerAuthentication):
    """``Authorization: Api-Key prefix.secret`` or ``X-Api-Key: prefix.secret``."""

    def authenticate(self, request: Request) -> tuple[Actor, int] | None:
        given = given_key(request.META)
        if not given:
            return None
        found = keyring.actor_of(given)
        if found is None:
            _refuse(request)
        return found


class TokenAuthentication(_CallerAuthentication):
    """``Authorization: Bearer <token of the auth service>``."""

    def authenticate(self, request: Request) -> tuple[Actor, dict[str, Any]] | None:
        token = _credentials(request.META, "bearer")
        if not token:
            return None
        fingerprint = hashlib.sha256(token.encode()).digest()
        return _people.get(fingerprint) or self._verified(request, token, fingerprint)

    def _verified(self, request: Request, token: str, fingerprint: bytes) -> tuple[Actor, dict[str, Any]]:
        try:
            claims, left = auth_client.current().verify(token)
        except auth_client.InvalidToken:
            _refuse(request)
        user = User.objects.select_related("corp").filter(username=claims["sub"], is_active=True).first()
        if user is None or user.corp_id != claims.get("corpId") or (user.corp and not user.corp.active):
            _refuse(request)
        found = user.actor, claims
        _people.put(fingerprint, found, at_most=left)
        return found


def forget_people() -> None:
    """Ask the database again at the next request of every bearer of a token."""
    _people.clear()


def given_key(meta: Mapping[str, Any]) -> str | None:
    """The API key that a request shows. ``meta`` is the WSGI environment."""
    return _credentials(meta, "api-key") or meta.get("HTTP_X_API_KEY")


def _credentials(meta: Mapping[str, Any], scheme: str) -> str | None:
    name, _space, value = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    return value.strip() if name.lower() == scheme else None


def _refuse(request: Request) -> NoReturn:
    """One answer for every wrong credential: which part of it was wrong is nobody's business."""
    charge_anonymous(request)
    raise AuthenticationFailed(_("The credentials are not valid."), code="invalid_credentials")
