"""The page of what has gathered dust among tags and rules."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from corps.models import Corp
from segments.models import TagRule
from segments.rules import hygiene
from tags.models import Tag

# Of whoever sees every company, so many are looked through.
_MOST_CORPS = 10


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    corps = Corp.objects.filter(active=True).order_by("pk")
    corps = (corps if actor.sees_all_corps else corps.filter(pk=actor.corp_id))[:_MOST_CORPS]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Tag hygiene"),
        "opts": model_admin.opts,
        "found": [(corp if actor.sees_all_corps else None, *_told(hygiene.of(corp.pk))) for corp in corps],
        "back": model_admin.page("changelist"),
    }
    return TemplateResponse(request, "segments/tag_hygiene.html", context)


def _told(found: hygiene.Hygiene) -> tuple[hygiene.Hygiene, list[dict[str, Any]]]:
    """With the names of the rules and tags that are at odds."""
    rules = TagRule.objects.in_bulk({pk for odds in found.odds for pk in (odds.adds_id, odds.removes_id)})
    tags = Tag.objects.in_bulk({odds.tag_id for odds in found.odds})
    return found, [
        {
            "adds": rules[odds.adds_id],
            "removes": rules[odds.removes_id],
            "tag": tags[odds.tag_id],
            "customers": odds.customers,
        }
        for odds in found.odds
    ]
