"""By what a customer can be known again: keys made of unionid, of phone numbers, and of names with places."""

import hashlib
import unicodedata
from collections.abc import Iterable

from customers.choices import KeyKind
from customers.search import normalise

# Shorter numbers are extensions and slips of the pen.
_LEAST = 7
_LEAST_NAME = 2
_CHINA, _MOBILE = "86", 11


def phone_of(text: str | None) -> str:
    """The digits of a phone number, without the country's where it is China's; "" for what is none."""
    folded = unicodedata.normalize("NFKC", text or "")
    digits = "".join(c for c in folded if c in "0123456789").lstrip("0")
    if len(digits) == len(_CHINA) + _MOBILE and digits.startswith(_CHINA):
        digits = digits.removeprefix(_CHINA)
    return digits if len(digits) >= _LEAST else ""


def keys_of(*, unionid: str | None, mobile: str | None, noted: Iterable[str]) -> set[tuple[int, int]]:
    """(key, kind) of everything a customer can be known again by.

    A number in a remark has the same key as one in the customer's own column, so that they meet.
    """
    found = {(_key("unionid", unionid), int(KeyKind.UNIONID))} if unionid else set()
    own = phone_of(mobile)
    if own:
        found.add((_key("phone", own), int(KeyKind.MOBILE)))
    others = {phone_of(number) for number in noted} - {own, ""}
    return found | {(_key("phone", number), int(KeyKind.NOTED)) for number in others}


def _key(of: str, value: str) -> int:
    # Eight bytes: two of a million customers' keys meet by chance once in ten million companies.
    made = hashlib.blake2b(f"{of}:{value}".encode(), digest_size=8).digest()
    return int.from_bytes(made, "big", signed=True)


def named_keys_of(*, name: str | None, city: str | None, companies: Iterable[str]) -> set[tuple[int, int]]:
    """(key, kind) of a name together with the city, and with each company that somebody is said to be of.

    A name alone says nothing, and neither does one of a single character.
    """
    called = normalise(name or "")
    if len(called) < _LEAST_NAME:
        return set()
    beside = {("city", normalise(city or ""))} | {("company", normalise(company)) for company in companies}
    return {(_key(f"name and {what}", f"{called}\n{place}"), int(KeyKind.NAMED)) for what, place in beside if place}
