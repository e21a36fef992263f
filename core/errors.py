"""The errors a rule may raise. A door translates them: the API to one JSON shape, the admin to a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its name as the caller wrote it (``tagIds``, ``items.3.id``), a stable code, a sentence."""

    field: str
    code: str
    message: Any


class RuleViolation(Exception):
    """A business rule said no.

    Args:
        code: stable, snake_case, for programs.
        message: a translated sentence for people.
        errors: the fields at fault, if any.
    """

    status = 422

    def __init__(self, code: str, message: Any, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(code)
        self.code, self.message, self.errors = code, message, list(errors)


class BadRequest(RuleViolation):
    """The request can't be read: a wrong type, an unknown field, a value out of bounds."""

    status = 400


class NotFound(RuleViolation):
    """No such row, or one of another corp, or one this actor may not see: the answer is the same."""

    status = 404

    def __init__(self, code: str = "not_found", message: Any = None) -> None:
        super().__init__(code, message or _("Not found."))


class Forbidden(RuleViolation):
    """The actor is known and may not do this."""

    status = 403

    def __init__(self, code: str = "forbidden", message: Any = None) -> None:
        super().__init__(code, message or _("You may not do this."))


class Conflict(RuleViolation):
    """The row is not in the state the act needs, or another row already has the key."""

    status = 409


class PreconditionFailed(RuleViolation):
    """``If-Match`` named a version that has passed."""

    status = 412


class TooMany(RuleViolation):
    """More of it within a while than is good. The caller may come back after ``retry_after`` seconds."""

    status = 429
    retry_after = 600


class Unavailable(RuleViolation):
    """Something this answer needs is down. The caller may come back after ``retry_after`` seconds."""

    status = 503
    retry_after = 5
