"""What can go wrong between a client and WeCom, switched on by probability and drawn from a seed."""

import random
import threading
import time
from dataclasses import dataclass, field, fields
from typing import Any

from wecom.sandbox.codes import Failure

# The lists of answers, which a fault empties or cuts in half.
_LISTS = {
    "department",
    "userlist",
    "follow_user",
    "external_userid",
    "external_contact_list",
    "tag_group",
    "group_chat_list",
    "info",
}


@dataclass(slots=True)
class Faults:
    """Probabilities between 0 and 1; all are 0 until switched on.

    Attributes:
        errors: API, or ``*`` for all → return code → probability: ``{"externalcontact/get": {-1: 0.1}}``.
        slow: answers that take ``slow_seconds`` longer.
        dropped: connections that end before anything was done.
        lost: connections that end after the act, before the answer.
        html: pages of a proxy, HTTP 502.
        cut: answers that end in the middle.
        token_death: calls before which the caller's token dies.
        empty, short: lists in answers that are empty, or lack their second half and the cursor.
        dead_cursors: cursors that are refused (40058).
        only: APIs that faults are limited to; all when empty. ``errors`` names its own.
    """

    seed: int = 7002
    errors: dict[str, dict[int, float]] = field(default_factory=dict)
    slow: float = 0.0
    slow_seconds: float = 1.0
    dropped: float = 0.0
    lost: float = 0.0
    html: float = 0.0
    cut: float = 0.0
    token_death: float = 0.0
    empty: float = 0.0
    short: float = 0.0
    dead_cursors: float = 0.0
    only: list[str] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(7002))  # noqa: S311
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random.seed(self.seed)

    def set(self, **values: Any) -> None:
        """Switch some; ``seed`` starts the drawing anew.

        Raises:
            ValueError: no such fault.
        """
        known = {one.name for one in fields(self) if not one.name.startswith("_")}
        if unknown := set(values) - known:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        if "errors" in values:
            given = values["errors"].items()
            values["errors"] = {api: {int(code): float(p) for code, p in codes.items()} for api, codes in given}
        for name, value in values.items():
            setattr(self, name, value)
        if "seed" in values:
            self._random.seed(self.seed)

    def off(self) -> None:
        self.set(**{name: value for name, value in Faults().shown().items() if name != "seed"})

    def shown(self) -> dict[str, Any]:
        rows = ((one.name, getattr(self, one.name)) for one in fields(self) if not one.name.startswith("_"))
        return dict(rows)

    def hits(self, name: str, api: str) -> bool:
        """Whether this fault strikes this call."""
        likely: float = getattr(self, name)
        return likely > 0 and (not self.only or api in self.only) and self._draw() < likely

    def refuse(self, api: str) -> None:
        """Answer one of the codes that were switched on.

        Raises:
            Failure: with that code.
        """
        for name in (api, "*"):
            for code, likely in self.errors.get(name, {}).items():
                if likely > 0 and self._draw() < likely:
                    raise Failure(code)

    def wait(self, api: str) -> None:
        if self.hits("slow", api):
            time.sleep(self.slow_seconds)

    def shorten(self, api: str, answer: dict[str, Any]) -> None:
        """Take rows out of the answer, as WeCom has been seen to do, without a word."""
        if self.hits("empty", api):
            self._cut_lists(answer, whole=True)
        elif self.hits("short", api):
            self._cut_lists(answer, whole=False)

    def _cut_lists(self, answer: dict[str, Any], *, whole: bool) -> None:
        for name in _LISTS & answer.keys():
            rows = answer[name]
            if isinstance(rows, list):
                answer[name] = [] if whole else rows[: len(rows) // 2]
                if "next_cursor" in answer:
                    answer["next_cursor"] = ""

    def _draw(self) -> float:
        with self._lock:
            return self._random.random()
