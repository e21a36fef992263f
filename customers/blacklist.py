"""Put a person on the company's blacklist and take them off.

Who is on it isn't assigned, handed over or counted into a segment (``CustomerQuerySet.not_blacklisted``), and a warning
is raised when somebody adds them again or they join a group.
"""

import datetime as dt

from django.utils.translation import gettext as _

from core import rows
from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.retry import atomic_retry
from core.time import now
from core.transactions import atomic
from corps.actors import SYSTEM, Actor
from customers import events
from customers.choices import CustomerStatus
from customers.models import BlacklistEntry, Customer

REASON_LENGTH = 500
# At once; the timetable comes again.
EXPIRED_AT_ONCE = 500
_Ending = BlacklistEntry.Ending


@atomic
def put(*, customer: Customer, reason: str, until: dt.datetime | None = None, by: Actor, source: str) -> BlacklistEntry:
    """Put a person on the blacklist and record ``customer.blacklisted``; the same reason and end once more do nothing.

    Another reason or end closes the present entry as renewed and opens the next, so that what was written stays.

    Args:
        reason: for colleagues to read; it is in no event.
        until: aware; None until somebody takes them off.

    Raises:
        RuleViolation: ``reason_invalid``, ``until_passed``.
        Conflict: ``customer_deleted``.
    """
    text, moment = _reason(reason), now()
    _check_until(until, moment)
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    present = _open_entry(row)
    if present and (present.reason, present.until) == (text, until):
        return present
    if present:
        _end(present, _Ending.RENEWED, moment, by)
    entry = BlacklistEntry.objects.create(
        corp_id=row.corp_id, customer=row, reason=text, actor=by.label, since=moment, until=until
    )
    _mark(row, on=True)
    events.blacklisted(row, until=until, by=by, source=source)
    return entry


@atomic
def lift(*, customer: Customer, by: Actor, source: str) -> bool:
    """Take a person off the blacklist and record ``customer.blacklist.lifted``.

    Returns: whether they were on it; to one who wasn't nothing happens.
    """
    return _lift(customer, _Ending.LIFTED, by, source)


def expire_due() -> int:
    """Take off those whose time is up, each in a transaction of its own. Returns how many."""
    moment = now()
    due = BlacklistEntry.objects.filter(open_mark=1, until__lte=moment).order_by("until").select_related("customer")
    return sum(_expire(entry.customer, moment) for entry in due[:EXPIRED_AT_ONCE])


@atomic_retry
def _expire(customer: Customer, moment: dt.datetime) -> bool:
    row = lock(customer)
    entry = _open_entry(row)
    # Somebody may have given them longer since they were found.
    if entry is None or entry.until is None or entry.until > moment:
        return False
    return _lift(row, _Ending.EXPIRED, SYSTEM, "system")


def _lift(customer: Customer, ending: str, by: Actor, source: str) -> bool:
    row = lock(customer)
    if not row.blacklisted:
        return False
    # One who was marked before there were entries has none.
    if entry := _open_entry(row):
        _end(entry, ending, now(), by)
    _mark(row, on=False)
    events.blacklist_lifted(row, expired=ending == _Ending.EXPIRED, by=by, source=source)
    return True


def _open_entry(row: Customer) -> BlacklistEntry | None:
    return BlacklistEntry.objects.filter(customer=row, open_mark=1).first() if row.blacklisted else None


def _end(entry: BlacklistEntry, ending: str, moment: dt.datetime, by: Actor) -> None:
    entry.ended_at, entry.ending, entry.ended_by = moment, ending, by.label
    entry.save(update_fields=["ended_at", "ending", "ended_by"])


def _mark(row: Customer, *, on: bool) -> None:
    row.blacklisted = on
    row.version += 1
    rows.update(row, ["blacklisted", "version", "update_time"])


def _reason(reason: str) -> str:
    text = reason.strip()
    if not 1 <= len(text) <= REASON_LENGTH:
        message = _("Say why, in 1 to %(n)d characters.") % {"n": REASON_LENGTH}
        raise RuleViolation("reason_invalid", message, [FieldError("reason", "reason_invalid", message)])
    return text


def _check_until(until: dt.datetime | None, moment: dt.datetime) -> None:
    if until is not None and until <= moment:
        message = _("The end lies in the past.")
        raise RuleViolation("until_passed", message, [FieldError("until", "until_passed", message)])
