"""Stays of people who become customers after they were seen in a group."""

from core.transactions import atomic
from customers.models import Customer
from groups.models import GroupMember

BATCH = 500


@atomic
def link_customer(*, customer_id: int, batch: int = BATCH) -> bool:
    """Point up to ``batch`` stays of this person, lasting or over, at the customer.

    A link is what the ids say anyway, so it is no change of the group: no version, no event.

    Returns: whether there was anything to do, so that more may be left.
    """
    customer = Customer.objects.filter(pk=customer_id).only("pk", "corp_id", "external_userid").first()
    if customer is None:
        return False
    stays = GroupMember.objects.filter(corp_id=customer.corp_id, userid=customer.external_userid, customer=None)
    ids = list(stays.order_by("pk").values_list("pk", flat=True)[:batch])
    return bool(ids and GroupMember.objects.filter(pk__in=ids).update(customer=customer))
