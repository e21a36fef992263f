"""Keyword search by grams: any substring of name, remark or mobile, found through an index on every database.

MySQL's ngram parser is missing from MariaDB and SQLite's trigrams can't answer two Chinese characters, so the grams are
rows of ours (docs/decisions/0006-keyword-search.md).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

import orjson
from django.db import connection
from django.db.models.constants import OnConflict

from core.sql import incoming, insert_many, marks, on_conflict, send
from corps.actors import Actor
from corps.choices import Sight
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerGram

# Each gram is one more join, the databases end at sixty, and the text itself is compared anyway.
MAX_JOINS = 12
# Alternatives in one statement: SQLite's expressions go 1,000 deep.
_GRAMS_AT_ONCE = 500
TEXT_LENGTH = Customer._meta.get_field("search_text").max_length or 0


_NUMBER = re.compile(r"[0-9+()-]+")


def normalise(text: str) -> str:
    """Fold case and width and drop white space, so that ``ＡＢ c`` and ``abC`` meet."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split())


def text_of(*, name: str | None, mobile: str | None, remarks: Iterable[str] = (), others: str = "") -> str:
    """What the search sees of a customer: each part normalised, on a line of its own.

    Args:
        others: the lines of the records merged into it, behind its own.
    """
    parts = [*(normalise(p) for p in (name, mobile, *remarks) if p), *others.split("\n")]
    # A customer with fifty remarks keeps the first of them searchable; the column has a bound.
    return "\n".join(dict.fromkeys(p for p in parts if p))[:TEXT_LENGTH]


def together(texts: Iterable[str]) -> str:
    """The lines of several records' texts, each once."""
    return "\n".join(dict.fromkeys(line for text in texts for line in text.split("\n") if line))[:TEXT_LENGTH]


def grams(text: str) -> set[str]:
    """Every single character and every pair of neighbours of each line of ``text`` (already normalised)."""
    found: set[str] = set()
    for line in text.split("\n"):
        found.update(line)
        found.update(line[i : i + 2] for i in range(len(line) - 1))
    return found


def keys_of(keyword: str) -> tuple[list[str], bool]:
    """The grams a keyword needs, and whether they leave doubt.

    Returns:
        (grams, exact): two characters or fewer are one gram and need no second look. For longer ones, neighbouring
        pairs can occur apart from each other, so the text itself is compared as well.
    """
    word = normalise(keyword)
    if len(word) <= 2:
        return [word] if word else [], True
    pairs = dict.fromkeys(word[i : i + 2] for i in range(0, len(word) - 1, 2))
    pairs[word[-2:]] = None
    return list(pairs)[:MAX_JOINS], False


def guards(word: str, actor: Actor) -> bool:
    """Whether this (normalised) keyword could spell out, digit by digit, a number that the actor sees starred out.

    Then it finds whole numbers only, except among the customers whose numbers they see.
    """
    return actor.sight is not Sight.FULL and _NUMBER.fullmatch(word) is not None


def index_new(customers: Iterable[Customer]) -> None:
    """Write the grams of customers that have none yet."""
    _insert([(customer.corp_id, gram, customer) for customer in customers for gram in grams(customer.search_text)])


def reindex(customer: Customer, *, before: str) -> None:
    """Bring the grams from the text ``before`` to the customer's present ``search_text``."""
    old, new = grams(before), grams(customer.search_text)
    if gone := old - new:
        CustomerGram.objects.filter(corp_id=customer.corp_id, gram__in=gone, customer_id=customer.pk).delete()
    _insert([(customer.corp_id, gram, customer) for gram in new - old])


def turn(customer: Customer) -> None:
    """Tell the grams whether the customer, who has just been deleted or come back, is alive."""
    if found := sorted(grams(customer.search_text)):
        where = f"corp_id = %s AND customer_id = %s AND gram IN ({marks(len(found))})"
        params = [_alive(customer), customer.corp_id, customer.pk, *found]
        send(f"UPDATE customer_gram SET alive = %s WHERE {where}", params)  # noqa: S608


def remarks_of(pairs: Iterable[Any]) -> list[str]:
    """What employees noted of a customer that the search knows: remarks and mobiles, of relations in id order.

    Args:
        pairs: relations, or rows of theirs whose ``remark_mobiles`` are still JSON text.
    """
    found: list[str] = []
    for pair in sorted(pairs, key=lambda pair: (not pair.id, pair.id or pair.employee_id)):
        mobiles = pair.remark_mobiles
        found += [pair.remark, *(orjson.loads(mobiles) if isinstance(mobiles, str) else mobiles)]
    return found


def reindex_many(corp_id: int, texts: dict[int, tuple[str, str, int]], turned: Collection[int] = ()) -> None:
    """Bring the grams of many customers of a company from their texts of before to their present ones.

    Args:
        texts: customer id → (before, now, status).
        turned: those of them who have been deleted or have come back.
    """
    gone: dict[str, list[int]] = {}
    fresh: list[tuple[int, str, int, bool]] = []
    for customer_id, (before, now, status) in texts.items():
        old, new = grams(before), grams(now)
        for gram in old - new:
            gone.setdefault(gram, []).append(customer_id)
        stored = new if customer_id in turned else new - old
        fresh += [(corp_id, gram, customer_id, status != CustomerStatus.DELETED) for gram in stored]
    _delete_many(corp_id, gone)
    tail = on_conflict(["corp_id", "gram", "customer_id"], {"alive": incoming("alive")})
    # In key order, as in _insert.
    insert_many("customer_gram", ("corp_id", "gram", "customer_id", "alive"), sorted(fresh), tail)


def _delete_many(corp_id: int, gone: dict[str, list[int]]) -> None:
    ordered = sorted(gone.items())
    for start in range(0, len(ordered), _GRAMS_AT_ONCE):
        some = ordered[start : start + _GRAMS_AT_ONCE]
        either = " OR ".join(f"(gram = %s AND customer_id IN ({marks(len(ids))}))" for _gram, ids in some)
        params: list[Any] = [value for gram, ids in some for value in (gram, *sorted(ids))]
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM customer_gram WHERE corp_id = %s AND ({either})", [corp_id, *params])  # noqa: S608


def _insert(found: list[tuple[int, str, Customer]]) -> None:
    """Store grams: company, gram, customer each."""
    if not found:
        return
    verb = connection.ops.insert_statement(OnConflict.IGNORE)
    # In key order: two writers that insert in one order wait for each other instead of deadlocking.
    found.sort(key=lambda one: (one[0], one[1], one[2].pk))
    rows = ", ".join(f"({corp:d}, %s, {row.pk:d}, {_alive(row):d})" for corp, _gram, row in found)
    send(f"{verb} customer_gram (corp_id, gram, customer_id, alive) VALUES {rows}", [gram for _c, gram, _r in found])


def _alive(customer: Customer) -> bool:
    return customer.status != CustomerStatus.DELETED
