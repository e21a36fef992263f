"""What rules kept of customers, as it may be told: numbers and personal custom fields starred out for everybody."""

from collections.abc import Mapping
from typing import Any

from customers.choices import CustomSubject
from customers.custom import marking
from customers.privacy import masking
from customers.privacy.stars import in_words
from segments.fields.custom import PREFIX


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """What a rule changed, with the numbers in remarks, before and after, starred out for everybody."""
    if "remarks" not in changes:
        return changes
    return changes | {"remarks": [[who, *map(in_words, texts)] for who, *texts in changes["remarks"]]}


class Noted:
    """Tells the facts of a page of effects: a company's personal fields are read once, where a fact is of a custom
    field at all."""

    def __init__(self) -> None:
        self._personal: dict[int, frozenset[tuple[str, str]]] = {}
        self._ids: dict[int, frozenset[int]] = {}

    def told(self, facts: Any, corp_id: int) -> Any:
        """Facts as ``judging.plain`` keeps them."""
        return self._row(masking.noted(facts), CustomSubject.CUSTOMER, corp_id) if isinstance(facts, dict) else facts

    def changes(self, changes: dict[str, Any], corp_id: int) -> dict[str, Any]:
        """What an effect changed, as it keeps it."""
        if "fields" not in changes:
            return changes
        if corp_id not in self._ids:
            self._ids[corp_id] = marking.personal_ids(corp_id)
        hidden = self._ids[corp_id]
        return changes | {
            "fields": [
                [field, *(_starred(kept) if field in hidden else kept for kept in (before, after))]
                for field, before, after in changes["fields"]
            ]
        }

    def _row(self, row: Mapping[str, Any], subject: str, corp_id: int) -> dict[str, Any]:
        return {name: self._fact(name, held, subject, corp_id) for name, held in row.items()}

    def _fact(self, name: str, held: Any, subject: str, corp_id: int) -> Any:
        if isinstance(held, list) and held and isinstance(held[0], dict):
            # Of the sets only the relations have fields of their own.
            return [self._row(row, CustomSubject.RELATION, corp_id) for row in held]
        if name.startswith(PREFIX) and held not in (None, "", []):
            return masking.STARS if (subject, name.removeprefix(PREFIX)) in self._of(corp_id) else held
        return held

    def _of(self, corp_id: int) -> frozenset[tuple[str, str]]:
        if corp_id not in self._personal:
            self._personal[corp_id] = marking.personal_names(corp_id)
        return self._personal[corp_id]


def _starred(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    return kept and kept | {"value": masking.STARS}
