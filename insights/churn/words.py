"""The reasons of a score in words, in the language now active."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext


def sentence(code: str, number: int) -> str:
    """One reason with its number. A code that no longer exists says its name."""
    say = _WORDS.get(code)
    return say(number) % {"n": number} if say else f"{code} {number}"


def sentences(reasons: Iterable[Sequence[Any]]) -> list[str]:
    """The reasons of a row, each with its points: ``silent for 45 days (+15)``."""
    return [f"{sentence(code, number)} ({points:+d})" for code, number, points in reasons]


_WORDS: dict[str, Callable[[int], str]] = {
    "silent": lambda n: ngettext("last contact %(n)d day ago", "last contact %(n)d days ago", n),
    "kept": lambda n: ngettext("a friend for %(n)d day", "a friend for %(n)d days", n),
    "contacts": lambda n: ngettext("%(n)d contact in 90 days", "%(n)d contacts in 90 days", n),
    "pace": lambda n: gettext("contacts this month at %(n)d%% of the pace before"),
    "groups": lambda n: ngettext("in %(n)d group chat", "in %(n)d group chats", n),
    "groups_left": lambda n: ngettext("left %(n)d group chat in 90 days", "left %(n)d group chats in 90 days", n),
    "left_before": lambda n: ngettext("has deleted us %(n)d time", "has deleted us %(n)d times", n),
    "colleagues": lambda n: ngettext("%(n)d colleague's friend too", "%(n)d colleagues' friend too", n),
    "tags": lambda n: ngettext("%(n)d tag", "%(n)d tags", n),
}
