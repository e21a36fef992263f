"""Erase a person: what is personal goes from every table, what counts stays, and no reading brings them back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import rows
from core.errors import FieldError, RuleViolation
from core.locks import lock
from core.personal import of_customers
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import cache, events, lifecycle
from customers.choices import RelationStatus
from customers.merging.wording import learn
from customers.models import Customer, FollowRelation, RelationEpisode
from customers.privacy import emptying, person, tombstones


@atomic
def erase(*, customer: Customer, reason: str, by: Actor, source: str) -> Customer:
    """Empty or delete what every table holds of them, end their relations, record ``customer.erased``. Twice is once.

    Who isn't deleted is deleted first, which is told as ever. What is left is a row without a person, under a name that
    is nobody's; what refers to it (stays, stages, tags, losses) goes on counting.

    Args:
        reason: for the people who look after this; it is kept, so it should not name the person.
    """
    row = lock(customer)
    if tombstones.stands_for(row):
        return row
    lifecycle.delete(customer=row, by=by, source=source)
    whose = person.of(row)
    stone = tombstones.raise_for(
        corp_id=row.corp_id,
        external_userid=row.external_userid,
        customer_id=row.pk,
        reason=reason,
        actor=by.label,
        at=now(),
    )
    _end_relations(row)
    for model, table in of_customers():
        emptying.empty(whose, model, table, alias=tombstones.alias_of(stone.digest))
    if row.merged_into_id:
        # The record that stands for the person was found by this one's words too.
        learn(Customer.objects.locked(id=row.merged_into_id))
    return _tell(row, by, source)


def check_named(customer: Customer, external_userid: str) -> None:
    """Raises RuleViolation: ``another_person``: what the caller typed is somebody else's id."""
    if external_userid != customer.external_userid:
        message = _("This is not the external userid of the customer.")
        raise RuleViolation("another_person", message, [FieldError("externalUserid", "another_person", message)])


def _end_relations(row: Customer) -> None:
    """By us, and at this moment; without the event of an end, for nobody is to be warned of it or to win them back."""
    moment, how = now(), RelationStatus.ENDED_BY_EMPLOYEE
    living = FollowRelation.objects.filter(customer=row, status=RelationStatus.ACTIVE)
    living.update(status=how, ended_at=moment, update_time=moment)
    FollowRelation.objects.filter(customer=row).update(digest=None)
    RelationEpisode.objects.filter(customer=row, ended_at=None).update(ended_at=moment, ended_by=how, noticed=True)


def _tell(row: Customer, by: Actor, source: str) -> Customer:
    known: Any = (row.version, row.corp.tags_version, row.corp_id)
    left: Customer = Customer.objects.get(pk=row.pk)
    left.version += 1
    left.mirror_version = None
    rows.update(left, ["mirror_version", "version", "update_time"])
    events.erased(left, by=by, source=source)
    # Once nobody can read the row as it was, and store it there again.
    transaction.on_commit(lambda: cache.forget(row.pk, known), robust=True)
    return left
