"""What a customer list asks, as a view keeps it."""

import json
from typing import Any

from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.http import QueryDict

from corps.actors import Actor
from customers.console.listing.views import ASKED, KEPT, SORT, VIEW
from customers.listviews.columns import SORTS
from customers.models import CustomerView

CONDITION = "condition"
# What somebody typed to find one person is of that person, and no way to look at the list.
_LEFT_OUT = {VIEW, ASKED, SORT, KEPT, CONDITION, PAGE_VAR, ORDER_VAR, SEARCH_VAR, ERROR_FLAG}


def query(params: QueryDict) -> dict[str, list[str]]:
    """The filters, without those that are empty."""
    given = {name: [value for value in values if value] for name, values in params.lists() if name not in _LEFT_OUT}
    return {name: values for name, values in given.items() if values}


def of(address: str, actor: Actor) -> dict[str, Any]:
    """``query``, ``condition`` and ``sort`` of the list with these parameters."""
    params = QueryDict(address)
    sort = params.get(SORT, "")
    return {"query": query(params), "condition": _condition(params, actor), "sort": sort if sort in SORTS else ""}


def differs(params: QueryDict, view: CustomerView) -> bool:
    """Whether the list with these parameters asks something else than the view that it began with."""
    kept = str(view.pk) if KEPT in params else ""
    asks = params.get(CONDITION, "") or params.get(KEPT, "") not in ("", kept)
    return bool(asks) or query(params) != view.query or params.get(SORT, "") != view.sort


def _condition(params: QueryDict, actor: Actor) -> Any:
    """As it was written. What can't be read is none: the list says what is wrong with it."""
    kept = params.get(KEPT, "")
    if kept.isascii() and kept.isdecimal() and len(kept) <= 18:
        row = CustomerView.objects.visible_to(actor).filter(pk=int(kept)).only("condition").first()
        return row and row.condition
    try:
        return json.loads(str(params[CONDITION])) if params.get(CONDITION) else None
    except (ValueError, RecursionError):
        return None
