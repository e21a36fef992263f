"""Why a rule did what it did, node by node: its condition as it was, and the facts that were kept with the effect."""

from collections.abc import Mapping
from typing import Any

from core.errors import RuleViolation
from corps.models import Corp
from segments.conditions import explaining, mentions
from segments.conditions.explaining import Explained
from segments.conditions.facts import Facts
from segments.conditions.nodes import Moment, Own
from segments.fields import FIELDS, SETS
from segments.fields.custom import with_own
from segments.fields.field import Fields
from segments.models import RuleEffect
from segments.rules import kept, saying
from segments.rules.judging import MOST_ROWS


def explained(effect: RuleEffect, corp: Corp) -> Explained | None:
    """As it was then. None where what was kept doesn't tell all of it: of a set only some rows, of a segment that is
    named what it asked then, and nothing where the condition can't be read any more."""
    try:
        condition = saying.condition(corp, effect.rule_version.condition)
        needed, owns = mentions.needs([condition]), mentions.owned([condition])
        known = _facts(effect.facts or {}, needed, owns)
    except (RuleViolation, KeyError):
        return None
    found = explaining.explain(condition, known, Moment(effect.at, corp.zone))
    # It acted, so it held.
    return found if found.holds else None


def _facts(held: Mapping[str, Any], needed: Mapping[str, Any], owns: Mapping[str, Mapping[str, Own]]) -> Facts:
    """Raises KeyError: something was not kept."""
    known: Facts = {}
    for rows, fields in needed.items():
        if rows == mentions.CUSTOMER:
            known |= _row(held, with_own(FIELDS, owns.get(rows)), fields)
            continue
        if len(held[rows]) >= MOST_ROWS:
            raise KeyError(rows)
        table = with_own(SETS[rows].fields, owns.get(rows))
        known[rows] = [_row(row, table, fields) for row in held[rows]]
    return known


def _row(held: Mapping[str, Any], table: Fields, fields: Mapping[str, Any]) -> Facts:
    return {key: kept.fact(table[key].kind.key, held[key]) for key in fields}
