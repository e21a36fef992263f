"""Several calls to WeCom at the same time, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from django.conf import settings
from django.db import close_old_connections, connections

from wecom.client.errors import WecomError


class Crew:
    """Threads that keep their connections from page to page: opening one costs more than what a call asks of it."""

    def __init__(self) -> None:
        self._hands: list[ThreadPoolExecutor] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for closing in [hand.submit(connections.close_all) for hand in self._hands]:
            closing.result()
        for hand in self._hands:
            hand.shutdown()
        self._hands.clear()

    def answers(self, calls: Sequence[Callable[..., Any]], client: Any) -> list[Any]:
        """Each call's answer, or the ``WecomError`` it ended in, in the order of the calls."""
        threads = min(settings.SYNC_CALLS_AT_ONCE, len(calls))
        if threads < 2:
            return [_answer(call, client) for call in calls]
        while len(self._hands) < threads:
            # Of one thread each, so that each connection can be closed by the thread whose it is.
            self._hands.append(ThreadPoolExecutor(1))
        shares = [self._hands[n].submit(_share, calls[n::threads], client) for n in range(threads)]
        parts = [share.result() for share in shares]
        return [parts[n % threads][n // threads] for n in range(len(calls))]


def _share(calls: Sequence[Callable[..., Any]], client: Any) -> list[Any]:
    close_old_connections()
    try:
        return [_answer(call, client) for call in calls]
    except BaseException:
        # Whatever state it is in: the next page gets another one.
        connections.close_all()
        raise


def _answer(call: Callable[..., Any], client: Any) -> Any:
    try:
        return call(client)
    except WecomError as error:
        return error
