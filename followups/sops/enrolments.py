"""The row of an enrolment, brought to what all events of it together say."""

from core.locks import find_locked
from followups.choices import EnrolmentState, EntryKind
from followups.models import SopEnrolment
from followups.sops.told import COMPLETED, Told, Unfit


def note(told: Told) -> SopEnrolment:
    """The enrolment, locked, with what is told of it.

    Raises:
        Unfit: ``customer_other``: it is another customer's.
    """
    row = _locked(told)
    if row.customer_id != told.customer.pk:
        raise Unfit("customer_other")
    row.step = max(row.step, told.step)
    row.sop_id = row.sop_id or told.sop_id
    if told.kind == EntryKind.SOP_ENROLLED:
        _begin(row, told)
    elif told.kind == EntryKind.SOP_ENDED:
        _end(row, told)
    row.save()
    return row


def _begin(row: SopEnrolment, told: Told) -> None:
    # The first of several: a repeat under another event id says nothing new.
    if row.since is not None and row.since <= told.at:
        return
    row.since, row.name, row.steps = told.at, told.name, told.steps
    row.sop_id, row.goal_tag_id = told.sop_id or row.sop_id, told.goal_tag_id
    row.owner_id = told.owner_id or row.owner_id


def _end(row: SopEnrolment, told: Told) -> None:
    if row.until is not None and row.until <= told.at:
        return
    early = told.why != COMPLETED
    row.state = EnrolmentState.ENDED_EARLY if early else EnrolmentState.ENDED
    row.until, row.why = told.at, told.why if early else ""


def _locked(told: Told) -> SopEnrolment:
    # Looked for first: an insert that meets the row would leave a lock with which two of them wait for each other.
    key = {"corp_id": told.customer.corp_id, "enrolment_id": told.enrolment_id}
    try:
        return find_locked(SopEnrolment, **key)
    except SopEnrolment.DoesNotExist:
        owner = told.owner_id or told.customer.follow_user_id
        fresh = SopEnrolment(customer=told.customer, sop_id=told.sop_id, owner_id=owner, **key)
        SopEnrolment.objects.bulk_create([fresh], ignore_conflicts=True)
        return find_locked(SopEnrolment, **key)
