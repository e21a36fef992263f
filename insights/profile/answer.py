"""A customer's profile in one answer, by eight statements at most."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from core.errors import NotFound
from core.time import now
from corps.actors import Actor
from corps.models import Employee
from corps.names import names_of
from corps.querysets import owns_narrowly
from customers import cache, merging
from customers.merging.others import in_detail
from followups.choices import EntryKind
from insights.behaviour import summary
from insights.behaviour.entries import GROUP_JOINED, GROUP_LEFT, Entry
from insights.behaviour.grades import Thresholds
from insights.findings import table, words
from insights.findings.known import GroupStay, Known, Stay
from insights.models.profile_setting import thresholds
from insights.profile import provenance, record, relations, shapes
from insights.profile.record import ENTRIES, Record


def of(customer_id: int, actor: Actor, *, moment: dt.datetime | None = None) -> dict[str, Any]:
    """The profile of a customer whom the actor may see, as wire values. Raises NotFound."""
    people = Employee.objects.managed_or_self(actor) if owns_narrowly(actor) else None
    versions = cache.versions(customer_id, actor, people)
    if versions is None:
        raise NotFound
    facts, at = orjson.loads(cache.detail(customer_id, versions, actor)), moment or now()
    others = _others(facts, actor)
    ids = [customer_id, *(other["id"] for other in others)]
    rows = record.of(ids, corp_id=versions[2], people=people)
    names, follows = names_of(_actors(rows), corp_id=versions[2]), _follows([facts, *others])
    behaved = _behaviour(rows, ties=len(relations.friends(follows)), moment=at)
    beside = relations.side_by_side(rows, follows)
    for relation in beside["list"]:
        changes = _changes(rows, relation["customerId"])
        notes = provenance.of_notes(changes, relation.pop("made"), relation)
        relation["provenance"] = provenance.named(notes, names)
    origins = provenance.of_facts(_changes(rows, customer_id), rows["made"][0], facts)
    return {
        "facts": facts,
        "provenance": provenance.named(origins, names),
        "records": others,
        "relations": beside,
        "tags": shapes.tags(rows, names),
        "groups": shapes.groups(rows),
        "segments": shapes.segments(rows),
        "stage": shapes.stage(rows, names),
        "warnings": shapes.warnings(rows),
        "churn": shapes.churn(rows),
        "behaviour": behaved,
        "insights": _insights(rows, follows, behaved, at),
        "asOf": at,
    }


def _others(facts: dict[str, Any], actor: Actor) -> list[dict[str, Any]]:
    """The records merged into the customer, as the detail shows them. Who has none pays no statement."""
    if not facts.get("mergedCount"):
        return []
    ids = merging.ids_of(facts["id"])
    return in_detail([one for one in ids if one != facts["id"]], actor)


def _follows(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those who follow any of the records, each with which; the records are left with their facts."""
    found = []
    for one in records:
        one.pop("tags")
        found += [follow | {"customerId": one["id"]} for follow in one.pop("follows")]
    return found


def _changes(rows: Record, customer_id: int) -> list[Any]:
    return [row for row in rows["changes"] if row[-1] == customer_id]


def _actors(rows: Record) -> set[str]:
    tagged, staged = {row[7] for row in rows["tags"]}, {row[4] for row in rows["stage"]}
    made = [*rows["made"], *(row[4:-1] for row in rows["relations"])]
    return tagged | staged | provenance.actors(rows["changes"], made)


def _behaviour(rows: Record, *, ties: int, moment: dt.datetime) -> dict[str, Any]:
    zone = ZoneInfo(rows["corp"][0][0])
    by = thresholds(*rows["setting"][0]) if rows["setting"] else Thresholds()
    told, written, heard = rows["entries"], rows["follow_ups"], rows["talks"]
    entries = [Entry(kind, at) for kind, at in told[:ENTRIES]]
    entries += [Entry(EntryKind.FOLLOW_UP, at) for (at,) in written[:ENTRIES]]
    entries += [Entry(EntryKind.COMMUNICATION, at) for (at,) in heard[:ENTRIES]]
    entries += _comings(EntryKind.FOLLOWED, EntryKind.UNFOLLOWED, [row[1:3] for row in rows["episodes"]])
    entries += _comings(GROUP_JOINED, GROUP_LEFT, [row[2:4] for row in rows["groups"]])
    inside = sum(row[3] is None for row in rows["groups"])
    found = summary.of(entries, moment=moment, zone=zone, ties=ties + inside, thresholds=by)
    return found | {"entries": {"most": ENTRIES, "more": max(map(len, (told, written, heard))) > ENTRIES}}


def _comings(came: str, went: str, spans: list[Any]) -> list[Entry]:
    return [Entry(came, began) for began, _ended in spans] + [Entry(went, ended) for _began, ended in spans if ended]


def _insights(rows: Record, follows: list[dict[str, Any]], behaved: dict[str, Any], at: dt.datetime) -> list[Any]:
    stage = rows["stage"][0] if rows["stage"] and rows["stage"][0][0] else None
    known = Known(
        moment=at,
        stays=[Stay(*row[:4]) for row in rows["episodes"]],
        groups=[GroupStay(row[0], *row[2:5]) for row in rows["groups"]],
        behaviour=behaved,
        churn=[(row[0], row[2], row[3]) for row in rows["churn"]],
        stage=(stage[0], stage[3], stage[2]) if stage else None,
        remarks={follow["employeeId"]: follow["remark"] for follow in relations.friends(follows)},
    )
    called = {employee: name for employee, name, *_rest in rows["relations"]}
    return [
        {
            "code": finding.code,
            "tone": table.TONES[finding.code],
            "text": words.sentence(finding, called, stage[1] if stage else ""),
            "numbers": dict(finding.numbers),
            "evidence": dict(finding.evidence),
        }
        for finding in table.all_of(known)
    ]
