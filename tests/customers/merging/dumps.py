"""All rows of every table, to be compared: what a merge and its undoing must leave as it was."""

from typing import Any

from django.apps import apps

from customers.models import Customer
from tests import make
from tests.conftest import Cast

# What only ever grows: the record of what happened, and messages about it.
HISTORY = {"OutboxEvent", "InboxEvent", "InboxDelivery", "CustomerMerge", "TimelineEntry", "FetchTicket", "ValueChange"}
# The count of changes and when the last one was. Besides, up to which of them the mirror has compared everything.
GROWS = {"version", "update_time", "mirror_version"}
_APPS = ("corps", "tags", "customers", "followups", "groups", "segments", "insights", "messaging", "wecom")


def everything() -> dict[str, list[dict[str, Any]]]:
    """Table → its rows, without ``HISTORY`` and ``GROWS``."""
    found: dict[str, list[dict[str, Any]]] = {}
    for app in _APPS:
        for model in apps.get_app_config(app).get_models():
            if model.__name__ not in HISTORY:
                rows = model._base_manager.order_by("pk").values()
                found[model.__name__] = [{k: v for k, v in row.items() if k not in GROWS} for row in rows]
    return found


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What differs, small enough to be read."""
    return {
        name: ([row for row in rows if row not in after[name]], [row for row in after[name] if row not in rows])
        for name, rows in before.items()
        if rows != after[name]
    }


def two(cast: Cast, **fields: Any) -> tuple[Customer, Customer]:
    """The owner's customer without a city, and the colleague's with one, who has the same mobile."""
    first = make.customer(cast.corp, cast.owner, name="张三", mobile="13800000001", **fields)
    second = make.customer(cast.corp, cast.colleague, name="张三丰", mobile="13800000001", city="深圳", gender=1)
    return first, second
