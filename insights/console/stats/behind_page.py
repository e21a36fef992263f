"""The list behind a number: each stay that it counts, with the customer."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.pagination import bounded_count
from corps.querysets import owns_narrowly
from customers.choices import RelationStatus
from customers.models import Customer
from insights.console.stats import asking, contact_parts
from insights.console.stats.kinds import DAYS, WHOSE, Kind
from insights.console.stats.names import NAMES
from insights.console.stats.reader import Reader
from insights.console.stats.report_page import address
from insights.reading import way
from insights.stats import behind, behind_contact
from insights.stats.terms import Span
from insights.stats.words import CONTACT

SIZE, BOUND = 20, 10_000
_KIND = Kind((*DAYS, *WHOSE, "channel"), span=Span.DAY)


def page(model_admin: Any, request: HttpRequest, reader: Reader) -> HttpResponse:
    asked = asking.asked(reader, _KIND, request.GET.dict())
    name = request.GET.get("number", "")
    name = name if name in behind.NUMBERS else "new"
    days = asked.period
    rows = behind.stays(reader.corp, asked.scope, name, days.first, days.last)
    total, exact = bounded_count(rows, BOUND)
    turned = Paginator(range(total), SIZE).get_page(request.GET.get("page", ""))
    start = (turned.number - 1) * SIZE
    order = "-began_at" if name in ("total", "new", "readded", *CONTACT) else "-ended_at"
    listed = list(rows.select_related("customer", "employee").order_by(order, "-id")[start : start + SIZE])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Behind a number"),
        "opts": model_admin.opts,
        "errors": [text for texts in asked.form.errors.values() for text in texts],
        "number": NAMES[name],
        "means": _means(reader, days.last) if name in CONTACT else "",
        "days": (days.first, days.last),
        "shown": f"{total:,}" if exact else f"{total:,}+",
        "stays": [_told(stay) for stay in listed],
        "linked": _open_to(reader, [stay.customer_id for stay in listed]),
        "turned": turned,
        "query": urlencode(asked.query | {"number": name}),
        "back": f"{address('growth')}?{urlencode(asked.query)}",
    }
    return TemplateResponse(request, "insights/stats/behind.html", context)


def _means(reader: Reader, day: dt.date) -> str:
    """What the day's count took for active."""
    by = behind_contact.definition_of(reader.corp.pk, day)
    return contact_parts.means({"version": by.version, "days": by.days, "kinds": by.kinds})


def _told(stay: Any) -> dict[str, Any]:
    how = RelationStatus(stay.ended_by).label if stay.ended_by else _("ended, nobody told how") if stay.ended_at else ""
    return {"row": stay, "how": how, "way": stay.state or way(stay.add_way)}


def _open_to(reader: Reader, ids: list[int]) -> set[int]:
    """Of these customers, those whose page opens: who is a colleague's now is named and not linked."""
    if not owns_narrowly(reader.actor):
        return set(ids)
    return set(Customer.objects.visible_to(reader.actor).filter(pk__in=ids).values_list("pk", flat=True))
