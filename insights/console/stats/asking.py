"""The question of a page's address, in the terms of the reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import RuleViolation
from insights.console.stats.forms import BY, QuestionForm
from insights.console.stats.kinds import DAYS, WHOSE, Kind
from insights.console.stats.reader import Reader
from insights.stats import reading, scopes
from insights.stats.periods import Period, period
from insights.stats.scopes import Scope
from insights.stats.terms import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """Attributes:
    more: which number orders the lines, and which page of them.
    form: as it is shown, with why it can't be asked.
    query: what the pages beside this one are asked too.
    """

    reader: Reader
    scope: Scope
    period: Period
    more: dict[str, Any]
    form: QuestionForm
    query: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        return bool(self.form.errors)


def asked(reader: Reader, kind: Kind, data: Mapping[str, str]) -> Asked:
    """What is asked; where it can't be, what is told to who asks nothing."""
    form = QuestionForm(reader, kind.fields, data)
    given = form.cleaned_data if form.is_valid() else {}
    try:
        days = _period(reader, kind, given)
    except RuleViolation as refusal:
        form.add_error(None, str(refusal.message))
        given, days = {}, _period(reader, kind, {})
    if not form.errors:
        ends = {"first": days.first.isoformat(), "last": days.last.isoformat(), "by": days.span.name.lower()}
        form.data = dict(data) | ends
    return Asked(reader, _scope(reader, given), days, _more(kind, data), form, _query(reader, kind, given))


def _scope(reader: Reader, given: dict[str, Any]) -> Scope:
    # The form found them among those whom the reader may see.
    named: dict[str, Any] = {"department": given.get("department"), "channel_id": given.get("channel")}
    named["employee_id"] = getattr(given.get("employee"), "pk", None)
    return scopes.asked(reader.actor, **named) if any(one is not None for one in named.values()) else reader.own


def _query(reader: Reader, kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"corp": reader.corp.pk} if reader.roams else {}
    names = (*WHOSE, "channel", *(() if kind.lately else (*DAYS, "by")))
    for name in names:
        if (value := given.get(name)) not in (None, ""):
            values[name] = getattr(value, "pk", value)
    return values


def _period(reader: Reader, kind: Kind, given: dict[str, Any]) -> Period:
    if kind.lately:
        return period(reader.corp, Span.DAY, None, reading.newest(reader.corp.pk))
    span = kind.span or BY[given.get("by") or "day"]
    return period(reader.corp, span, given.get("first"), given.get("last"), most=kind.most[span] if kind.most else None)


def _more(kind: Kind, data: Mapping[str, str]) -> dict[str, Any]:
    if not kind.sorts:
        return {}
    sort, page = data.get("sort", ""), data.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 3 else 1
    return {"sort": sort if sort in kind.sorts else kind.sorts[0], "page": max(1, number)}
