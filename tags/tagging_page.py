"""The console's page that puts tags on selected rows, or takes them off: customers and group chats alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import console_bulk
from core.console_scope import actor_of


@dataclass(frozen=True, slots=True)
class Rows:
    """What is tagged, in the words and by the rule of its own package.

    Attributes:
        too_many, told: as ``console_bulk.BulkAct``'s.
        chosen: for how many rows the page asks.
        change: the rule: ids of rows, ids of tags to add and to remove, ``by``, ``source``; returns a result each.
    """

    too_many: str
    chosen: Callable[[int], str]
    told: str
    change: Callable[..., list[dict[str, Any]]]


def bulk(
    model_admin: Any,
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    add: bool,
    rows: Rows,
    form: Callable[[Any], forms.Form],
) -> HttpResponse | None:
    """Ask which tags, then change the selected rows, each for itself, and tell how many were and weren't.

    Args:
        form: made of the posted data or None; its field ``tags`` has the tags.
    """

    def change(ids: list[int], data: dict[str, Any]) -> list[dict[str, Any]]:
        tags = [tag.pk for tag in data["tags"]]
        put, off = (tags, ()) if add else ((), tags)
        return rows.change(ids, put, off, by=actor_of(request), source="operator")

    act = console_bulk.BulkAct(
        name="add_tags" if add else "remove_tags",
        title=_("Add tags") if add else _("Remove tags"),
        too_many=rows.too_many,
        chosen=lambda chosen: rows.chosen(len(chosen)),
        told=rows.told,
        form=form,
        change=change,
    )
    return console_bulk.bulk(model_admin, request, queryset, act)
