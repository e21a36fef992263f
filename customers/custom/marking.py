"""Which custom fields a company has, and which of them are personal data, at each version of its catalogue."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from customers.models import CustomField

# (subject, key) → kind.
Personal = Mapping[tuple[str, str], int]


class Marks(NamedTuple):
    """Attributes:
    there: whether there are any fields at all.
    personal: those that are personal data.
    """

    there: bool
    personal: Personal


@lru_cache(maxsize=10_000)
def marks(corp_id: int, catalogue: int) -> Marks:
    """One statement for each version of a company's catalogue, which rises with every change of a definition. Most
    companies have no fields, and are asked once."""
    rows = list(CustomField.objects.of_corp(corp_id).values_list("subject", "key", "kind", "personal"))
    return Marks(bool(rows), {(subject, key): kind for subject, key, kind, personal in rows if personal})


def personal_names(corp_id: int) -> frozenset[tuple[str, str]]:
    """(subject, key) of each, for who doesn't know the catalogue's version. One statement."""
    rows = CustomField.objects.of_corp(corp_id).filter(personal=True)
    return frozenset(rows.values_list("subject", "key"))


def personal_ids(corp_id: int) -> frozenset[int]:
    """The same by their ids. One statement."""
    return frozenset(CustomField.objects.of_corp(corp_id).filter(personal=True).values_list("pk", flat=True))
