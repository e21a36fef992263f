"""What is too old is let go, and it is no longer claimed to be known."""

from collections.abc import Sequence

from customers.models import Customer, FollowRelation, ValueChange

_UNKNOWN = {"created_source": None, "created_by": None, "created_run": None}


def forget(pks: Sequence[int]) -> None:
    """Delete changes by number. Their customers and relations don't know any more how they were made: a value without
    a change would else be taken for one that came with the creation."""
    rows = ValueChange.objects.filter(pk__in=pks)
    people, pairs = set(), set()
    for customer, employee in rows.values_list("customer_id", "employee_id").distinct():
        people.add(customer) if employee is None else pairs.add((customer, employee))
    relations = FollowRelation.objects.filter(customer_id__in={customer for customer, _employee in pairs})
    known = relations.exclude(created_source=None).values_list("pk", "customer_id", "employee_id")
    ended = [pk for pk, *pair in known if tuple(pair) in pairs]
    FollowRelation.objects.filter(pk__in=ended).update(**_UNKNOWN)
    Customer.objects.filter(pk__in=people).exclude(created_source=None).update(**_UNKNOWN)
    rows.delete()
