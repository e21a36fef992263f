"""Whom a condition finds, told while somebody builds it."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import api_errors
from core.console_scope import actor_of
from core.errors import BadRequest, RuleViolation
from corps.actors import Actor
from customers.models import Customer
from segments import finding, previewing
from segments.conditions import wording
from segments.console.companies import company, number


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """Takes condition, and of who sees all companies corp; segment, where it is the condition of one."""
    try:
        return JsonResponse(_told(actor_of(request), _sent(request)))
    except RuleViolation as refusal:
        return JsonResponse(api_errors.body(refusal.code, refusal.message, refusal.errors), status=refusal.status)


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise BadRequest("invalid", _("This is no JSON."))
    return sent


def _told(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    corp = company(actor, sent.get("corp"))
    ident = number(sent.get("segment"))
    segment = finding.one(ident, actor) if ident else None
    found = previewing.preview(document=sent.get("condition"), corp=corp, actor=actor, segment=segment)
    rows = Customer.objects.visible_to(actor).filter(pk__in=found.sample).select_related("follow_user")
    return {
        "count": found.count,
        "sentence": wording.sentence(found.condition),
        "sample": [_row(row) for row in rows.order_by("-id")],
    }


def _row(row: Customer) -> dict[str, Any]:
    return {
        "name": row.name,
        "about": str(row.follow_user or ""),
        "url": reverse("admin:customers_customer_change", args=[row.pk]),
    }
