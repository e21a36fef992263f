"""The only doors to one customer: what the actor may not see is not there."""

from core.errors import NotFound
from corps.actors import Actor
from customers.models import Customer


def one(customer_id: int, actor: Actor) -> Customer:
    """The customer, if the actor may see it. Raises NotFound."""
    try:
        return Customer.objects.visible_to(actor).get(pk=customer_id)
    except Customer.DoesNotExist:
        raise NotFound from None


def locked(customer_id: int, actor: Actor) -> Customer:
    """The same, with its row locked by the statement that finds it, so that the rule pays for no second one.

    Raises:
        NotFound: no such customer for this actor.
        TransactionManagementError: no transaction is open.
    """
    try:
        return Customer.objects.visible_to(actor).locked(pk=customer_id)
    except Customer.DoesNotExist:
        raise NotFound from None
