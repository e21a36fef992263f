"""The usual case in one statement: nothing is closed, the token is good, a slot is free.

It is asked anew before each call, like the same three things one by one, which follow where it is not so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import connection

from core.named_locks import NamedLocks
from core.sql import marks
from core.time import now
from wecom.client import closures, slots, tokens
from wecom.client.endpoints import Endpoint
from wecom.client.tokens import Token
from wecom.models import ApiClosure, WecomApp

_TAKEN, _CLOSED = -1, -2


@contextmanager
def cleared(app: WecomApp, endpoint: Endpoint) -> Iterator[Token | None]:
    """The token for this call, and one of the company's slots for as long as the block lasts.

    None, and no slot, where it isn't as simple: something speaks or spoke against the call, the token is old, or all
    slots are taken at this moment.
    """
    locks = NamedLocks(connection)
    names = slots.turned(slots.names_of(app.corp_id, endpoint))
    token = (
        _on_server(locks, names, app, endpoint) if connection.vendor == "mysql" else _here(locks, names, app, endpoint)
    )
    try:
        yield token
    finally:
        slots.give_back(locks)


def _on_server(locks: NamedLocks, names: list[str], app: WecomApp, endpoint: Endpoint) -> Token | None:
    expression, full = locks.trying(names)
    # Only a call that isn't closed reaches for a slot.
    sealed, slot = _asked(app, endpoint, f"CASE WHEN {_closed()} THEN {_CLOSED} ELSE {expression} END", full)
    if slot < 0:
        return None
    locks.got(names[slot])
    return tokens.opened(sealed)


def _here(locks: NamedLocks, names: list[str], app: WecomApp, endpoint: Endpoint) -> Token | None:
    if not locks.take_one(names):
        return None
    sealed, found = _asked(app, endpoint, f"CASE WHEN {_closed()} THEN {_CLOSED} ELSE 0 END", [])
    return tokens.opened(sealed) if found == 0 else None


def _asked(app: WecomApp, endpoint: Endpoint, expression: str, params: list[str]) -> tuple[str, int]:
    """The sealed token and what the expression came to; a token that is old ends in the same as none."""
    moment = connection.ops.adapt_datetimefield_value(now() + tokens.early())
    given = [app.corp_id, *closures.names_of(endpoint), *params, app.pk, moment]
    with connection.cursor() as cursor:
        cursor.execute(_statement(expression), given)
        return cursor.fetchone() or ("", _TAKEN)


@lru_cache(maxsize=64)
def _statement(expression: str) -> str:
    table = WecomApp._meta.db_table
    return (
        f"SELECT token_sealed, {expression} FROM {table} "  # noqa: S608
        "WHERE id = %s AND active AND token_sealed <> '' AND token_expires_at > %s"
    )


def _closed() -> str:
    # A closure that has run out is found too: the first call after it is looked at more closely.
    table = ApiClosure._meta.db_table
    return f"EXISTS (SELECT 1 FROM {table} WHERE corp_id = %s AND api IN ({marks(4)}))"  # noqa: S608
