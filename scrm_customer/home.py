"""The console's first page: a few bounded counts, each leading to its list, and the newest customers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.console_scope import actor_of, visible
from core.pagination import bounded_count
from customers.models import Customer
from messaging.models import DeadLetter, InboxDelivery, OutboxEvent
from messaging.outbox import PARTITIONS
from tags.models import Tag

BOUND = 10_000
NEWEST = 8


def figures(request: HttpRequest) -> dict[str, Any]:
    """What the index template shows this user: ``cards`` and ``newest``."""
    user, actor = request.user, actor_of(request)
    cards = []
    if user.has_perm("customers.view_customer"):
        living = Customer.objects.visible_to(actor).alive()
        cards.append(_card(_("Customers"), "group", "customers_customer", living))
    if user.has_perm("tags.view_tag"):
        cards.append(_card(_("Tags"), "sell", "tags_tag", Tag.objects.visible_to(actor).live()))
    if user.has_perm("messaging.view_outboxevent"):
        cards += _message_cards(actor)
    return {"cards": cards, "newest": _newest(actor) if user.has_perm("customers.view_customer") else []}


def _message_cards(actor: Any) -> list[dict[str, Any]]:
    # Named partitions let the relay's own index answer.
    waiting = visible(OutboxEvent.objects.filter(part__in=range(PARTITIONS), published_at=None), actor)
    failed = visible(InboxDelivery.objects.filter(state=InboxDelivery.State.DEAD), actor)
    dead = visible(DeadLetter.objects.filter(replayed_at=None), actor)
    return [
        _card(_("Events waiting"), "outbox", "messaging_outboxevent", waiting, "state=waiting"),
        _card(_("Deliveries given up"), "checklist", "messaging_inboxdelivery", failed, "state__exact=dead", warn=True),
        _card(_("Dead letters"), "unsubscribe", "messaging_deadletter", dead, "replayed=no", warn=True),
    ]


def _card(title: str, icon: str, page: str, rows: QuerySet[Any], query: str = "", warn: bool = False) -> dict[str, Any]:
    number, exact = bounded_count(rows, BOUND)
    link = reverse(f"admin:{page}_changelist") + (f"?{query}" if query else "")
    shown = f"{number}" if exact else f"{number}+"
    return {"title": title, "icon": icon, "shown": shown, "link": link, "warn": warn and number > 0}


def _newest(actor: Any) -> list[Customer]:
    rows = Customer.objects.visible_to(actor).alive().select_related("follow_user")
    return list(rows.order_by("-id")[:NEWEST])
