"""The facts of customers, as far as conditions ask for them: a few statements for up to a thousand customers.

A customer's facts are a dictionary by the keys of the fields, and under the keys of sets lists of such dictionaries.
What is linked to a row (tags, departments) is a frozenset of ids.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments.conditions.mentions import CUSTOMER, needs, owned, values_of
from segments.conditions.nodes import Condition, Moment
from segments.fields import FIELDS, SETS
from segments.fields.custom import with_own
from segments.fields.field import Asking, Fields

Facts = dict[str, Any]


def gather(
    customer_ids: Collection[int], *, corp_id: int, conditions: Iterable[Condition], moment: Moment | None = None
) -> dict[int, Facts]:
    """Customer id → their facts, as of now. Who isn't the company's has none."""
    asking = Asking(corp_id, moment or Moment(now(), Corp.objects.get(pk=corp_id).zone))
    conditions = list(conditions)
    needed, owns = needs(conditions), owned(conditions)
    people = Customer.objects.of_corp(corp_id).filter(pk__in=customer_ids)
    found = dict(_facts(people, "pk", with_own(FIELDS, owns.get(CUSTOMER)), needed[CUSTOMER], asking))
    for key, asked in needed.items():
        if key != CUSTOMER:
            rows = SETS[key]
            for facts in found.values():
                facts[key] = []
            of_them = rows.of(corp_id).filter(**{f"{rows.customer}__in": list(found)})
            some = values_of(rows.told_apart, key, conditions) if rows.told_apart else None
            if some is not None:
                of_them = of_them.filter(**{f"{rows.fields[rows.told_apart].column}__in": some})
            for customer, row in _facts(of_them, rows.customer, with_own(rows.fields, owns.get(key)), asked, asking):
                found[customer][key].append(row)
    return found


def _facts(
    rows: Any, owner: str, fields: Fields, asked: Mapping[str, set[int]], asking: Asking
) -> list[tuple[int, Facts]]:
    """(owner, facts) of each row. One statement for its columns, and those of each link."""
    wanted = [fields[key] for key in asked]
    columns = list(dict.fromkeys((owner, *(column for field in wanted for column in field.columns))))
    read = [dict(zip(columns, row, strict=True)) for row in rows.values_list(*columns)]
    found: list[tuple[int, Facts]] = [(row[owner], {}) for row in read]
    for field in wanted:
        if field.link is None:
            for row, (_owner, facts) in zip(read, found, strict=True):
                facts[field.key] = row[field.column]
            continue
        keys = [tuple(row[column] for column in field.columns) for row in read]
        held = field.link.held(asking, set(keys), asked[field.key])
        for key, (_owner, facts) in zip(keys, found, strict=True):
            facts[field.key] = held.get(key, field.link.nothing)
    return found
