"""What imports leave behind is taken away: files, lines that nobody brings in, reports that nobody reads any more."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from core import kept_files
from core.retry import atomic_retry
from core.time import now
from followups.choices import ImportState, LineState
from followups.importing import jobs
from followups.models import FollowUpImport, FollowUpImportLine

# As long may a person think about it, and correct what was at fault.
KEPT = dt.timedelta(days=7)
# Longer than any upload takes.
_ON_ITS_WAY = dt.timedelta(hours=1)
_IMPORTS, _LINES = 20, 2_000


def sweep() -> None:
    """A bounded piece of it."""
    moment = now()
    rows = FollowUpImport.objects.order_by("pk")
    lost = rows.filter(state=ImportState.CHECKING, file="", create_time__lt=moment - _ON_ITS_WAY)
    for row in lost[:_IMPORTS]:
        atomic_retry(_give_up)(row.pk, ImportState.FAILED, "file_lost")
    for row in rows.filter(state=ImportState.CHECKED, create_time__lt=moment - KEPT)[:_IMPORTS]:
        atomic_retry(_give_up)(row.pk, ImportState.STOPPED, "")
    over = rows.exclude(state__in=jobs.OPEN)
    for row in over.exclude(file="")[:_IMPORTS]:
        if kept_files.dropped(row):
            FollowUpImport.objects.filter(pk=row.pk).update(file="")
    _forget(FollowUpImportLine.objects.filter(job__in=over, state=LineState.GOOD))
    _forget(FollowUpImportLine.objects.filter(job__in=over.filter(finished_at__lt=moment - KEPT)))


def _give_up(import_id: int, state: ImportState, code: str) -> None:
    row = FollowUpImport.objects.locked(pk=import_id)
    if row.state in jobs.OPEN:
        jobs.end(row, state, code)


def _forget(lines: QuerySet[Any]) -> None:
    ids = list(lines.order_by("job_id", "number").values_list("pk", flat=True)[:_LINES])
    FollowUpImportLine.objects.filter(pk__in=ids).delete()
