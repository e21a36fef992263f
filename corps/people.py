"""Whose customers a manager sees, asked once where one page asks for many kinds of their rows."""

from dataclasses import replace
from typing import Any

from corps.choices import Role
from corps.models import Employee


def remember(user: Any) -> None:
    """For as long as this ``User`` object is used, which is one request."""
    actor = user.actor
    if actor.role == Role.MANAGER and actor.people is None:
        user.actor = replace(actor, people=tuple(Employee.objects.managed_or_self(actor)))
