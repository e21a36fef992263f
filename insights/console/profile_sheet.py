"""A profile as its page shows it: the parts of the answer, in words."""

from collections.abc import Iterator
from typing import Any

from core.console_lists import badge
from customers.choices import CustomerStatus, RelationStatus
from customers.console.inlines import STATUS_COLOURS as RELATION_COLOURS
from customers.console.pages import STATUS_COLOURS
from customers.history.fields import NAMES
from insights.choices import Kind, Level
from insights.console import profile_words as words
from insights.console.churn import LEVEL_COLOURS as CHURN_COLOURS
from insights.console.profile_behaviour import behaviour
from insights.console.risks import LEVEL_COLOURS
from insights.profile.relations import COMPARED
from segments.choices import CAUSES

TONES = {"good": "success", "plain": "info", "bad": "danger"}
# Beside what is compared: how it stands and since when.
_ROWS = ("status", "addTime", "endedAt", *(name for name in COMPARED if name != "status"), "channel", "origin")


def of(told: dict[str, Any]) -> dict[str, Any]:
    """Everything that the template shows. No statement is sent."""
    facts = told["facts"]
    tags = {tag["tagId"]: tag["name"] for tag in told["tags"]["list"]}
    return {
        "name": facts["name"] or facts["externalUserid"],
        "status": badge(CustomerStatus(facts["status"]).label, STATUS_COLOURS[CustomerStatus(facts["status"])]),
        "blacklisted": facts["blacklisted"],
        "stage": told["stage"] and told["stage"] | {"why": words.origin(told["stage"])},
        "facts": list(_facts(told)),
        # Several records of one person: each thing then says of which it is.
        "several": bool(told["records"]),
        "records": [_record(record) for record in told["records"]],
        "insights": [one | {"badge": badge(words.TONE[one["tone"]], TONES[one["tone"]])} for one in told["insights"]],
        "relations": relations(told["relations"], tags),
        "tags": {**told["tags"], "list": [tag | {"why": list(_why(tag))} for tag in told["tags"]["list"]]},
        "groups": told["groups"],
        "segments": {**told["segments"], "list": [_segment(stay) for stay in told["segments"]["list"]]},
        "warnings": {**told["warnings"], "list": [_warning(row) for row in told["warnings"]["list"]]},
        "churn": {**told["churn"], "list": [_score(row) for row in told["churn"]["list"]]},
        "behaviour": behaviour(told["behaviour"]),
        "asOf": told["asOf"],
    }


def relations(beside: dict[str, Any], tags: dict[int, str]) -> dict[str, Any]:
    """A column for each employee, a row for each thing that any of them has."""
    columns = beside["list"]
    rows = [
        {
            "label": words.NAMES[name],
            "differs": name in beside["differences"],
            "cells": [{"text": _cell(name, one, tags), "why": words.noted(one, name)} for one in columns],
        }
        for name in _ROWS
    ]
    rows = [row for row in rows if any(cell["text"] != words.NOTHING for cell in row["cells"])]
    return {"columns": columns, "rows": rows, "more": beside["more"], "differ": bool(beside["differences"])}


def _cell(name: str, relation: dict[str, Any], tags: dict[int, str]) -> Any:
    value = relation["tagIds" if name == "tagIds" else name]
    if name == "status":
        return badge(RelationStatus(value).label, RELATION_COLOURS[RelationStatus(value)])
    if name == "tagIds":
        return words.several(tags.get(tag, str(tag)) for tag in value)
    return words.value(name, value)


def _facts(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in words.SHOWN_FACTS:
        value = told["facts"].get(name)
        if value not in (None, ""):
            origin = told["provenance"].get(name)
            shown = words.value(name, value)
            fact = {"name": name, "label": words.NAMES[name], "value": shown, "why": words.origin(origin)}
            yield fact | {"history": name in NAMES}


def _record(facts: dict[str, Any]) -> dict[str, Any]:
    """What a merged record says of the person itself."""
    shown = (words.value(name, facts.get(name)) for name in ("mobile", "gender", "province", "city", "channel"))
    return {
        "id": facts["id"],
        "name": facts["name"] or facts["externalUserid"],
        "facts": words.several(value for value in shown if value != words.NOTHING),
    }


def _why(tag: dict[str, Any]) -> Iterator[str]:
    yield words.origin(tag)
    if tag["rule"]:
        yield words.by_rule(tag["rule"]["ruleName"])


def _segment(stay: dict[str, Any]) -> dict[str, Any]:
    return stay | {"cause": CAUSES.get(stay["enteredBy"], stay["enteredBy"])}


def _warning(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "kind": Kind(row["kind"]).label,
        "badge": badge(Level(row["level"]).label, LEVEL_COLOURS[row["level"]]),
    }


def _score(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"badge": badge(row["score"], CHURN_COLOURS[row["level"]])}
