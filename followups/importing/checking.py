"""What the lines of a file mean, and what is wrong with them: everything is looked at before anything is written."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.errors import FieldError
from core.time import FIRST, LAST, now
from corps.actors import Actor
from corps.models import Employee
from customers.choices import CustomerStatus
from customers.models import Customer
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.importing.reading import Line
from followups.models import FollowUp
from followups.texts import LENGTH

_CHUNK = 500


@dataclass(slots=True)
class Checked:
    """``rows`` are those to write, each once; ``known`` how many lines are there already."""

    rows: dict[str, FollowUp] = field(default_factory=dict)
    known: int = 0
    faults: list[FieldError] = field(default_factory=list)


class _Fault(Exception):
    """Args: the column, the code, the sentence."""


def check(lines: Sequence[Line], *, corp_id: int, zone: ZoneInfo, by: Actor) -> Checked:
    """Read the lines as follow-ups of this company's customers and people."""
    customers = _found(Customer, corp_id, "external_userid", lines, "status")
    people = _found(Employee, corp_id, "userid", lines)
    living = _living(corp_id, lines)
    checked = Checked()
    for line in lines:
        if line.cells.get("id") in living:
            checked.known += 1
            continue
        try:
            row = _row(line, customers, people, zone)
        except _Fault as fault:
            column, code, message = fault.args
            checked.faults.append(FieldError(f"lines.{line.number}.{column}", code, message))
        else:
            row.corp_id, row.actor = corp_id, by.label
            row.import_key = _key(row)
            checked.rows.setdefault(row.import_key, row)
    _leave_out_known(checked, corp_id)
    return checked


def _row(line: Line, customers: dict[str, Any], people: dict[str, Any], zone: ZoneInfo) -> FollowUp:
    cells = line.cells
    customer = customers.get(cells["external_userid"])
    if customer is None or customer["status"] == CustomerStatus.DELETED:
        raise _Fault("externalUserid", "customer_unknown", _("There is no such customer."))
    userid = cells.get("userid", "")
    if userid and userid not in people:
        raise _Fault("userid", "employee_unknown", _("There is no such employee."))
    if not 1 <= len(cells["content"]) <= LENGTH or "\x00" in cells["content"]:
        message = _("A follow-up has 1 to %(n)d characters.") % {"n": LENGTH}
        raise _Fault("content", "content_invalid", message)
    happened_at = _moment(cells["happened_at"], "happenedAt", zone)
    if happened_at is None or happened_at > now():
        raise _Fault("happenedAt", "happened_invalid", _("When it happened must be a time that has passed."))
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
        raise _Fault(column, "time_invalid", _("Write a time as 2026-10-01 09:30."))
    return moment


def _choice(kinds: Any, text: str, column: str) -> str:
    """A choice by its value or by what it is called in the language now active; nothing for nothing."""
    if not text:
        return ""
    known = {str(label).lower(): value for value, label in kinds.choices} | {value: value for value in kinds.values}
    if text.lower() not in known:
        raise _Fault(column, "choice_unknown", _("There is no such choice."))
    return known[text.lower()]


def _key(row: FollowUp) -> str:
    facts = (row.customer_id, row.employee_id, row.happened_at.isoformat(), row.content)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _found(model: Any, corp_id: int, column: str, lines: Sequence[Line], *more: str) -> dict[str, dict[str, Any]]:
    """Rows of the company by this column's values in the file, case and all."""
    wanted = sorted({line.cells.get(column, "") for line in lines} - {""})
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = model.objects.of_corp(corp_id).filter(**{f"{column}__in": wanted[start : start + _CHUNK]})
        found |= {row[column]: row for row in rows.values("pk", column, *more)}
    return found


def _living(corp_id: int, lines: Sequence[Line]) -> set[str]:
    """The ids in an export that are still there: bringing it in again makes no second one."""
    ids = sorted({int(text) for line in lines if (text := line.cells.get("id", "")).isascii() and text.isdecimal()})
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        some = [pk for pk in ids[start : start + _CHUNK] if pk < 2**63]
        found |= {str(pk) for pk in FollowUp.objects.of_corp(corp_id).filter(pk__in=some).values_list("pk", flat=True)}
    return found


def _leave_out_known(checked: Checked, corp_id: int) -> None:
    keys = list(checked.rows)
    for start in range(0, len(keys), _CHUNK):
        here = FollowUp.objects.of_corp(corp_id).filter(import_key__in=keys[start : start + _CHUNK])
        for key in here.values_list("import_key", flat=True):
            checked.rows.pop(str(key))
            checked.known += 1
