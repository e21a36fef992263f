"""A segment's profile (人群画像) in the console, led to from its page."""

from typing import Any

import orjson
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import action

from core.console_scope import actor_of
from core.time import from_wire
from insights.portrait import answer
from segments.admin import SegmentAdmin

FIELDS = {
    "channel": gettext_lazy("channel"),
    "tag": gettext_lazy("tags"),
    "stage": gettext_lazy("stage"),
    "city": gettext_lazy("city"),
    "age": gettext_lazy("days since they were added"),
}
# From here on a share is worth pointing at, in percent of the whole's.
MUCH, LITTLE = 120, 80


@action(description=pgettext_lazy("segment", "Profile"), url_path="profile", icon="person_search", permissions=["view"])
def portrait(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The page of what kind of people a segment holds."""
    row = page.get_object(request, unquote(str(object_id)))
    if row is None:
        missing: HttpResponse = page.nowhere(request, object_id)
        return missing
    told = orjson.loads(answer.of(row, actor_of(request)))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Profile of the segment"),
        "opts": page.opts,
        "media": page.media,
        "original": row,
        "back": page.page("change", row.pk),
        "told": told | {"asOf": from_wire(told["asOf"])},
        "fields": [_field(name, told["distributions"][name]) for name in FIELDS],
    }
    return TemplateResponse(request, "insights/portrait.html", context)


def _field(name: str, found: dict[str, Any]) -> dict[str, Any]:
    return {"label": FIELDS[name], "lines": [_line(one) for one in found["list"]], "more": found["more"]}


def _line(one: dict[str, Any]) -> dict[str, Any]:
    shares = {"percent": 100 * one["share"], "wholePercent": 100 * one["wholeShare"]}
    index = one["index"]
    colour = None if index is None else "success" if index >= MUCH else "warning" if index <= LITTLE else None
    return one | shares | {"colour": colour}


def wire(page: type[SegmentAdmin]) -> None:
    """Put the way to it on the page of a package below."""
    page.portrait = portrait  # type: ignore[attr-defined]
    page.actions_detail = ["portrait", *page.actions_detail]


wire(SegmentAdmin)
