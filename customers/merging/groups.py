"""Which records are one person's."""

from customers.models import MergeMember


def ids_of(customer_id: int) -> list[int]:
    """The ids of a customer and of the records merged into it, for whoever reads what is theirs together.

    A record that was merged into another has its own rows alone; the kept one shows them all.
    """
    found = MergeMember.objects.filter(kept_id=customer_id).order_by("customer_id")
    return list(found.values_list("customer_id", flat=True)) or [customer_id]
