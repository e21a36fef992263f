"""From what was written of a trigger to one that can be kept: every option known, every row the company's."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from customers.choices import AddWay
from segments.rules import refusals, rows
from segments.rules.triggers import foreign
from segments.rules.triggers.kinds import DAILY, FOREIGN, KEYWORD, KINDS

MOST_WORDS, WORD_LENGTH = 50, 30
REACHED = ("added", "silence")
MATCHES = ("contains", "is")
BY = ("externalUserid", "customerId")


def parse(document: Any, *, corp_id: int, path: str = "trigger") -> dict[str, Any]:
    """The trigger, its lists in order and what is empty left out. Raises RuleViolation, with the path of the fault."""
    if not isinstance(document, dict):
        raise refusals.wrong(path, _("An object is expected here."))
    key = refusals.one_of(document.get("kind"), f"{path}.kind", KINDS)
    kind = KINDS[key]
    refusals.known_keys(document, {"kind", *kind.refs, *kind.needs, *kind.options}, path)
    found: dict[str, Any] = {"kind": key}
    for option in (*kind.refs, *kind.needs, *kind.options):
        needed, given = option in kind.needs, document.get(option)
        if needed or given not in (None, [], ""):
            found[option] = _option(option, given, f"{path}.{option}", least=int(needed))
        if option in kind.refs:
            rows.check(corp_id, kind.refs[option], found.get(option, ()), f"{path}.{option}")
    _together(found, path)
    return found


def _option(option: str, given: Any, path: str, least: int) -> Any:
    if option in _OPTIONS:
        return _OPTIONS[option](given, path)
    return refusals.ids(given, path, least=least)


def _add_ways(given: Any, path: str) -> list[int]:
    if not isinstance(given, list):
        raise refusals.wrong(path, _("A list is expected here."))
    return sorted({refusals.one_of(way, path, AddWay.values) for way in given})


def _words(given: Any, path: str) -> list[str]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_WORDS:
        raise refusals.wrong(path, _("Name %(least)d to %(most)d here.") % {"least": 1, "most": MOST_WORDS})
    return list(dict.fromkeys(refusals.text(word, path, WORD_LENGTH) for word in given))


def _together(found: dict[str, Any], path: str) -> None:
    if found["kind"] == DAILY:
        found.setdefault("hour", 9)
        if ("reached" in found) != ("days" in found):
            raise refusals.wrong(f"{path}.days", _("Say what is reached, and after how many days."))
    if found["kind"] == FOREIGN:
        found.setdefault("customerBy", BY[0])
    if found["kind"] == KEYWORD:
        found.setdefault("match", MATCHES[0])


_OPTIONS: dict[str, Callable[[Any, str], Any]] = {
    "addWays": _add_ways,
    "words": _words,
    "match": lambda given, path: refusals.one_of(given, path, MATCHES),
    "hour": lambda given, path: refusals.number(given, path, 0, 23),
    "days": lambda given, path: refusals.number(given, path, 1, 3650),
    "reached": lambda given, path: refusals.one_of(given, path, REACHED),
    "event": foreign.event_name,
    "customerPath": foreign.payload_path,
    "customerBy": lambda given, path: refusals.one_of(given, path, BY),
    "compare": foreign.comparison,
}
