"""Which calls may not be made now, remembered in rows: every process asks before each call.

A row that has run out stays until a call succeeds: so the first call after a window tells whether the next window must
be longer.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from core.time import day_range, now
from corps.models import Corp
from wecom.client.codes import advice_on
from wecom.client.endpoints import Endpoint
from wecom.client.errors import Closed
from wecom.models import ApiClosure

LIMIT, CROWD = 45009, 45033
MINUTE, HOUR = dt.timedelta(seconds=60), dt.timedelta(minutes=60)
# How often a right that was missing is tried again without anybody asking (manage.py check_wecom asks).
RIGHT_PAUSE = dt.timedelta(minutes=10)
# A trusted address works a minute after it was entered (60020).
IP_PAUSE = dt.timedelta(minutes=2)
_IP_CODES = {60020, 90308, 301042}
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands in the way of one call.

    Attributes:
        crowded: make one of it at a time, WeCom found them too many.
        past: names of closures that have run out and that nobody has disproved yet.
    """

    crowded: bool
    past: tuple[str, ...]


def look(corp_id: int, endpoint: Endpoint) -> Outlook:
    """What is known about a call before it is made. One statement.

    Raises:
        Closed: it may not be made now.
    """
    moment, past, crowded = now(), [], False
    rows = ApiClosure.objects.of_corp(corp_id).filter(api__in=names_of(endpoint))
    for row in rows.values("api", "until", "code"):
        if row["until"] <= moment:
            past.append(row["api"])
        elif row["code"] == CROWD:
            crowded = True
        else:
            raise Closed(row["code"], endpoint.path, until=row["until"], advice=advice_on(row["code"]))
    return Outlook(crowded, tuple(past))


def close_window(corp: Corp, endpoint: Endpoint, *, asked_at: dt.datetime) -> dt.datetime:
    """After 45009: until when this call is closed. WeCom doesn't say which limit it was, so the shortest is tried
    first: a minute, then an hour, then the rest of the company's day (page 90454).

    Args:
        asked_at: when the refused call was made. One that was under way already tells nothing about the window after.
    """
    last = ApiClosure.objects.of_corp(corp.pk).filter(api=endpoint.path, code=LIMIT).first()
    if last and last.until > asked_at:
        return last.until
    span = MINUTE if last is None else last.until - last.since
    # Wrong secrets are counted by the hour, and the whole address is shut out (page 90455).
    if endpoint.path == "gettoken" or (last and span < HOUR - MINUTE):
        until = now() + HOUR
    elif last:
        until = day_range(now().astimezone(corp.zone).date(), corp.zone)[1]
    else:
        until = now() + MINUTE
    _close(corp.pk, endpoint.path, until, LIMIT)
    return until


def thin_out(corp_id: int, endpoint: Endpoint) -> None:
    """After 45033: one call of this kind at a time for a minute."""
    _close(corp_id, _crowd(endpoint), now() + MINUTE, CROWD)


def close_right(corp_id: int, endpoint: Endpoint, code: int, *, whole_app: bool) -> dt.datetime:
    """After a missing right: the family is closed, or everything where the app itself was refused."""
    until = now() + (IP_PAUSE if code in _IP_CODES else RIGHT_PAUSE)
    _close(corp_id, EVERYTHING if whole_app else _family(endpoint), until, code)
    return until


def disproved(corp_id: int, names: Iterable[str]) -> None:
    """A call succeeded: what these closures said is over."""
    ApiClosure.objects.of_corp(corp_id).filter(api__in=list(names), until__lte=now()).delete()


def reopen_rights(corp_id: int) -> None:
    """A person has changed something: rights are tried again at once. Limits stay: nobody can change those."""
    ApiClosure.objects.of_corp(corp_id).exclude(code__in=[LIMIT, CROWD]).delete()


def names_of(endpoint: Endpoint) -> list[str]:
    """Under which a call may be closed."""
    return [endpoint.path, _family(endpoint), _crowd(endpoint), EVERYTHING]


def _family(endpoint: Endpoint) -> str:
    return f"family:{endpoint.family}"


def _crowd(endpoint: Endpoint) -> str:
    return f"crowd:{endpoint.path}"


def _close(corp_id: int, name: str, until: dt.datetime, code: int) -> None:
    row = ApiClosure(corp_id=corp_id, api=name, until=until, code=code)
    # MySQL finds the key by itself and refuses to be told.
    keys = None if connection.vendor == "mysql" else ["corp", "api"]
    ApiClosure.objects.bulk_create(
        [row], update_conflicts=True, update_fields=["until", "code", "since"], unique_fields=keys
    )
