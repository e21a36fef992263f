"""Stars in the place of numbers: of one number, and of those that somebody wrote into a text. Pure functions."""

import re

STARS = "****"
# So many digits of a mobile follow whatever stands before it to dial a country.
_LONG = 11
# What may stand between two digits of a number that is written in groups: blanks, hyphens and dots, also of full width.
_GAP = "[ \\-.\u00a0\u3000\uff0d\u2013]?"
# Nothing else may begin where one ends, so that nothing is left of which a second look would make one.
_EMAIL = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}"
# The birthday in its middle tells it from an order's number.
_DAY = rf"(?:1[89]|20)\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
_ID = rf"(?<!\d)[1-9]\d{{5}}{_GAP}{_DAY}{_GAP}\d{{3}}[\dXx](?![\dXx])"
_MOBILE = rf"(?<!\d)(?:(?:\+|00)?86{_GAP}|0)?[1\uff11][3-9\uff13-\uff19](?:{_GAP}\d){{9}}(?!\d)"
_NUMBERS = re.compile(rf"(?P<email>{_EMAIL})|(?P<id>{_ID})|(?P<mobile>{_MOBILE})")
# What could spell a number out, asked for piece by piece: three digits of a row, or the middle of an address.
PART = re.compile(r"\d\D{0,2}\d\D{0,2}\d|@")
_NO_DIGIT = re.compile(r"[^\dXx]")


def hidden(number: str | None) -> str | None:
    """``138****0000``; of a short one nothing is left. That there is none is told."""
    if not number:
        return number
    return f"{number[:3]}{STARS}{number[-4:]}" if len(number) >= _LONG else STARS


def in_words(text: str) -> str:
    """A text with its numbers starred out: mainland mobiles (also +86, and in groups), e-mail addresses, and identity
    numbers of 18 digits. The rest stays as it is, and a second time changes nothing. More digits beside it make a
    number none: an order's, a card's."""
    return _NUMBERS.sub(_starred, text)


def stars_in(text: str) -> list[str]:
    """What stands in the place of each number of a text."""
    return [_starred(match) for match in _NUMBERS.finditer(text)]


def _starred(match: re.Match[str]) -> str:
    if match["email"]:
        return hidden(match[0]) or ""
    digits = _NO_DIGIT.sub("", match[0])
    return hidden(digits if match["id"] else digits[-_LONG:]) or ""
