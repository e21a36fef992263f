"""Customers of those who have left: they wait for a successor, and no listing of an employee shows them.

The one list of them (page 92124) leaves out who has been assigned. That alone ends nothing, since a short answer would
look the same: the pair ends when a successor is seen, or when two runs in a row have not found it waiting.
"""

from functools import partial

from django.db.models import QuerySet

from core.time import now
from corps import mirroring as house
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.tally import Tally
from customers import mirroring
from customers.choices import AddWay, RelationStatus
from customers.facts import Ending
from customers.models import FollowRelation
from wecom import mapping
from wecom.client import transfers
from wecom.client.errors import NotAllowed
from wecom.models import SyncRun
from wecom.sync.steps import Failure, Sitting, Step

PAIRS = 200


def waiting(sitting: Sitting) -> Step:
    """One page of the list of those who wait."""
    cursor = sitting.run.cursor
    ticket = sitting.ticket()
    try:
        rows, following = sitting.ask(transfers.unassigned, cursor=cursor.get("waiting", ""))
    except NotAllowed as error:
        # Without this right leavers' customers stay as they are; everybody else's are known all the same.
        return Step(cursor=cursor | {"stage": "check"}, failures=[Failure("get_unassigned_list", error.code)])
    stage = "waiting" if following else "gone"
    return Step(cursor=cursor | {"stage": stage, "waiting": following}, apply=partial(_apply, sitting, rows, ticket))


def gone(sitting: Sitting) -> Step:
    """End leavers' pairs that wait no more."""
    run = sitting.run
    after = run.cursor.get("left", 0)
    rows = list(_unseen(run).filter(pk__gt=after).select_related("employee", "customer").order_by("pk")[:PAIRS])
    if not rows or run.dry_run:
        return Step(cursor=run.cursor | {"stage": "check"})
    ticket, before = sitting.ticket(), _before(run)
    over = [ending for row in rows if (ending := _ending(row, before))]
    apply = partial(mirroring.end_pairs, corp_id=run.corp_id, endings=over, ticket=ticket, by=SYSTEM, source="sync")
    return Step(cursor=run.cursor | {"left": rows[-1].pk}, apply=apply)


def _apply(sitting: Sitting, rows: list[dict], ticket: int) -> Tally:
    """Mark the pairs as seen, and note who has left without our having heard of it."""
    left = {row["handover_userid"]: row.get("dimission_time") for row in rows}
    tally = Tally()
    for userid, seconds in left.items():
        at = mapping.moment(seconds) or now()
        tally.add(
            house.mark_left(corp_id=sitting.corp_id, userids=[userid], ticket=ticket, at=at, by=SYSTEM, source="sync")
        )
        theirs = [row["external_userid"] for row in rows if row["handover_userid"] == userid]
        FollowRelation.objects.of_corp(sitting.corp_id).filter(
            employee__userid=userid, customer__external_userid__in=theirs
        ).update(seen_run=sitting.run.pk)
    return tally


def _unseen(run: SyncRun) -> QuerySet[FollowRelation]:
    """Leavers' living pairs that the list has not named, of those who had left when the run began."""
    return (
        FollowRelation.objects.of_corp(run.corp_id)
        .filter(status=RelationStatus.ACTIVE, fetch_seq__gt=0)
        .filter(employee__status=EmployeeStatus.LEFT, employee__left_at__lte=run.started_at)
        .exclude(seen_run=run.pk)
    )


def _before(run: SyncRun) -> SyncRun | None:
    """The run of this kind before this one that came to its end."""
    done = SyncRun.objects.of_corp(run.corp_id).filter(kind=run.kind, state=SyncRun.State.DONE, dry_run=False)
    return done.filter(pk__lt=run.pk).order_by("-pk").first()


def _ending(row: FollowRelation, before: SyncRun | None) -> Ending | None:
    """How the pair has ended, if that is known: taken over, or missing twice in a row."""
    left_at = row.employee.left_at
    taken = (
        FollowRelation.objects.filter(customer_id=row.customer_id, add_way=AddWay.ASSIGNED, add_time__gte=left_at)
        .order_by("add_time")
        .values_list("add_time", flat=True)
        .first()
    )
    missing_before = before and before.started_at and left_at <= before.started_at and row.seen_run != before.pk
    if not taken and not missing_before:
        return None
    return Ending(row.customer.external_userid, row.employee.userid, RelationStatus.ENDED_BY_TRANSFER, taken or now())
