"""Transactions of rules that pay for a savepoint only where somebody could come back to it."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

_promised: ContextVar[bool] = ContextVar("all_or_nothing", default=False)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """The caller's promise for this block: an error from within it undoes the transaction or savepoint around it."""
    token = _promised.set(True)
    try:
        yield
    finally:
        _promised.reset(token)


def atomic(act: Callable[P, R]) -> Callable[P, R]:
    """``transaction.atomic`` for rules: a transaction where none is open, else a savepoint, unless the caller has
    promised to undo everything anyway, as the API's doors do. A savepoint is two statements."""

    @functools.wraps(act)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=not _promised.get()):
            return act(*args, **kwargs)

    return within
