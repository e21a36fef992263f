"""Customers that change hands: what WeCom tells of it. The transfers themselves are a later release's."""

import re

from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Employee
from customers import events
from customers.models import Customer

# A word of WeCom's; whatever else stands there is not passed on.
_REASON = re.compile(r"[a-z_]{1,64}")


@atomic
def note_failure(
    *, corp_id: int, external_userid: str, taker_userid: str, reason: str, by: Actor, source: str
) -> Customer | None:
    """Record that a transfer of the customer came to nothing; the customer stays where they were.

    Args:
        taker_userid: who would have taken over; WeCom names neither the giver nor which transfer it was (page 96361).
        reason: ``customer_refused``, ``customer_limit_exceed``, or what WeCom may say later.

    Returns: the customer, None for one who isn't known here.
    """
    found = Customer.objects.filter(corp_id=corp_id, external_userid=external_userid).first()
    if found is None:
        return None
    customer = lock(found)
    taker = Employee.objects.of_corp(corp_id).filter(userid=taker_userid).values_list("pk", flat=True).first()
    customer.version += 1
    customer.save(update_fields=["version", "update_time"])
    told = reason if _REASON.fullmatch(reason) else "unknown"
    events.transfer_failed(customer, taker_id=taker, reason=told, by=by, source=source)
    return customer
