"""Where the facts of a customer came from, as far as the record says: the last event that named each of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from customers import events

# What the detail shows of the person alone.
FACTS = (
    "name",
    "avatar",
    "type",
    "gender",
    "unionid",
    "mobile",
    "province",
    "city",
    "followUserId",
    "addTime",
    "channel",
    "status",
)
# What an employee noted of a customer.
NOTES = ("remark", "description", "remarkCorpName", "remarkMobiles")
# name, payload, occurred at: the newest first.
Changes = Sequence[Sequence[Any]]


def of_facts(changes: Changes, facts: dict[str, Any]) -> dict[str, Any]:
    """Fact → ``{source, actor, at}`` of the last change that the record remembers; None where it has forgotten it.

    A fact that the customer was created with, and that nothing has changed since, came by the creation.
    """
    found: dict[str, Any] = {}
    for name, payload, at in changes:
        for fact in _named(name, payload):
            found.setdefault(fact, _origin(payload, at))
    return {fact: found.get(fact) for fact in FACTS if facts.get(fact) is not None}


def of_notes(changes: Changes) -> dict[int, dict[str, Any]]:
    """Employee id → note → the last change of it that the record remembers."""
    found: dict[int, dict[str, Any]] = {}
    for name, payload, at in changes:
        if name == events.RELATION_UPDATED:
            own = found.setdefault(payload["data"]["employeeId"], {})
            for note in payload["data"]["changed"]:
                own.setdefault(note, _origin(payload, at))
    return found


def actors(changes: Changes) -> set[str]:
    return {payload["actor"] for _name, payload, _at in changes}


def named(origins: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The same with the names of those who acted."""
    return {fact: origin and origin | {"actorName": names.get(origin["actor"], "")} for fact, origin in origins.items()}


def _named(name: str, payload: dict[str, Any]) -> Iterable[str]:
    if name == events.CREATED:
        return FACTS
    return payload["data"]["changed"] if name == events.UPDATED else ()


def _origin(payload: dict[str, Any], at: Any) -> dict[str, Any]:
    return {"source": payload["source"], "actor": payload["actor"], "at": at}
