"""Greet new customers: the code that an event brings is good for 20 seconds, and for one message (page 92599)."""

import datetime as dt
from collections.abc import Iterable

import structlog

from core.time import now
from customers.contact_ways import receiving
from wecom.callbacks.boxes import Notice
from wecom.client.errors import NotConnected, WecomError
from wecom.client.messages import send_welcome
from wecom.client.transport import client_of

# Counted from when it came here; what the event took on its way is WeCom's to judge.
GOOD_FOR = dt.timedelta(seconds=20)
AGAIN_AFTER = dt.timedelta(seconds=1)
_log = structlog.get_logger("scrm.callbacks")


def greet(notices: Iterable[Notice]) -> set[int]:
    """Send the welcome text of the contact way, or else of the app, for each code among these, if there is one.

    Returns: the receipts whose code has to be tried again, since another app was sending (41096) or nobody knows how
        it went. Whatever else WeCom says is final: twice is never tried what was sent once.
    """
    return {notice.receipt.pk for notice in notices if notice.receipt.urgent and not _settled(notice)}


def _settled(notice: Notice) -> bool:
    app, code = notice.receipt.app, notice["welcomecode"]
    if not code or now() > notice.receipt.received_at + GOOD_FOR:
        return True
    text = receiving.welcome_of(app.corp_id, notice["state"]) or app.welcome_text
    if not text:
        return True
    try:
        send_welcome(client_of(app), welcome_code=code, text=text)
    except (WecomError, NotConnected) as error:
        number = getattr(error, "code", None)
        _log.warning("welcome_not_sent", receipt=notice.receipt.pk, error=type(error).__name__, code=number)
        return not getattr(error, "passes", False)
    return True
