"""The console's first page: what waits for whoever looks, yesterday's numbers with the month behind them, the newest
customers. Each number leads to its list."""

from typing import Any

from django.http import HttpRequest

from core.console_scope import actor_of
from corps import people
from customers.models import Customer
from scrm_customer.home import mirror, needs, numbers

NEWEST = 8


def figures(request: HttpRequest) -> dict[str, Any]:
    """What the index template shows this user: ``needs``, ``mirror``, ``numbers`` and ``newest``."""
    # Of a manager each list would ask anew.
    people.remember(request.user)
    user, actor = request.user, actor_of(request)
    return {
        "needs": needs.of(user, actor),
        "mirror": mirror.state(user, actor),
        "numbers": numbers.of(user, actor),
        "newest": _newest(actor) if user.has_perm("customers.view_customer") else [],
    }


def _newest(actor: Any) -> list[Customer]:
    rows = Customer.objects.visible_to(actor).alive().select_related("follow_user")
    return list(rows.order_by("-id")[:NEWEST])
