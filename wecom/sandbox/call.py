"""One call of the API: who calls, with which arguments, read as strictly as WeCom reads them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company
from wecom.sandbox.things import App, Employee

T = TypeVar("T")
Answer = dict[str, Any]


@dataclass(slots=True)
class Call:
    """``wrong``: an argument had another JSON type than documented and was read as if it weren't there."""

    company: Company
    app: App
    api: str
    query: dict[str, str]
    body: dict[str, Any]
    wrong: bool = False

    def text(self, name: str, missing: int | None = None) -> str:
        """A text of the body, else of the address. Absent or empty it is "" or, with ``missing``, that failure."""
        value = self._of(name, str, self.query.get(name, ""))
        if not value and missing:
            raise Failure(missing)
        return value

    def texts(self, name: str) -> list[str]:
        value = self._of(name, list, [])
        if any(not isinstance(one, str) for one in value):
            self.wrong = True
            return []
        return value

    def numbers(self, name: str) -> list[int]:
        value = self._of(name, list, [])
        if any(not isinstance(one, int) for one in value):
            self.wrong = True
            return []
        return value

    def number(self, name: str, default: int = 0) -> int:
        asked = self.query.get(name, "")
        return self._of(name, int, int(asked) if asked.isdecimal() else default)

    def flag(self, name: str, default: bool = False) -> bool:
        return self._of(name, bool, default)

    def object(self, name: str) -> dict[str, Any]:
        return self._of(name, dict, {})

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self._of(name, list, [])
        if any(not isinstance(one, dict) for one in value):
            self.wrong = True
            return []
        return value

    def limit(self, default: int, most: int, name: str = "limit") -> int:
        """Rows a page: the default where none are asked for, the maximum where more are."""
        asked = self.number(name)
        return min(asked, most) if asked > 0 else default

    def _of(self, name: str, kind: type[T], default: T) -> T:
        value = self.body.get(name)
        if value is None:
            return default
        # In JSON a truth value is no number, in Python it is.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong = True
            return default
        return value

    def sees(self, employee: Employee) -> bool:
        """Whether somebody is in the app's visible range."""
        return self.company.sees(self.app, employee)

    def seen(self, userid: str, *, unknown: int = 40003, hidden: int = 60011) -> Employee:
        """Somebody who works here and is visible, or the failure."""
        employee = self.company.employees.get(userid)
        if employee is None or employee.left_at is not None:
            raise Failure(unknown)
        if not self.sees(employee):
            raise Failure(hidden)
        return employee


@dataclass(frozen=True, slots=True)
class Route:
    """How an address is answered.

    Attributes:
        right: ``customers``, ``contacts`` (the contact-sync app only) or ``any``.
        empty: keys that stay in the answer of a failed call.
    """

    answer: Callable[[Call], Answer]
    method: str = "POST"
    right: str = "customers"
    empty: Answer = field(default_factory=dict)
