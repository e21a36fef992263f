"""The same change of tags for many rows, each for itself, with a result for each."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from core.errors import RuleViolation
from core.retry import atomic_retry


class Change(Protocol):
    """What one act did: ids of tags."""

    added: list[int]
    removed: list[int]


def each(ids: Sequence[int], name: str, change: Callable[[int], Change]) -> list[dict[str, Any]]:
    """Change each of these rows in a transaction of its own: one refusal spoils no other.

    Args:
        name: what the result calls the id.
        change: the rule, called with one id; it may be called again where others were changing the same row.

    Returns:
        One ``{name: id, status, added, removed}`` each, in the order given; status is ``changed``, ``unchanged`` or
        ``failed``, the last with ``code`` and ``message``.
    """
    # In id order, so that two of these at once wait for each other and don't deadlock.
    found = {ident: {name: ident} | _result(atomic_retry(change), ident) for ident in sorted(set(ids))}
    return [found[ident] for ident in dict.fromkeys(ids)]


def _result(change: Callable[[int], Change], ident: int) -> dict[str, Any]:
    try:
        done = change(ident)
    except RuleViolation as refusal:
        told = {"code": refusal.code, "message": str(refusal.message)}
        return {"status": "failed", "added": [], "removed": []} | told
    status = "changed" if done.added or done.removed else "unchanged"
    return {"status": status, "added": done.added, "removed": done.removed}
