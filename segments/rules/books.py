"""The active rules of a company, read and made ready once, and kept in memory until one of them changes."""

from dataclasses import dataclass, field
from typing import Any

from core.errors import RuleViolation
from core.sql import on_conflict, send
from corps.models import Corp
from segments.conditions.nodes import Condition
from segments.models import RuleBook, RuleVersion, TagRule
from segments.rules import saying
from segments.rules.actions import parsing as actions
from segments.rules.actions.planning import ONCE
from segments.rules.triggers.kinds import DAILY, FOREIGN, KINDS


@dataclass(frozen=True, slots=True)
class Armed:
    """One rule as it is in force."""

    rule_id: int
    version_id: int
    number: int
    order: int
    hourly_limit: int
    trigger: dict[str, Any]
    condition: Condition
    actions: list[dict[str, Any]]

    @property
    def rank(self) -> tuple[int, int]:
        return self.order, self.rule_id

    @property
    def tag_ids(self) -> set[int]:
        return actions.tag_ids(self.actions)

    @property
    def needs(self) -> dict[str, Any]:
        """What its actions have to know, as ``scene.of`` takes it."""
        return {"tag_ids": self.tag_ids, "field_ids": self.field_ids, "once": [self.rule_id] if self.once else ()}

    @property
    def field_ids(self) -> set[int]:
        return actions.field_ids(self.actions)

    @property
    def once(self) -> bool:
        """Whether it matters if it has been to a customer before."""
        return any(action["do"] in ONCE for action in self.actions)


@dataclass(slots=True)
class Book:
    """Attributes:
    heard: event name → the rules that it may set off, those that go before others first.
    broken: rules of which something that they name is gone.
    """

    corp: Corp
    stamp: int
    heard: dict[str, list[Armed]] = field(default_factory=dict)
    daily: list[Armed] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


_books: dict[int, Book] = {}
_INSERT = "INSERT INTO tag_rule_book (corp_id, stamp) VALUES (%s, 1) "


def of(corp_id: int) -> Book | None:
    """The company's book as it is now; None where there never was a rule. One small statement where nothing changed."""
    stamp = RuleBook.objects.filter(corp_id=corp_id).values_list("stamp", flat=True).first()
    if stamp is None:
        return None
    known = _books.get(corp_id)
    if known is None or known.stamp != stamp:
        known = _books[corp_id] = _read(corp_id, stamp)
    return known


def outdate(corp_id: int) -> None:
    """Have every process read the book anew, once this transaction has committed."""
    send(_INSERT + on_conflict(["corp_id"], {"stamp": "tag_rule_book.stamp + 1"}), [corp_id])


def forget() -> None:
    """For tests: companies of other tests had other rules."""
    _books.clear()


def arm(version: RuleVersion, corp: Corp) -> Armed:
    """A version as it would be in force. Raises RuleViolation: its condition names what is gone."""
    rule = version.rule
    asked = saying.condition(corp, version.condition)
    facts = (rule.pk, version.pk, version.number, rule.order, rule.hourly_limit)
    return Armed(*facts, version.trigger, asked, version.actions)


def _read(corp_id: int, stamp: int) -> Book:
    book = Book(Corp.objects.get(pk=corp_id), stamp)
    rules = TagRule.objects.of_corp(corp_id).filter(state=TagRule.State.ACTIVE)
    live = [(rule.pk, rule.live_number or 0) for rule in rules.order_by("order", "pk")]
    said = RuleVersion.objects.filter(rule__in=rules).select_related("rule")
    found = {(version.rule_id, version.number): version for version in said}
    for key in live:
        try:
            armed = arm(found[key], book.corp)
        except RuleViolation:
            book.broken.append(key[0])
        else:
            _enter(book, armed)
    return book


def _enter(book: Book, armed: Armed) -> None:
    kind = armed.trigger["kind"]
    if kind == DAILY:
        book.daily.append(armed)
    names = (armed.trigger["event"],) if kind == FOREIGN else KINDS[kind].events
    for name in names:
        book.heard.setdefault(name, []).append(armed)
