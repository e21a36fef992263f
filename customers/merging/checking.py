"""What speaks against merging."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, NotFound, RuleViolation
from customers.choices import CustomerStatus
from customers.models import Customer, MergeMember, TransferItem

# More records of one person at once are a mistake, or no person.
MOST = 10


def check(kept: Customer, others: Sequence[Customer]) -> None:
    """Refuse what can't be merged.

    Raises:
        NotFound: records of different companies.
        RuleViolation: ``merge_invalid``: none, too many, or the kept one among them.
        Conflict: ``customer_merged``: one belongs to another already; ``customer_keeps_others``: others were merged
            into one that would go; ``customer_deleted``; ``blacklist_differs``; ``transfer_under_way``.
    """
    ids = {row.pk for row in others}
    if any(row.corp_id != kept.corp_id for row in others):
        raise NotFound
    if not others or len(others) > MOST or len(ids) < len(others) or kept.pk in ids:
        message = _("Name one to %(n)d other records to be merged.") % {"n": MOST}
        raise RuleViolation("merge_invalid", message, [FieldError("otherIds", "merge_invalid", message)])
    _check_states([kept, *others])
    if MergeMember.objects.filter(kept_id__in=ids).exists():
        raise Conflict(
            "customer_keeps_others", _("Others were merged into one of these records. Merge into that one, or undo it.")
        )
    if TransferItem.objects.filter(customer_id__in=[kept.pk, *ids]).under_way().exists():
        raise Conflict("transfer_under_way", _("One of these records is being handed over."))


def _check_states(rows: Sequence[Customer]) -> None:
    if any(row.merged_into_id for row in rows):
        raise Conflict("customer_merged", _("One of these records has been merged into another already."))
    if any(row.status == CustomerStatus.DELETED for row in rows):
        raise Conflict("customer_deleted", _("One of these records has been deleted."))
    if len({row.blacklisted for row in rows}) > 1:
        # The barrier stands before the person: whoever merges says on which side of it they are.
        raise Conflict("blacklist_differs", _("Only some of these records are on the blacklist. Settle that first."))
