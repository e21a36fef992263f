"""Send what is due: one message for all that is due for a colleague.

At least once: rows are taken under a lease, the message is sent, then they are marked. A process that dies between the
last two sends again when the lease has run out; WeCom drops the same text to the same person within four hours
(``client/messages.py``), so that the colleague reads it once. Hence what was taken together goes together again, and
what has become due since goes by itself.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import structlog

from core.failpoints import failpoint
from core.time import now
from corps.models import Employee
from wecom.client.errors import NotConnected, WecomError
from wecom.client.messages import send_text
from wecom.client.transport import client_for
from wecom.models import Notice
from wecom.notices import words
from wecom.push.reactions import pause_after
from wecom.push.reasons import NOT_CONNECTED

MOST_TRIES = 10
# Longer than the slowest call with its repeats.
LEASE = dt.timedelta(seconds=130)
# Messages of one round, and warnings of one message.
MESSAGES, WARNINGS = 50, 100
_NOT_CONNECTED_REST = dt.timedelta(minutes=10)
_State = Notice.State
_log = structlog.get_logger("scrm.notices")


def send_due() -> int:
    """Send one message to each colleague for whom something is due, a bounded number of them. Returns how many."""
    waiting = Notice.objects.filter(state=_State.WAITING, due_at__lte=now())
    pairs = waiting.order_by("due_at").values_list("corp_id", "employee_id")[: MESSAGES * WARNINGS]
    sent = 0
    for corp_id, employee_id in list(dict.fromkeys(pairs))[:MESSAGES]:
        if notices := _take(corp_id, employee_id):
            _send(corp_id, employee_id, notices)
            sent += 1
    return sent


def _take(corp_id: int, employee_id: int) -> list[Notice]:
    """Take what is due for this colleague and count the try, before anything is sent."""
    moment, mine = now(), secrets.token_hex(16)
    due = Notice.objects.filter(corp_id=corp_id, employee_id=employee_id, state=_State.WAITING, due_at__lte=moment)
    found = list(due.order_by("-taken_by", "pk").values_list("pk", "taken_by")[:WARNINGS])
    # What somebody took and may have sent comes first, without anything that would make another text of it.
    ids = [pk for pk, taker in found if taker == found[0][1]]
    # Not due while it is taken, so that nobody else finds it.
    until = moment + LEASE
    due.filter(pk__in=ids).update(taken_by=mine, taken_until=until, due_at=until)
    failpoint("notice.taken")
    return list(Notice.objects.filter(pk__in=ids, taken_by=mine, state=_State.WAITING).order_by("pk"))


def _send(corp_id: int, employee_id: int, notices: Sequence[Notice]) -> None:
    for notice in notices:
        notice.attempts += 1
    employee = Employee.objects.of_corp(corp_id).get(pk=employee_id)
    try:
        unreachable = send_text(client_for(corp_id), userids=[employee.userid], text=words.message(notices))
    except NotConnected:
        _later(notices, now() + _NOT_CONNECTED_REST, None, NOT_CONNECTED, counted=False)
    except WecomError as error:
        _refused(notices, error)
    else:
        failpoint("notice.sent")
        if unreachable:
            _settle(notices, _State.DEAD, code=None, error="unreachable")
        else:
            _settle(notices, _State.SENT)


def _refused(notices: Sequence[Notice], error: WecomError) -> None:
    _log.warning("notice_refused", notices=[notice.pk for notice in notices], api=error.api, code=error.code)
    tried = max(notice.attempts for notice in notices)
    if error.passes or tried < MOST_TRIES:
        at = now() + pause_after(tried)
        _later(notices, at, error.code, str(error), counted=not error.passes, doubt=error.passes)
    else:
        _settle(notices, _State.DEAD, code=error.code, error=str(error))


def _later(
    notices: Sequence[Notice], at: dt.datetime, code: int | None, error: str, *, counted: bool, doubt: bool = False
) -> None:
    """``doubt``: whether WeCom may have the message all the same; then it stays together."""
    for notice in notices:
        mine = Notice.objects.filter(pk=notice.pk, taken_by=notice.taken_by, state=_State.WAITING)
        values: dict[str, Any] = {"attempts": notice.attempts if counted else notice.attempts - 1, "error_code": code}
        values |= {"last_error": error[:300], "taken_by": notice.taken_by if doubt else "", "taken_until": None}
        mine.update(due_at=at, **values)


def _settle(notices: Sequence[Notice], state: str, *, code: int | None = None, error: str = "") -> None:
    ids = [notice.pk for notice in notices]
    mine = Notice.objects.filter(pk__in=ids, taken_by=notices[0].taken_by, state=_State.WAITING)
    values = {"state": state, "settled_at": now(), "error_code": code, "last_error": error[:300]}
    mine.update(attempts=notices[0].attempts, taken_until=None, **values)
