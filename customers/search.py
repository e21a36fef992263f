"""Keyword search by grams: any substring of name, remark or mobile, found through an index on every database.

MySQL's ngram parser is missing from MariaDB and SQLite's trigrams can't answer two Chinese characters, so the grams are
rows of ours (docs/decisions/0006-keyword-search.md).
"""

import unicodedata
from collections.abc import Iterable

from django.db import connection
from django.db.models.constants import OnConflict

from customers.models import Customer, CustomerGram

# Each gram is one more join, the databases end at sixty, and the text itself is compared anyway.
MAX_JOINS = 12
TEXT_LENGTH = Customer._meta.get_field("search_text").max_length or 0


def normalise(text: str) -> str:
    """Fold case and width and drop white space, so that ``ＡＢ c`` and ``abC`` meet."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split())


def text_of(*, name: str | None, mobile: str | None, remarks: Iterable[str] = ()) -> str:
    """What the search sees of a customer: each part normalised, on a line of its own."""
    parts = [normalise(p) for p in (name, mobile, *remarks) if p]
    # A customer with fifty remarks keeps the first of them searchable; the column has a bound.
    return "\n".join(dict.fromkeys(p for p in parts if p))[:TEXT_LENGTH]


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


def index_new(customer: Customer) -> None:
    """Write the grams of a customer that has none yet."""
    _insert(customer, grams(customer.search_text))


def reindex(customer: Customer, *, before: str) -> None:
    """Bring the grams from the text ``before`` to the customer's present ``search_text``."""
    old, new = grams(before), grams(customer.search_text)
    if gone := old - new:
        CustomerGram.objects.filter(corp_id=customer.corp_id, gram__in=gone, customer_id=customer.pk).delete()
    if fresh := new - old:
        _insert(customer, fresh)


def _insert(customer: Customer, found: set[str]) -> None:
    if not found:
        return
    verb = connection.ops.insert_statement(OnConflict.IGNORE)
    # In key order: two writers that insert in one order wait for each other instead of deadlocking.
    values = [value for gram in sorted(found) for value in (customer.corp_id, gram, customer.pk)]
    rows = ", ".join(["(%s, %s, %s)"] * len(found))
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} customer_gram (corp_id, gram, customer_id) VALUES {rows}", values)
