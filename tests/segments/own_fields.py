"""A custom field of each kind, of customers and of relations, with the values that databases like to confuse."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from core.time import now
from corps.models import Corp
from customers.choices import CustomKind, CustomSubject
from customers.custom import values
from customers.custom.kinds import CHOOSING
from customers.models import Customer, CustomField, CustomValue, FollowRelation
from segments.fields import FIELDS, custom
from segments.fields.field import Field, Fields
from segments.fields.relations import RELATION
from tests import make

K = CustomKind
_TEXTS = [
    "北京",
    "北京 ",
    "ABC",
    "abc",
    "Abc公司",
    "é",
    "É",
    "e",
    "100%_",
    "100",
    "😀",
    "😁",
    "a.b*c\\",
    "[x]",
    "ß",
    "İ",
]
_DAYS = [
    (1990, 5, 1),
    (2025, 12, 31),
    (2026, 1, 1),
    (2026, 3, 24),
    (2026, 3, 31),
    (2026, 4, 1),
    (2026, 4, 2),
    (2026, 12, 31),
]
# Both sides of the midnight of Shanghai.
_TIMES = [
    dt.datetime(2026, 3, 31, 15, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC),
    dt.datetime(2025, 12, 31, 15, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 3, 3, tzinfo=dt.UTC),
]
_NUMBERS = ["-1", "0", "0.0001", "0.1", "1", "1.5", "2", "30", "90", "99999999999.9999", "-99999999999.9999"]
_POOLS: dict[int, list[Any]] = {
    K.TEXT: _TEXTS,
    K.LONG_TEXT: [*_TEXTS, "一\n二 ABC"],
    K.NUMBER: [Decimal(one) for one in _NUMBERS],
    K.DATE: [dt.datetime(*day, tzinfo=dt.UTC) for day in _DAYS],
    K.DATE_TIME: _TIMES,
    K.FLAG: [Decimal(0), Decimal(1)],
    K.PHONE: ["4008", "+86 138"],
    K.LINK: ["https://example.com/A", "https://example.com/a"],
    K.EMAIL: ["a@example.com", "A@example.com"],
    K.FILES: ['[[1,"a.txt",3]]', '[[2,"b.txt",3],[3,"c.txt",3]]'],
}


def of(corp: Corp) -> list[CustomField]:
    """A field of each kind and subject; of choices one option is retired."""
    found = []
    for subject in CustomSubject:
        for kind in K:
            options = ("甲", "乙", "丙") if kind in CHOOSING else ()
            found.append(make.custom_field(corp, f"f{kind}", *options, kind=kind, subject=subject))
    for field in found:
        field.options.filter(label="丙").update(active=False)
    return found


def fill(fields: list[CustomField], customer: Customer, chance: random.Random) -> None:
    """Values for some of the fields, by the tables alone; some are left of another kind."""
    owners: list[Any] = [None, *FollowRelation.objects.filter(customer=customer).order_by("pk")]
    for owner in owners:
        for field in fields:
            fits = (field.subject == CustomSubject.CUSTOMER) is (owner is None)
            if fits and chance.random() < 0.6:
                _put(field, customer, owner, chance)


def _put(field: CustomField, customer: Customer, relation: Any, chance: random.Random) -> None:
    kind = field.kind if chance.random() < 0.85 else chance.choice(_LIKE[field.kind])
    row = CustomValue(corp_id=field.corp_id, field=field, customer=customer, relation=relation, kind=kind)
    row.actor, row.source, row.update_time = "system", "api", now()
    if kind in CHOOSING:
        row.save()
        options = list(field.options.order_by("pk").values_list("pk", flat=True))
        if options:
            chosen = chance.sample(options, 1 if kind == K.CHOICE else chance.randint(1, len(options)))
            values.choose({row.pk: row}, {row.pk: chosen})
        return
    values.filled(row, chance.choice(_POOLS[kind])).save()


# What may be left of a former kind: also such as stands in the same column.
_LIKE: dict[int, list[int]] = {
    K.TEXT: [K.PHONE, K.EMAIL],
    K.LONG_TEXT: [K.TEXT],
    K.NUMBER: [K.TEXT, K.FLAG],
    K.DATE: [K.DATE_TIME, K.TEXT],
    K.DATE_TIME: [K.DATE],
    K.FLAG: [K.NUMBER],
    K.CHOICE: [K.CHOICES, K.TEXT],
    K.CHOICES: [K.CHOICE],
    K.PHONE: [K.TEXT],
    K.LINK: [K.TEXT],
    K.EMAIL: [K.TEXT],
    K.FILES: [K.LONG_TEXT],
}


def tables(corp_id: int) -> dict[str, Fields]:
    """Set ("": the customer) → the custom fields that it has in conditions."""
    own = custom.Owned(corp_id)
    return {
        key: {f.key: f for f in own.offered(fields)} for key, fields in (("", FIELDS), ("relation", RELATION.fields))
    }


def value_of(field: Field, dice: random.Random) -> Any:
    """A value that a question may ask for."""
    if field.choices:
        return dice.choice(field.options())[0]
    return dice.choice(_ASKED[field.kind.key])


_ASKED: dict[str, list[Any]] = {
    "text": [*_TEXTS, "公", "B", "%", "_", "4008", "https://example.com/a", "a@example.com", "二 a"],
    "decimal": [-1, 0, 0.0001, 0.1, 1, 1.5, 2, 30, 99_999_999_999.9999, -99_999_999_999.9999],
    "time": ["1990-05-01", "2025-12-31", "2026-01-01", "2026-03-24", "2026-03-31", "2026-04-01", "2026-04-02"],
    "flag": [True, False],
}
