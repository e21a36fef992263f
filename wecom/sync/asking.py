"""Ask for full syncs, and call them off. A company has one open of each kind."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.time import now
from corps.actors import Actor
from wecom.models import SyncRun, WecomApp

Kind, State = SyncRun.Kind, SyncRun.State
# What comes later names what comes before: customers have tags and followers, groups have customers.
ORDER = (Kind.HOUSE, Kind.TAGS, Kind.CUSTOMERS, Kind.GROUPS)


def ask(*, corp_id: int, kind: str, by: Actor, dry_run: bool = False) -> SyncRun:
    """Put a run in the queue; whichever runner is free takes it.

    Args:
        kind: one of ``SyncRun.Kind``.
        dry_run: only find out what would change.

    Raises:
        Conflict: ``sync_open``: one of this kind is not over; ``not_connected``: the company has no app to read with.
    """
    if not WecomApp.objects.of_corp(corp_id).filter(active=True, main=True).exists():
        raise Conflict("not_connected", _("This company is not connected to WeCom."))
    try:
        with transaction.atomic():
            return SyncRun.objects.create(
                corp_id=corp_id, kind=kind, dry_run=dry_run, asked_by=by.label, lease_until=now()
            )
    except IntegrityError as error:
        raise Conflict("sync_open", _("A sync of this kind is under way or waits for approval.")) from error


def ask_all(*, corp_id: int, by: Actor, dry_run: bool = False) -> list[SyncRun]:
    """Ask for every kind, in the order in which they build on each other; kinds with an open run are left out.

    Raises:
        Conflict: as ``ask``; ``sync_open`` only where every kind has an open run.
    """
    asked, refused = [], None
    for kind in ORDER:
        try:
            asked.append(ask(corp_id=corp_id, kind=kind, by=by, dry_run=dry_run))
        except Conflict as refusal:
            refused = refusal
    if refused and not asked:
        raise refused
    return asked


def cancel(*, run: SyncRun, by: Actor) -> None:
    """End an open run. What it has stored stays; a runner that works on it finds its fence moved and writes no more.

    Raises:
        Conflict: ``sync_over``.
    """
    same = SyncRun.objects.filter(pk=run.pk, fence=run.fence, finished_at=None)
    report = run.report | {"cancelled_by": by.label}
    if not same.update(state=State.CANCELLED, finished_at=now(), fence=run.fence + 1, report=report):
        raise Conflict("sync_over", _("This sync is over, or has just gone on: look again."))
    run.refresh_from_db()


def earlier(kind: str) -> tuple[str, ...]:
    """The kinds that one of this kind waits for."""
    return ORDER[: ORDER.index(Kind(kind))]
