"""Several calls to WeCom at the same time, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connections

from wecom.client.errors import WecomError


def answers(calls: Sequence[Callable[..., Any]], client: Any) -> list[Any]:
    """Each call's answer, or the ``WecomError`` it ended in, in the order of the calls."""
    threads = min(settings.SYNC_CALLS_AT_ONCE, len(calls))
    if threads < 2:
        return [_answer(call, client) for call in calls]
    shares = [calls[n::threads] for n in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda share: _share(share, client), shares))
    return [parts[n % threads][n // threads] for n in range(len(calls))]


def _share(calls: Sequence[Callable[..., Any]], client: Any) -> list[Any]:
    try:
        return [_answer(call, client) for call in calls]
    finally:
        connections.close_all()


def _answer(call: Callable[..., Any], client: Any) -> Any:
    try:
        return call(client)
    except WecomError as error:
        return error
