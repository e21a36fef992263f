"""Read the archives that can be asked, some batches of each, from where the last reading ended."""

from typing import Any

import structlog

from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from customers.choices import Source
from wecom.archive import source as sources
from wecom.archive.taking import LIMIT, take
from wecom.models import MessageArchive

# Of one company in one go; the rest follows with the next tick of the clock.
BATCHES = 20
_log = structlog.get_logger("scrm.archive")


def read_due() -> int:
    """Returns how many messages were read. A killed worker's batch is read again by the next one."""
    rows = MessageArchive.objects.filter(active=True, corp__active=True).order_by("pk")
    return sum(read(row) for row in rows if row.source != MessageArchive.Source.BRIDGE)


def read(row: MessageArchive) -> int:
    """Read on in one company's archive."""
    found, seen = sources.of(row), 0
    if found is None:
        _fail(row, "NotConnected")
        return 0
    for _n in range(BATCHES):
        try:
            batch = found.read(after=row.seq, limit=LIMIT)
        except sources.Unread as error:
            _fail(row, str(error))
            break
        told: Any = {"messages": batch.messages, "latest": batch.latest, "by": SYSTEM, "source": Source.SYNC}
        row = atomic_retry(take)(corp_id=row.corp_id, **told)
        seen += len(batch.messages)
        if len(batch.messages) < LIMIT:
            break
    return seen


def _fail(row: MessageArchive, why: str) -> None:
    _log.warning("archive_not_read", corp=row.corp_id, why=why)
    MessageArchive.objects.filter(pk=row.pk).update(last_error=why, update_time=now())
