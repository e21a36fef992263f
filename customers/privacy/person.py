"""Find what the tables hold of one customer, by the marks of their columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from core.personal import Table
from customers.models import Customer, FollowRelation, ValueChange

# Rows of a table without an index for it that one statement looks through.
STRIDE = 5_000
# Shorter texts turn up by chance.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as tables may name them.

    Attributes:
        lane: how commands name them.
        words: texts that are theirs alone: ids and numbers.
    """

    corp_id: int
    id: int
    external_userid: str
    lane: str
    words: tuple[str, ...]

    def patterns(self) -> list[str]:
        """What a text that names them contains."""
        named = [f'"customerId":{blank}{self.id}{end}' for blank in ("", " ") for end in (",", "}")]
        return [*self.words, *named]


def of(customer: Customer) -> Person:
    noted = FollowRelation.objects.filter(customer=customer).values_list("remark_mobiles", flat=True)
    words = [
        customer.external_userid,
        customer.unionid,
        customer.mobile,
        *(number for some in noted for number in some),
        *_former(customer),
    ]
    told = tuple(dict.fromkeys(word for word in words if word and len(word) >= _SHORTEST))
    return Person(customer.corp_id, customer.pk, customer.external_userid, f"customer:{customer.pk}", told)


def _former(customer: Customer) -> Iterator[Any]:
    """Numbers that were theirs before, as far as the history goes."""
    rows = ValueChange.objects.filter(customer=customer, field__in=("mobile", "unionid", "remarkMobiles"))
    for pair in rows.values_list("before", "after"):
        for value in pair:
            yield from value if isinstance(value, list) else [value]


def rows_of(person: Person, model: Any, table: Table) -> Any:
    """The rows that say by one of their columns that they are theirs."""
    theirs = Q()
    for column, what in table.by.items():
        field = model._meta.get_field(column)
        theirs |= Q((field.attname, getattr(person, what)))
    corp = {} if model is Customer else {"corp_id": person.corp_id}
    return model._default_manager.filter(theirs, **corp)


def named_in(person: Person, model: Any, table: Table) -> Iterator[list[int]]:
    """Ids of rows in whose texts they are named, some at a time: looked for in all of the company's rows.

    Rows whose company could not be read (0) are looked at too.
    """
    columns, patterns = table.within.split(), person.patterns()
    name = connection.ops.quote_name
    either = " OR ".join(f"{_text(name(column))} LIKE %s" for column in columns for _pattern in patterns)
    values = [f"%{connection.ops.prep_for_like_query(pattern)}%" for _column in columns for pattern in patterns]
    escape = "" if connection.vendor == "mysql" else " ESCAPE '\\'"
    either = either.replace("%s", f"%s{escape}")
    where = f"id > %s AND id <= %s AND corp_id IN (%s, 0) AND ({either})"
    sql = f"SELECT id FROM {name(model._meta.db_table)} WHERE {where} ORDER BY id"  # noqa: S608
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        for start in range(0, last, STRIDE):
            cursor.execute(sql, [start, start + STRIDE, person.corp_id, *values])
            if found := [row[0] for row in cursor.fetchall()]:
                yield found


def _text(column: str) -> str:
    # SQLite finds no text in bytes.
    return column if connection.vendor == "mysql" else f"CAST({column} AS TEXT)"
