"""The tickets of the JS-SDK: fetched when one is needed and the last has ended, else read."""

import datetime as dt

from core.time import now
from wecom import secrets
from wecom.client import web
from wecom.client.transport import client_of
from wecom.models import PageTicket, WecomApp

# A page that is signed now is opened in a moment.
EARLY = dt.timedelta(minutes=5)
_CALLS = {PageTicket.Kind.CORP: web.corp_ticket, PageTicket.Kind.APP: web.app_ticket}


def current(app: WecomApp, kind: PageTicket.Kind) -> str:
    """The ticket as it is now. Several that find it old at once fetch it several times, and WeCom gives all the same.

    Raises:
        WecomError, NotConnected: it is needed, and WeCom didn't give it.
    """
    held = PageTicket.objects.filter(app=app, kind=kind, expires_at__gt=now() + EARLY).first()
    if held and (ticket := _opened(held.ticket_sealed)):
        return ticket
    asked_at = now()
    ticket, seconds = _CALLS[kind](client_of(app))
    fresh = {"ticket_sealed": secrets.seal(ticket), "expires_at": asked_at + dt.timedelta(seconds=seconds)}
    PageTicket.objects.update_or_create(app=app, kind=kind, defaults={"corp_id": app.corp_id, **fresh})
    return ticket


def _opened(sealed: str) -> str:
    """ "" for one whose key is not here any more."""
    try:
        return secrets.unseal(sealed)
    except secrets.SealBroken:
        return ""
