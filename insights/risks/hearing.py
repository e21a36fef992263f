"""Which customers' warnings an event may open or close. What it may not, costs one look."""

from collections.abc import Collection

from core.time import now
from core.transactions import atomic
from customers.models import Customer
from insights.models import RiskAlert, RiskRule, TransferFailure
from insights.risks import settling


def settle_if_concerned(*, corp_id: int, customer_ids: Collection[int]) -> None:
    """Settle those of these customers who are on the blacklist or have a warning open: to others it means nothing."""
    ids = set(customer_ids)
    listed = Customer.objects.of_corp(corp_id).filter(pk__in=ids, blacklisted=True).values_list("pk", flat=True)
    warned = RiskAlert.objects.of_corp(corp_id).filter(customer_id__in=ids, open_mark=1)
    concerned = {*listed, *warned.values_list("customer_id", flat=True)} if ids else set()
    if concerned:
        settling.settle_customers(corp_id=corp_id, customer_ids=concerned)


def settle_if_staged(*, corp_id: int, customer_id: int) -> None:
    """Settle a customer who came into another stage, where the company's rules know stages."""
    if RiskRule.objects.of_corp(corp_id).exclude(stage=None).exists():
        settling.settle_customers(corp_id=corp_id, customer_ids=[customer_id])


@atomic
def note_transfer_failure(*, corp_id: int, event_id: str, customer_id: int, taker_id: int | None, reason: str) -> None:
    """Keep what no table but this one knows, and settle the customer."""
    customer = Customer.objects.of_corp(corp_id).filter(pk=customer_id).first()
    if customer is None:
        return
    TransferFailure.objects.get_or_create(
        event_id=event_id,
        defaults={
            "corp_id": corp_id,
            "customer": customer,
            "taker_id": taker_id,
            "reason": reason,
            "happened_at": now(),
        },
    )
    settling.settle_customers(corp_id=corp_id, customer_ids=[customer_id])
