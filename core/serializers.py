"""Serializers as the wire has them: camelCase names, nothing unknown, numbers that fit the database."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from core.time import FIRST, LAST

_MAX, _MIN = 2**63 - 1, -(2**63)
_LISTED_UNKNOWN = 20


class InstantField(serializers.DateTimeField):
    """A moment that can be shown in any zone: the ends of the calendar can't, and whoever looked at one would fail."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **options)

    def to_internal_value(self, value: Any) -> dt.datetime:
        moment = super().to_internal_value(value)
        if not FIRST <= moment <= LAST:
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss][+HH:MM|-HH:MM|Z]")
        return moment


def camel(name: str) -> str:
    """``follow_user_id`` → ``followUserId``."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


class CamelSerializer(serializers.Serializer):
    """Renames the fields once, when they are made, so that a row costs nothing more.

    Fields, ``source`` and ``validated_data`` keep Python's names; keys on the wire, in errors and in the schema are
    camelCase. A validator of one field is therefore named ``validate_followUserId``: prefer ``validate``.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        renamed: dict[str, serializers.Field] = {}
        for name, field in super().get_fields().items():
            wire = camel(name)
            if isinstance(field, serializers.SerializerMethodField):
                field.method_name = field.method_name or f"get_{name}"
            elif wire != name and field.source is None:
                field.source = name
            _bound(field)
            renamed[wire] = field
        return renamed

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise serializers.ValidationError(unknown | error.detail) from error
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    @cached_property
    def _known(self) -> set[str]:
        return {name for name, field in self.fields.items() if not field.read_only}

    def _unknown(self, data: Any) -> dict[str, Any]:
        """An error for each key that isn't a writable field."""
        if not isinstance(data, Mapping):
            return {}
        if not (more := set(data) - self._known):
            return {}
        error = ErrorDetail(_("There is no such field, or it can't be written."), code="unknown_field")
        return {str(key)[:100]: [error] for key in sorted(more, key=str)[:_LISTED_UNKNOWN]}


class CamelModelSerializer(CamelSerializer, serializers.ModelSerializer):
    """``CamelSerializer`` over a model."""


class _Encodable(ProhibitSurrogateCharactersValidator):
    """DRF's, which looks at each character of each text; but what can be encoded has no surrogates."""

    def __call__(self, value: Any) -> None:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            super().__call__(value)


def _bound(field: serializers.Field) -> None:
    """Hold whole numbers to 64 bits: more is the caller's mistake, not an error of the database driver."""
    if isinstance(field, serializers.ListField):
        field = field.child
    if isinstance(field, serializers.CharField):
        slow = ProhibitSurrogateCharactersValidator()
        field.validators = [_Encodable() if v == slow else v for v in field.validators]
    if isinstance(field, serializers.IntegerField):
        if field.max_value is None:
            field.validators.append(MaxValueValidator(_MAX))
        if field.min_value is None:
            field.validators.append(MinValueValidator(_MIN))
