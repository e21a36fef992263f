"""The order of readings: with no clock, and whichever answer comes first (docs/decisions/0018-fetch-order.md)."""

from corps.models import Ticket


def draw(corp_id: int) -> int:
    """A number higher than any drawn before. Draw it before the call to WeCom; apply the answer under it.

    A rule that applies an answer refuses rows whose ``fetch_seq`` is higher: they were read later, or written here
    after this reading began.
    """
    return Ticket.objects.create(corp_id=corp_id).pk


def prune(*, keep: int = 10_000) -> int:
    """Forget all but the last tickets: only the counter matters. Returns how many went."""
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Ticket.objects.filter(pk__lt=last - keep).delete()[0] if last else 0
