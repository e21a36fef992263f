"""Where the present values came from: the last change of each, or what its record was made by
(customers/history/)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
# What an employee noted of a customer, and how the two met.
NOTES = ("remark", "description", "remarkCorpName", "remarkMobiles", "addWay", "state")
# employee or None, field, source, actor, run, at; what comes behind is of no matter.
Changes = Sequence[Sequence[Any]]
# source, actor, run, at; without a source the beginning is not on record.
Made = Sequence[Any]
Origin = dict[str, Any]


def of_facts(changes: Changes, made: Made, facts: Mapping[str, Any]) -> dict[str, Origin | None]:
    """Fact → ``{source, actor, runId, at, created}``: of its last change, or of the creation where nothing has changed
    it since; None where it is older than the history."""
    return _origins(FACTS, facts, changes, made, None)


def of_notes(changes: Changes, made: Made, follow: Mapping[str, Any]) -> dict[str, Origin | None]:
    """The same of the notes of one relation, as ``follows`` of the detail shows it."""
    return _origins(NOTES, follow, changes, made, follow["employeeId"])


def actors(changes: Changes, made: Iterable[Made]) -> set[str]:
    return {change[3] for change in changes} | {actor for _source, actor, *_rest in made if actor}


def named(origins: dict[str, Origin | None], names: Mapping[str, str]) -> dict[str, Any]:
    """The same with the names of those who acted."""
    return {fact: origin and origin | {"actorName": names.get(origin["actor"], "")} for fact, origin in origins.items()}


def _origins(
    names: Sequence[str], values: Mapping[str, Any], changes: Changes, made: Made, employee: int | None
) -> dict[str, Origin | None]:
    last = {field: _origin(*how[:4], created=False) for whose, field, *how in changes if whose == employee}
    first = _origin(*made, created=True) if made and made[0] is not None else None
    return {name: last.get(name, first) for name in names if values.get(name) not in (None, "", [])}


def _origin(source: str, actor: str, run: int | None, at: Any, *, created: bool) -> Origin:
    return {"source": source, "actor": actor, "runId": run, "at": at, "created": created}
