"""The same act on many rows, each for itself, with a result for each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import RuleViolation
from core.retry import atomic_retry

# Whether something changed, and what the result tells of it.
Done = tuple[bool, Mapping[str, Any]]
_NOTHING: Mapping[str, Any] = {}


def each(
    ids: Sequence[int], name: str, act: Callable[[int], Done], *, refused: Mapping[str, Any] = _NOTHING
) -> list[dict[str, Any]]:
    """Take these rows in a transaction each: one refusal spoils no other.

    Args:
        name: what the result calls the id.
        act: called with one id; it may be called again where others were at the same row.
        refused: what the result of a refusal tells beside it.

    Returns:
        One ``{name: id, status}`` each with what ``act`` told, in the order given; status is ``changed``,
        ``unchanged`` or ``failed``, the last with ``code`` and ``message``.
    """
    # In id order, so that two of these at once wait for each other and don't deadlock.
    found = {ident: {name: ident} | _result(atomic_retry(act), ident, refused) for ident in sorted(set(ids))}
    return [found[ident] for ident in dict.fromkeys(ids)]


def counted(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The results as the wire carries them: the list, its length, and how many of each status."""
    counts = {status: sum(r["status"] == status for r in results) for status in ("changed", "unchanged", "failed")}
    return {"list": results, "total": len(results)} | counts


def _result(act: Callable[[int], Done], ident: int, refused: Mapping[str, Any]) -> dict[str, Any]:
    try:
        changed, told = act(ident)
    except RuleViolation as refusal:
        return {"status": "failed", **refused, "code": refusal.code, "message": str(refusal.message)}
    return {"status": "changed" if changed else "unchanged", **told}
