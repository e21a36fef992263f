"""Values of custom fields as callers write them: each function takes JSON and raises ValueError with a sentence."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from customers.custom.entries import MOST_FILES, Entries

TEXT_LENGTH, LONG_LENGTH, EMAIL_LENGTH = 500, 5_000, 254
MOST_CHOSEN = 50
_DIGITS, _PLACES = 15, 4
# Years that conditions can name too.
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{2,28}[0-9]")
_is_link, _is_email = URLValidator(schemes=["http", "https"]), EmailValidator()


def text(raw: Any) -> str:
    return _words(raw, TEXT_LENGTH, lines=False)


def long_text(raw: Any) -> str:
    return _words(raw, LONG_LENGTH, lines=True)


def number(raw: Any) -> Decimal:
    """A number, or a text that is one: callers whose numbers are floats can so send what they mean."""
    try:
        if isinstance(raw, (int, float, str)) and not isinstance(raw, bool) and len(str(raw)) <= 40:
            found = Decimal(str(raw).strip())
            limit = Decimal(10) ** (_DIGITS - _PLACES)
            if found.is_finite() and abs(found) < limit and found == found.quantize(Decimal(1).scaleb(-_PLACES)):
                return found
    except ArithmeticError:
        pass
    raise ValueError(
        _("A number below 10^%(n)d with at most %(m)d decimals is needed here.")
        % {"n": _DIGITS - _PLACES, "m": _PLACES}
    )


def date(raw: Any) -> dt.datetime:
    """The day's midnight in UTC, in whatever zone the company is."""
    try:
        day = dt.date.fromisoformat(raw)
    except (TypeError, ValueError):
        day = dt.date.min
    if _FIRST <= day <= _LAST and day.isoformat() == raw:
        return dt.datetime.combine(day, dt.time(), dt.UTC)
    raise ValueError(_("A day such as 2026-01-31 is needed here."))


def date_time(raw: Any) -> dt.datetime:
    """Whole seconds, as times leave the service."""
    try:
        moment = parse_datetime(raw) if isinstance(raw, str) and raw.isascii() else None
    except ValueError:
        moment = None
    if moment and moment.tzinfo and _FIRST.year < moment.year < _LAST.year:
        return moment.astimezone(dt.UTC).replace(microsecond=0)
    raise ValueError(_("A time such as 2026-01-31T08:30:00+08:00 is needed here."))


def flag(raw: Any) -> Decimal:
    if type(raw) is bool:
        return Decimal(raw)
    raise ValueError(_("true or false is needed here."))


def phone(raw: Any) -> str:
    found = _words(raw, TEXT_LENGTH, lines=False)
    if _PHONE.fullmatch(found):
        return found
    raise ValueError(_("A phone number has 4 to 30 digits, blanks, brackets and dashes, perhaps after a plus sign."))


def link(raw: Any) -> str:
    found = _words(raw, TEXT_LENGTH, lines=False)
    return _valid(_is_link, found, _("A link such as https://example.com is needed here."))


def email(raw: Any) -> str:
    found = _words(raw, EMAIL_LENGTH, lines=False)
    return _valid(_is_email, found, _("An e-mail address is needed here."))


def choice(raw: Any) -> tuple[int, ...]:
    if type(raw) is int and raw > 0:
        return (raw,)
    raise ValueError(_("The id of one option is needed here."))


def choices(raw: Any) -> tuple[int, ...]:
    if isinstance(raw, list) and len(raw) <= MOST_CHOSEN and all(type(one) is int and one > 0 for one in raw):
        return tuple(sorted(set(raw)))
    raise ValueError(_("A list of at most %(n)d ids of options is needed here.") % {"n": MOST_CHOSEN})


def files(raw: Any) -> str:
    """As they are stored. Of those that a field has, callers name by id which stay; only ``Entries`` add some."""
    if isinstance(raw, Entries):
        return raw.stored()
    ids: list[Any] = (
        [one.get("id") if isinstance(one, dict) else one for one in raw] if isinstance(raw, list) else [None]
    )
    if all(type(one) is int and one > 0 for one in ids) and len(ids) <= MOST_FILES:
        return Entries((one, "", 0) for one in sorted(set(ids))).stored()
    raise ValueError(_("A list of the ids of files that the field has is needed here."))


def _words(raw: Any, length: int, *, lines: bool) -> str:
    found = raw.strip().replace("\r\n", "\n") if isinstance(raw, str) else ""
    shown = found.replace("\n", "").replace("\t", "") if lines else found
    # Joiners of emoji are no letters to Python either; what it calls control characters is what nobody can see.
    if 0 < len(found) <= length and not any(ord(letter) < 32 or "\ud800" <= letter <= "\udfff" for letter in shown):
        return found
    raise ValueError(_("A text of 1 to %(n)d characters is needed here.") % {"n": length})


def _valid(validator: Any, found: str, message: str) -> str:
    try:
        validator(found)
    except ValidationError:
        raise ValueError(message) from None
    return found
