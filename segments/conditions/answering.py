"""A condition asked of one customer's facts. A tree becomes one function, so that thousands can be asked quickly."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from core.time import day_range
from customers.choices import CustomerStatus
from segments.conditions.facts import Facts
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Moment, Named, Node, Not, Some
from segments.conditions.universe import BLACKLISTED, asks_for_the_blacklisted
from segments.fields import FIELDS, SETS
from segments.fields.custom import asked_of
from segments.fields.field import Fields
from segments.fields.ops import NEGATIVE

# Of a customer's facts, or of those of one row of a set.
Answer = Callable[[dict[str, Any]], bool]


def holds(condition: Condition, facts: Facts, moment: Moment) -> bool:
    """Whether the customer of these facts answers to the condition. The same as being in ``compiled.rows``."""
    return _asker_of_day(condition, moment.today, moment.zone)(facts)


@lru_cache(maxsize=4096)
def _asker_of_day(condition: Condition, today: dt.date, zone: ZoneInfo) -> Answer:
    return asker(condition, Moment(day_range(today, zone)[0], zone))


def asker(condition: Condition, moment: Moment) -> Answer:
    """The condition as a function of facts. Every question is of whole days, so it is good for the moment's day."""
    asked = node_asker(condition.root, moment) if condition.root else _yes
    if asks_for_the_blacklisted(condition):
        return lambda facts: facts["status"] != CustomerStatus.DELETED and asked(facts)
    return lambda facts: facts["status"] != CustomerStatus.DELETED and not facts[BLACKLISTED] and asked(facts)


def node_asker(node: Node, moment: Moment, fields: Fields = FIELDS) -> Answer:
    """One node as a function of facts, and all below it."""
    match node:
        case All(parts):
            return _each(tuple(node_asker(part, moment, fields) for part in parts), until=False)
        case AnyOf(parts):
            return _each(tuple(node_asker(part, moment, fields) for part in parts), until=True)
        case Not(part):
            return _opposite(node_asker(part, moment, fields))
        case Named(means=means):
            return node_asker(means, moment, fields)
        case Asked(key, op, value):
            positive = NEGATIVE.get(op, op)
            test = asked_of(node, fields).kind.ops[positive].test(value, moment)
            return (lambda row: test(row[key])) if op == positive else (lambda row: not test(row[key]))
    return _some(node, moment)


def _yes(_row: dict[str, Any]) -> bool:
    return True


def _opposite(answer: Answer) -> Answer:
    return lambda row: not answer(row)


def _each(answers: tuple[Answer, ...], *, until: bool) -> Answer:
    def asked(row: dict[str, Any]) -> bool:
        for answer in answers:
            if answer(row) is until:
                return until
        return not until

    return asked


def _some(node: Some, moment: Moment) -> Answer:
    where = node_asker(node.where, moment, SETS[node.rows].fields) if node.where else _yes
    how, times = node.count
    rows = node.rows

    def asked(facts: dict[str, Any]) -> bool:
        found = sum(map(where, facts[rows]))
        return found >= times if how == "atLeast" else found <= times if how == "atMost" else found == times

    return asked
