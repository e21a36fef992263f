"""Texts compared alike by every database and here: whole ones to the byte, parts of them but for the case of A to Z."""

import re
import string
from collections.abc import Collection

from django.db.models import Q

from core.lookups import Bytes

_BYTES = Bytes.lookup_name
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(text: str) -> str:
    """The text with A to Z in small letters. Other alphabets have case too, but each database folds them otherwise."""
    return text.translate(_LOWER)


def same(column: str, texts: Collection[str]) -> Q:
    """The column is one of the texts, to the byte."""
    # The first part may use a key, the second one tells letters, accents and blanks apart.
    return Q((f"{column}__in", texts)) & Q((f"{column}__{_BYTES}__in", texts))


def filled(column: str) -> Q:
    """There is a text, and it isn't empty."""
    return Q((f"{column}__isnull", False)) & ~Q((f"{column}__{_BYTES}", ""))


def part(column: str, text: str, *, start: bool = False) -> Q:
    """The text occurs in the column, or begins it."""
    if folded(text) == text.upper():
        # Nothing in it has two cases, so the plain and cheaper comparison by bytes does.
        return Q((f"{column}__startswith" if start else f"{column}__contains", text))
    return Q((f"{column}__regex", ("^" if start else "") + "".join(map(_either_case, text))))


def _either_case(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return f"[{letter.lower()}{letter.upper()}]"
    return re.escape(letter)
