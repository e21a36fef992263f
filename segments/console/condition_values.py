"""What the values of a question can be: rows found by searching, and the names of those that a condition holds."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from core import api_errors
from core.console_scope import actor_of, visible
from core.errors import NotFound, RuleViolation
from segments.conditions import phrases
from segments.console.companies import company, number
from segments.fields import FIELDS, SETS
from segments.fields.field import Field

MOST_FOUND, MOST_NAMED = 20, 100


def values(request: HttpRequest) -> JsonResponse:
    """``?field=relation.employee&term=…``, or ``&ids=1,2`` for names."""
    try:
        corp = company(actor_of(request), request.GET.get("corp"))
        page = _page_of(_field(request.GET.get("field", "")))
        ids = request.GET.get("ids")
        rows = _found(request, page, corp.pk) if ids is None else _named(request, page, corp.pk, ids.split(","))
    except RuleViolation as refusal:
        return JsonResponse(api_errors.body(refusal.code, refusal.message), status=refusal.status)
    return JsonResponse({"results": [{"id": row.pk, "text": _name(page, row)} for row in rows]})


def _field(key: str) -> Field:
    rows, dot, name = key.rpartition(".")
    if dot and rows not in SETS:
        raise NotFound
    found = (SETS[rows].fields if dot else FIELDS).get(name)
    if found is None or not found.of:
        raise NotFound
    return found


def _page_of(field: Field) -> Any:
    """The model's page: it knows how its rows are searched, ordered and called, and who may see them."""
    return admin.site.get_model_admin(apps.get_model(field.of))


def _found(request: HttpRequest, page: Any, corp_id: int) -> Iterable[Any]:
    if not page.has_view_permission(request):
        return ()
    rows = page.get_queryset(request).filter(corp_id=corp_id)
    rows = rows.live() if hasattr(rows, "live") else rows
    term = request.GET.get("term", "")[:50].replace("\0", "")
    found, duplicates = page.get_search_results(request, rows, term)
    found = found.order_by(*(page.get_ordering(request) or ["-id"]))
    return (found.distinct() if duplicates else found)[:MOST_FOUND]


def _named(request: HttpRequest, page: Any, corp_id: int, asked: list[str]) -> QuerySet[Any]:
    """Deleted ones as well: a condition may name them still."""
    ids = [ident for each in asked[:MOST_NAMED] if (ident := number(each))]
    rows = page.model._default_manager.filter(corp_id=corp_id, pk__in=ids)
    joined = page.list_select_related
    return visible(rows.select_related(*joined) if joined else rows, actor_of(request))


def _name(page: Any, row: Any) -> str:
    name = page.option_label(row)
    return str(phrases.GONE) % {"name": name} if getattr(row, "deleted_at", None) else name
