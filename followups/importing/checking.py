"""What the lines of a file mean, and what is wrong with them."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from core.time import FIRST, LAST, now
from corps.models import Employee
from customers.choices import CustomerStatus
from customers.models import Customer
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.importing.reading import Line
from followups.models import FollowUp
from followups.texts import LENGTH

# As many lines are looked up at once.
CHUNK = 500
# What a call was called in Chinese by exports before, and what people call it.
_FORMER = {"调用": FollowUpKind.CALL, "通话": FollowUpKind.CALL}


class Fault(Exception):
    """What is wrong with a line. Args: the column by its name on the wire, the code."""

    @property
    def column(self) -> str:
        return str(self.args[0])

    @property
    def code(self) -> str:
        return str(self.args[1])


@dataclass(frozen=True, slots=True)
class Judged:
    """A line, and the follow-up that it would be; without one it is at fault, or there already."""

    line: Line
    row: FollowUp | None = None
    fault: Fault | None = None


def judge(lines: Sequence[Line], *, corp_id: int, zone: ZoneInfo, actor: str) -> list[Judged]:
    """Read some lines, a ``CHUNK`` at most, as follow-ups of this company's customers and people.

    Args:
        actor: the label of who brings them in.
    """
    customers = _found(Customer, corp_id, "external_userid", lines, "status")
    people = _found(Employee, corp_id, "userid", lines)
    living = _living(corp_id, lines)
    judged = []
    for line in lines:
        if line.cells.get("id") in living:
            judged.append(Judged(line))
            continue
        try:
            row = _row(line, customers, people, zone)
        except Fault as fault:
            judged.append(Judged(line, fault=fault))
        else:
            row.corp_id, row.actor, row.import_key = corp_id, actor, _key(row)
            judged.append(Judged(line, row))
    keys = [str(one.row.import_key) for one in judged if one.row]
    known = set(FollowUp.objects.of_corp(corp_id).filter(import_key__in=keys).values_list("import_key", flat=True))
    return [Judged(one.line) if one.row and one.row.import_key in known else one for one in judged]


def once(judged: Iterable[Judged], met: set[str]) -> list[Judged]:
    """The same, but of lines with one key only the first is to be written. ``met`` are the keys that have come."""
    kept = []
    for one in judged:
        key = str(one.row.import_key) if one.row else ""
        kept.append(Judged(one.line) if key in met else one)
        met |= {key} - {""}
    return kept


def _row(line: Line, customers: dict[str, Any], people: dict[str, Any], zone: ZoneInfo) -> FollowUp:
    cells = line.cells
    customer = customers.get(cells["external_userid"])
    if customer is None or customer["status"] == CustomerStatus.DELETED:
        raise Fault("externalUserid", "customer_unknown")
    userid = cells.get("userid", "")
    if userid and userid not in people:
        raise Fault("userid", "employee_unknown")
    if not 1 <= len(cells["content"]) <= LENGTH or "\x00" in cells["content"]:
        raise Fault("content", "content_invalid")
    happened_at = _moment(cells["happened_at"], "happenedAt", zone)
    if happened_at is None or happened_at > now():
        raise Fault("happenedAt", "happened_invalid")
    return FollowUp(
        customer_id=customer["pk"],
        employee_id=people[userid]["pk"] if userid else None,
        content=cells["content"],
        happened_at=happened_at,
        next_at=_moment(cells.get("next_at", ""), "nextAt", zone),
        kind=_choice(FollowUpKind, cells.get("kind", ""), "kind") or FollowUpKind.NOTE,
        outcome=_choice(FollowUpOutcome, cells.get("outcome", ""), "outcome"),
    )


def _moment(text: str, column: str, zone: ZoneInfo) -> dt.datetime | None:
    """``2026-10-01 09:30`` of the company's zone, or with one of its own; None for none."""
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace("/", "-"))
        moment = moment and (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not FIRST <= moment <= LAST:
        raise Fault(column, "time_invalid")
    return moment


def _choice(kinds: Any, text: str, column: str) -> str:
    """A choice by its value or by what it is called in any language of ours; nothing for nothing."""
    if not text:
        return ""
    known = _labels(kinds)
    if text.lower() not in known:
        raise Fault(column, "choice_unknown")
    return known[text.lower()]


@cache
def _labels(kinds: Any) -> dict[str, str]:
    found: dict[str, str] = dict(_FORMER) if kinds is FollowUpKind else {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(label).lower(): value for value, label in kinds.choices}
    return found | {value: value for value in kinds.values}


def _key(row: FollowUp) -> str:
    facts = (row.customer_id, row.employee_id, row.happened_at.isoformat(), row.content)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _found(model: Any, corp_id: int, column: str, lines: Sequence[Line], *more: str) -> dict[str, dict[str, Any]]:
    """Rows of the company by this column's values in the lines, case and all."""
    wanted = sorted({line.cells.get(column, "") for line in lines} - {""})
    rows = model.objects.of_corp(corp_id).filter(**{f"{column}__in": wanted})
    return {row[column]: row for row in rows.values("pk", column, *more)} if wanted else {}


def _living(corp_id: int, lines: Sequence[Line]) -> set[str]:
    """The ids in an export that are still there: bringing it in again makes no second one."""
    texts = {text for line in lines if (text := line.cells.get("id", "")).isascii() and text.isdecimal()}
    ids = [int(text) for text in texts if len(text) < 19]
    rows = FollowUp.objects.of_corp(corp_id).filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
    return {str(pk) for pk in rows}
