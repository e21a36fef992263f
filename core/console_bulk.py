"""The console's page for one act on selected rows: it names them, asks what the act needs, and tells how it went."""

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

# More than a page at once is a job for the background.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is done, in the words and by the rule of its own package.

    Attributes:
        name: the action's name in the list.
        too_many: the sentence of a refusal, with ``%(most)d``.
        chosen: the sentence above the form, of the selected rows.
        told: how it went, with ``%(changed)d``, ``%(unchanged)d`` and ``%(refused)d``.
        form: made of the posted data or None.
        change: the rule, with the ids of the rows and the form's cleaned data; returns ``core.bulk.each``'s results.
    """

    name: str
    title: str
    too_many: str
    chosen: Callable[[Sequence[Any]], str]
    told: str
    form: Callable[[Any], forms.Form]
    change: Callable[[list[int], dict[str, Any]], list[dict[str, Any]]]


def bulk(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any], act: BulkAct) -> HttpResponse | None:
    """Ask, then change the selected rows, each for itself, and tell how many were and weren't."""
    chosen = list(queryset.order_by("-id")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, act.too_many % {"most": MOST_AT_ONCE})
        return None
    asked = "apply" in request.POST
    form = act.form(request.POST if asked else None)
    if not (asked and form.is_valid()):
        return _page(model_admin, request, act, form, chosen)
    _tell(request, act, act.change([row.pk for row in chosen], form.cleaned_data))
    return None


def _page(
    model_admin: Any, request: HttpRequest, act: BulkAct, form: forms.Form, chosen: Sequence[Any]
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": act.title,
        "text": act.chosen(chosen),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "chosen": chosen,
        "action": act.name,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "console/bulk.html", context)


def _tell(request: HttpRequest, act: BulkAct, results: Sequence[dict[str, Any]]) -> None:
    count = Counter(result["status"] for result in results)
    told = {"changed": count["changed"], "unchanged": count["unchanged"], "refused": count["failed"]}
    reasons = Counter(result["message"] for result in results if result["status"] == "failed")
    why = " ".join(f"{message} ({number})" for message, number in reasons.most_common(3))
    level = messages.WARNING if why else messages.SUCCESS
    messages.add_message(request, level, f"{act.told % told} {why}".strip())
