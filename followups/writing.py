"""Write a follow-up."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from corps.actors import Actor
from customers.choices import CustomerStatus
from customers.models import Customer
from followups import mentioning, planning, told
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.models import FollowUp
from followups.texts import ahead, content_of, past
from followups.whose import employee_for


@transaction.atomic
def write(
    *,
    customer: Customer,
    content: str,
    by: Actor,
    source: str,
    employee_id: int | None = None,
    happened_at: dt.datetime | None = None,
    next_at: dt.datetime | None = None,
    kind: str = FollowUpKind.NOTE,
    outcome: str = FollowUpOutcome.OPEN,
    mention_ids: Collection[int] = (),
) -> FollowUp:
    """Add a follow-up to a customer and record ``customer.followup.created``. What the same colleague had planned for
    the customer is done by it, and its next time is planned.

    Args:
        employee_id: whose work it was; by default the person who writes. Staff write only for themselves, managers
            also for their people.
        happened_at: aware; by default now. It may lie in the past, not in the future.
        next_at: when to be in touch again; a reminder until then.
        mention_ids: colleagues to be told.

    Raises:
        RuleViolation: ``content_invalid``, ``employee_unknown``, ``happened_in_future``, ``next_in_past``,
            ``mention_unknown``, ``too_many_mentions``.
        Conflict: ``customer_deleted``.
    """
    text, moment, following = content_of(content), past(happened_at), ahead(next_at)
    # Under its lock, so that no follow-up is written to a customer who is being deleted.
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    follow_up = FollowUp.objects.create(
        corp_id=row.corp_id,
        customer=row,
        employee_id=employee_for(row, employee_id, by),
        actor=by.label,
        content=text,
        kind=kind,
        outcome=outcome,
        happened_at=moment,
        next_at=following,
    )
    named = mentioning.mention(follow_up, mention_ids, by=by)
    told.created([follow_up], mentioned=named, by=by, source=source)
    planning.settle(follow_up, by=by, source=source)
    planning.plan(follow_up, by=by, source=source)
    return follow_up
