"""Where a run's time goes: waiting for WeCom, in the database, in Python."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Clock:
    """Adds up seconds. What is neither WeCom's nor the database's is Python's."""

    def __init__(self, spent: dict[str, float]) -> None:
        self._spent = {"api": 0.0, "database": 0.0, "python": 0.0} | spent
        self._since, self._counted = time.perf_counter(), self._elsewhere()
        self._asking = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A call to WeCom, with all that it takes here."""
        begun, self._asking = time.perf_counter(), True
        try:
            yield
        finally:
            self._asking = False
            self.add("api", time.perf_counter() - begun)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the statements of this thread's connection."""
        with connection.execute_wrapper(self._statement):
            yield

    def add(self, part: str, seconds: float) -> None:
        self._spent[part] += seconds

    def read(self) -> dict[str, float]:
        """Seconds by part, up to this moment."""
        moment, elsewhere = time.perf_counter(), self._elsewhere()
        self._spent["python"] += max(0.0, moment - self._since - (elsewhere - self._counted))
        self._since, self._counted = moment, elsewhere
        return {part: round(seconds, 3) for part, seconds in self._spent.items()}

    def _elsewhere(self) -> float:
        return self._spent["api"] + self._spent["database"]

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._asking:
            return execute(sql, params, many, context)
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.add("database", time.perf_counter() - begun)
