"""The custom fields of a company, as conditions ask them: ``custom.<key>`` of the customer, or of a relation.

Every company has others, so they stand in no table: whoever reads a document looks them up, and the tree holds them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomKind, CustomSubject
from customers.custom.finding import fields_of
from segments.conditions.nodes import Asked, Own
from segments.fields import custom_links
from segments.fields.custom_kinds import KINDS
from segments.fields.customer import FIELDS
from segments.fields.field import Field, Fields
from segments.fields.relations import RELATION

PREFIX = "custom."
_CHOICES = (CustomKind.CHOICE, CustomKind.CHOICES)


class Owned:
    """The custom fields of one company, read at the first question about one: two statements."""

    def __init__(self, corp_id: int) -> None:
        self.corp_id = corp_id

    def named(self, key: str, fields: Fields) -> Own | None:
        """The field of this name among those of the customer, or of a set."""
        subject = _subject(fields)
        return self._all.get((subject, key)) if subject and key.startswith(PREFIX) else None

    def offered(self, fields: Fields) -> list[Field]:
        """Those that can be asked beside the given ones, without what is not in use any more."""
        subject = _subject(fields)
        return [field_of(_in_use(own)) for own in self._all.values() if own.active and own.subject == subject]

    @cached_property
    def _all(self) -> dict[tuple[str, str], Own]:
        rows = fields_of(self.corp_id).prefetch_related("options")
        return {(row.subject, PREFIX + row.key): _own(row) for row in rows}


def asked_of(asked: Asked, fields: Fields) -> Field:
    """The field that a question asks."""
    return field_of(asked.own) if asked.own else fields[asked.field]


def with_own(fields: Fields, own: Mapping[str, Own] | None) -> Fields:
    """The fields, and with them these of the company by their names in conditions."""
    return {**fields, **{name: field_of(each) for name, each in own.items()}} if own else fields


@lru_cache(maxsize=4096)
def field_of(own: Own) -> Field:
    """How a custom field is asked."""
    link = (custom_links.chosen if own.kind in _CHOICES else custom_links.value)(own)
    column, kind = KINDS[own.kind]
    choices = tuple((pk, label if active else _gone(label)) for pk, label, active in own.options)
    label = own.name if own.active else _gone(own.name)
    return Field(PREFIX + own.key, label, kind, column, choices=choices, link=link, personal=own.personal)


def names_retired(own: Own, value: Any) -> bool:
    """Whether a question's value is, or has among others, an option that is not in use any more."""
    asked: Iterable[Any] = value if isinstance(value, tuple) else (value,)
    return bool({pk for pk, _label, active in own.options if not active} & set(asked))


def _subject(fields: Fields) -> str:
    if fields is FIELDS:
        return CustomSubject.CUSTOMER
    return CustomSubject.RELATION if fields is RELATION.fields else ""


def _own(row: Any) -> Own:
    options = tuple((option.pk, option.label, option.active) for option in row.options.all())
    return Own(row.pk, row.key, row.name, row.kind, row.subject, options, row.active, row.personal)


def _in_use(own: Own) -> Own:
    return replace(own, options=tuple(each for each in own.options if each[2]))


def _gone(name: str) -> Any:
    return format_lazy("{} ({})", name, _("not in use"))
