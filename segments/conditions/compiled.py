"""A condition as SQL: one statement, whatever the tree."""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from customers.models import Customer
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Moment, Named, Node, Not, Some
from segments.conditions.universe import asks_for_the_blacklisted
from segments.fields import FIELDS, SETS
from segments.fields.custom import asked_of
from segments.fields.field import Asking, Fields
from segments.fields.ops import NEGATIVE


def rows(condition: Condition, moment: Moment) -> Any:
    """The customers who answer to the condition: all that live, but who is on the blacklist only where it is asked."""
    living = Customer.objects.of_corp(condition.corp_id).alive()
    if not asks_for_the_blacklisted(condition):
        living = living.not_blacklisted()
    return living.filter(q(condition, moment))


def q(condition: Condition, moment: Moment) -> Q:
    """The tree alone, for a queryset of the company's customers."""
    return node_q(condition.root, condition.corp_id, moment) if condition.root else Q()


def node_q(node: Node, corp_id: int, moment: Moment) -> Q:
    """One node, and all below it."""
    return _compiled(node, FIELDS, Asking(corp_id, moment))


def _compiled(node: Node, fields: Fields, asking: Asking) -> Q:
    match node:
        case All(parts):
            return reduce(and_, (_compiled(part, fields, asking) for part in parts))
        case AnyOf(parts):
            return reduce(or_, (_compiled(part, fields, asking) for part in parts))
        case Not(part):
            return ~_compiled(part, fields, asking)
        case Named(means=means):
            return _compiled(means, fields, asking)
        case Asked(_key, op, value):
            field, positive = asked_of(node, fields), NEGATIVE.get(op, op)
            asked = field.kind.ops[positive].q(field, value, asking)
            return asked if op == positive else ~asked
    return _some(node, asking)


def _some(node: Some, asking: Asking) -> Q:
    of = SETS[node.rows]
    found = of.of(asking.corp_id)
    if node.where:
        found = found.filter(_compiled(node.where, of.fields, asking))
    how, times = node.count
    at_least = _owners(found, of.customer, times) if times else None
    more = None if how == "atLeast" else ~_owners(found, of.customer, times + 1)
    return reduce(and_, (part for part in (at_least if how != "atMost" else None, more) if part is not None))


def _owners(found: QuerySet[Any], customer: str, times: int) -> Q:
    """Customers who have so many of the rows, or more."""
    if times > 1:
        found = found.values(customer).annotate(times=Count("pk")).filter(times__gte=times)
    return Q(pk__in=found.values(customer))
