"""Each app's access token: one for all processes, fetched by one of them however many need it (page 91039).

It stands sealed on the app's row. Whoever finds it old takes the row's lease by a conditional update and fetches; the
others use the old one while it is good, and wait for the new one otherwise.
"""

import datetime as dt
import random
import secrets as entropy
import time
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Q
from prometheus_client import Counter

from core.failpoints import failpoint
from core.time import now
from wecom import secrets
from wecom.client import closures, pacing, troubles, wire
from wecom.client.endpoints import Endpoint
from wecom.client.errors import AppRefused, Closed, NotConnected, Unreachable, WecomError
from wecom.models import WecomApp

# Path 91039. A family of its own: without a token nothing else works either.
GETTOKEN = Endpoint("gettoken", "token", post=False)
EARLY = dt.timedelta(minutes=5)
# Longer than a fetch can take, so that a lease is lost by the dead alone.
LEASE = dt.timedelta(seconds=15)
FETCHED = Counter("scrm_wecom_tokens", "Access tokens fetched.")
MOST_WAIT, _LOOK_EVERY = 5.0, 0.1


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the sealed text that names it in the database; neither shows in a traceback."""

    value: str = field(repr=False)
    sealed: str = field(repr=False)


def current(app: WecomApp) -> Token:
    """The app's token as it is now, fetched anew where it ran out or soon will.

    Raises:
        WecomError: it is needed, and WeCom refused it or didn't answer.
        NotConnected: the app is gone, switched off, or its secret can't be opened.
    """
    until = time.monotonic() + MOST_WAIT
    while True:
        held, good_for = _held(app)
        if held and good_for > early():
            return held
        owner = entropy.token_hex(8)
        if _take_lease(app, held, owner):
            return _renewed(app, held if good_for > dt.timedelta() else None, owner)
        if held and good_for > dt.timedelta():
            return held
        if time.monotonic() > until:
            raise Unreachable(api=GETTOKEN.path, hint="TokenAwaited")
        pacing.sleep(_LOOK_EVERY)


def early() -> dt.timedelta:
    """How long before its end a token is replaced. Jittered: processes that see it grow old together don't all reach
    for the lease in the same moment."""
    return EARLY * random.uniform(0.8, 1.0)  # noqa: S311


def opened(sealed: str) -> Token | None:
    """A stored token, None for one that was sealed with a key that is not here any more."""
    try:
        return _opened(sealed)
    except secrets.SealBroken:
        return None


def refused(app: WecomApp, token: Token) -> None:
    """WeCom no longer takes this token: forget it, unless a newer one has come in its place already."""
    same = WecomApp.objects.filter(pk=app.pk, token_sealed=token.sealed)
    same.update(token_sealed="", token_expires_at=None)


def _held(app: WecomApp) -> tuple[Token | None, dt.timedelta]:
    """The stored token, if any, and how long it will be good."""
    row = WecomApp.objects.filter(pk=app.pk, active=True).values("token_sealed", "token_expires_at").first()
    if row is None:
        raise NotConnected
    if not row["token_sealed"] or row["token_expires_at"] is None:
        return None, dt.timedelta()
    held = opened(row["token_sealed"])
    return held, row["token_expires_at"] - now() if held else dt.timedelta()


@lru_cache(maxsize=256)
def _opened(sealed: str) -> Token:
    # Each call looks whether it is still the stored one; only the opening is spared.
    return Token(secrets.unseal(sealed), sealed)


def _take_lease(app: WecomApp, seen: Token | None, owner: str) -> bool:
    """Win the right to fetch: nobody has it, and the token is still the one that was found too old."""
    moment = now()
    free = Q(token_lease_until=None) | Q(token_lease_until__lte=moment)
    stored = WecomApp.objects.filter(free, pk=app.pk)
    stored = stored.filter(token_sealed=seen.sealed) if seen else stored.filter(_none_or_broken(app))
    return bool(stored.update(token_lease_until=moment + LEASE, token_lease_owner=owner))


def _none_or_broken(app: WecomApp) -> Q:
    """Rows whose token can't be used at all: read again, as another may have fetched one since."""
    sealed = WecomApp.objects.filter(pk=app.pk).values_list("token_sealed", flat=True).first() or ""
    return Q(token_sealed="" if opened(sealed) else sealed)


def _renewed(app: WecomApp, old: Token | None, owner: str) -> Token:
    """Fetch under the lease, store, let go. An old token that is still good serves once more if that fails."""
    mine = WecomApp.objects.filter(pk=app.pk, token_lease_owner=owner)
    try:
        value, expires_at = _fetched(app)
        failpoint("token.fetched")
        token = Token(value, secrets.seal(value))
        mine.update(token_sealed=token.sealed, token_expires_at=expires_at, token_lease_until=None)
        return token
    except (WecomError, NotConnected):
        mine.update(token_lease_until=None)
        if old is None:
            raise
        return old


def _fetched(app: WecomApp) -> tuple[str, dt.datetime]:
    """A new token from WeCom and when it ends: the seconds it names, counted from before the request."""
    outlook, asked_at = closures.look(app.corp_id, GETTOKEN), now()
    row = WecomApp.objects.get(pk=app.pk)
    try:
        secret = secrets.unseal(row.secret_sealed)
    except secrets.SealBroken:
        raise NotConnected from None
    try:
        answer = wire.ask(row, GETTOKEN, params={"corpid": row.corpid, "corpsecret": secret})
    except AppRefused as error:
        # Not tried again soon: repeated wrong secrets shut this address out for an hour.
        troubles.note(app, GETTOKEN, error)
        raise
    except Closed as error:
        error.until = closures.close_window(app.corp, GETTOKEN, asked_at=asked_at)
        raise
    FETCHED.inc()
    if outlook.past:
        troubles.over(app, outlook.past)
    value, seconds = answer.get("access_token"), answer.get("expires_in")
    if not (value and isinstance(value, str) and isinstance(seconds, int)):
        raise Unreachable(api=GETTOKEN.path, hint="UnexpectedShape")
    return value, asked_at + dt.timedelta(seconds=seconds)
