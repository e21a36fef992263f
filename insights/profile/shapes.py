"""Lists of a profile as the wire carries them: bounded, and saying when there is more."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from groups.choices import QuitScene
from insights.churn import words as churn_words
from insights.profile.record import MOST, Record

Names = dict[str, str]


def bounded(name: str, rows: Sequence[Any], shape: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """``{list, more}`` of a part, as many as the part may have."""
    return {"list": [shape(row) for row in rows[: MOST[name]]], "more": len(rows) > MOST[name]}


def acted(actor: str, names: Names) -> dict[str, Any]:
    """Who did something: the label that the record keeps, and the name where it has one."""
    return {"actor": actor, "actorName": names.get(actor, "")}


def tags(record: Record, names: Names) -> dict[str, Any]:
    """Each tag with why it is there: by what kind of act, by whom, when, and by which run of which rule."""
    return bounded("tags", record["tags"], lambda row: _tag(row, names))


def _tag(row: Sequence[Any], names: Names) -> dict[str, Any]:
    tag, name, group, group_name, follower, kind, source, actor, run, at, rule, rule_name, whose = row
    by_rule = {"ruleId": rule, "ruleName": rule_name} if rule and source == "rule" else None
    return {
        "customerId": whose,
        "tagId": tag,
        "name": name,
        "groupId": group,
        "groupName": group_name,
        "employeeId": follower,
        "kind": kind,
        "source": source,
        "runId": run,
        "rule": by_rule,
        "at": at,
        **acted(actor, names),
    }


def groups(record: Record) -> dict[str, Any]:
    """Group chats that the customer is in, and was: those they are in first."""
    return bounded("groups", sorted(record["groups"], key=lambda row: row[3] is not None), _group)


def _group(row: Sequence[Any]) -> dict[str, Any]:
    chat, name, joined, left, quit_scene, join_scene, whose = row
    how = {"quitScene": quit_scene, "quit": str(QuitScene(quit_scene).label) if quit_scene in QuitScene else ""}
    stay = {"joinedAt": joined, "joinScene": join_scene, "leftAt": left}
    return {"customerId": whose, "chatId": chat, "name": name, **stay, **how}


def segments(record: Record) -> dict[str, Any]:
    return bounded("segments", record["segments"], _segment)


def _segment(row: Sequence[Any]) -> dict[str, Any]:
    segment, name, entered_at, entered_by, left_at, left_by, left_run, run, whose = row
    # A stay that ends only with the run that is under way lasts for whoever reads.
    over = left_run <= run
    left = {"leftAt": left_at if over else None, "leftBy": left_by if over else ""}
    entered = {"enteredAt": entered_at, "enteredBy": entered_by}
    return {"customerId": whose, "segmentId": segment, "name": name, **entered, **left}


def warnings(record: Record) -> dict[str, Any]:
    """Those that wait for somebody."""
    wire = ("id", "kind", "level", "state", "facts", "employeeId", "employeeName", "openedAt", "customerId")
    return bounded("warnings", record["warnings"], lambda row: dict(zip(wire, row, strict=True)))


def churn(record: Record) -> dict[str, Any]:
    """How likely each living relation is to end, the likeliest first, with its reasons."""
    return bounded("churn", record["churn"], _score)


def _score(row: Sequence[Any]) -> dict[str, Any]:
    employee, name, score, level, reasons, as_of, customer = row
    whose = {"customerId": customer, "employeeId": employee, "employeeName": name, "score": score, "level": level}
    return whose | {"reasons": list(_reasons(reasons)), "asOf": as_of.isoformat()}


def _reasons(reasons: Iterable[Sequence[Any]]) -> Iterable[dict[str, Any]]:
    for code, number, points in reasons:
        yield {"code": code, "number": number, "points": points, "text": churn_words.sentence(code, number)}


def stage(record: Record, names: Names) -> dict[str, Any] | None:
    """The stage that the customer is in, since when, and who put them there; None: in none."""
    if not record["stage"] or record["stage"][0][0] is None:
        return None
    stage_id, name, outcome, at, actor, source, run = record["stage"][0]
    put = {"since": at, "source": source, "runId": run}
    return {"stageId": stage_id, "name": name, "outcome": outcome, **put, **acted(actor, names)}
