"""The console's page that puts tags on selected rows, or takes them off: customers and group chats alike."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.console_scope import actor_of

# More than a page at once is a job for the background.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Rows:
    """What is tagged, in the words and by the rule of its own package.

    Attributes:
        too_many: the sentence of a refusal, with ``%(most)d``.
        chosen: for how many rows the page asks.
        told: how it went, with ``%(changed)d``, ``%(unchanged)d`` and ``%(refused)d``.
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
    chosen = list(queryset.order_by("-id")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, rows.too_many % {"most": MOST_AT_ONCE})
        return None
    asked = "apply" in request.POST
    filled = form(request.POST if asked else None)
    if not (asked and filled.is_valid()):
        return _page(model_admin, request, filled, rows.chosen(len(chosen)), chosen, add)
    tags = [tag.pk for tag in filled.cleaned_data["tags"]]
    put, off = (tags, ()) if add else ((), tags)
    _tell(request, rows, rows.change([row.pk for row in chosen], put, off, by=actor_of(request), source="operator"))
    return None


def _page(
    model_admin: Any, request: HttpRequest, form: forms.Form, text: str, chosen: Sequence[Any], add: bool
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Add tags") if add else _("Remove tags"),
        "text": text,
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "chosen": chosen,
        "action": "add_tags" if add else "remove_tags",
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "console/bulk_tags.html", context)


def _tell(request: HttpRequest, rows: Rows, results: Sequence[dict[str, Any]]) -> None:
    count = Counter(result["status"] for result in results)
    told = {"changed": count["changed"], "unchanged": count["unchanged"], "refused": count["failed"]}
    reasons = Counter(result["message"] for result in results if result["status"] == "failed")
    why = " ".join(f"{message} ({number})" for message, number in reasons.most_common(3))
    level = messages.WARNING if why else messages.SUCCESS
    messages.add_message(request, level, f"{rows.told % told} {why}".strip())
