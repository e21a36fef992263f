"""The only doors to one customer: what the actor may not see is not there."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import Forbidden, NotFound
from core.locks import find_locked
from corps.actors import Actor
from corps.models import Employee
from corps.querysets import owns_narrowly, sees_whole_corp
from customers.models import Customer


def one(customer_id: int, actor: Actor) -> Customer:
    """The customer, if the actor may see it. Raises NotFound."""
    try:
        return Customer.objects.visible_to(actor).get(pk=customer_id)
    except Customer.DoesNotExist:
        raise NotFound from None


def changeable(customer_id: int, actor: Actor) -> Customer:
    """As ``locked``, without the lock: for rules that lock several in the order of their ids."""
    found = one(customer_id, actor)
    check_changeable(customer_id, actor)
    return found


def check_own(employee_id: int, actor: Actor) -> None:
    """Staff write for themselves, managers for their people, the others for everybody.

    Raises:
        Forbidden: ``not_your_relation``.
    """
    if owns_narrowly(actor) and employee_id not in Employee.objects.managed_or_self(actor):
        raise Forbidden("not_your_relation", _("You can only change what you or your people noted."))


def locked(customer_id: int, actor: Actor) -> Customer:
    """One that the actor may change, its row locked by the statement that finds it, so that the rule needs no second.

    Raises:
        NotFound: no such customer for this actor.
        Forbidden: ``collaborator_reads``: they may only read it.
        TransactionManagementError: no transaction is open.
    """
    try:
        if sees_whole_corp(actor):
            return find_locked(Customer, id=customer_id, corp_id=actor.corp_id)
        return Customer.objects.changeable_by(actor).locked(pk=customer_id)
    except Customer.DoesNotExist:
        return _of_one_person(customer_id, actor)


def _of_one_person(customer_id: int, actor: Actor) -> Customer:
    """As ``locked``: another record of somebody whom the actor follows under one of them."""
    if owns_narrowly(actor) and Customer.objects.merged_with_own(actor).filter(pk=customer_id).exists():
        return find_locked(Customer, id=customer_id, corp_id=actor.corp_id)
    check_changeable(customer_id, actor)
    raise NotFound


def may_change(customer_id: int, actor: Actor) -> bool:
    """Whether the actor, who may read the customer, may change it too: a collaborator may not."""
    if not owns_narrowly(actor):
        return True
    # One after the other: most ask for somebody whom they follow, and merged records are few.
    return any(rows.exists() for rows in ways_to_change(customer_id, actor))


def ways_to_change(customer_id: int, actor: Actor) -> Iterator[QuerySet[Customer]]:
    """For who sees less than the company: rows of which any shows that they may change the customer."""
    yield Customer.objects.changeable_by(actor).filter(pk=customer_id)
    yield Customer.objects.merged_with_own(actor).filter(pk=customer_id)


def check_changeable(customer_id: int, actor: Actor) -> None:
    """Refuse a customer that the actor may read and not change.

    Raises:
        Forbidden: ``collaborator_reads``.
    """
    if Customer.objects.visible_to(actor).filter(pk=customer_id).exists() and not may_change(customer_id, actor):
        raise Forbidden("collaborator_reads", _("You may read this customer, not change it."))
