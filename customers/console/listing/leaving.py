"""The customer list, as it is narrowed and with the columns it shows, as a file to take along."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from core import exporting
from core.console_scope import actor_of
from core.headers import address_of
from customers.choices import Source
from customers.console.listing import views
from customers.console.listing.table import Table
from customers.privacy import accesses

_FORMAT, _TOKEN = "format", "csrfmiddlewaretoken"
# What stands for a keyword where it is kept who took what.
_SOMETHING = "***"


def export(admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The first hundred thousand customers of the list that the form tells of, in its order.

    Asked by a form and not by an address: what was searched for may name somebody. Who they are is settled before the
    first line is sent, by one statement; each thousand is then read by their keys.
    """
    if not admin.has_view_permission(request):
        return admin.nowhere(request, "export")
    if request.method != "POST":
        return redirect(admin.page("changelist"))
    asked = request.POST.copy()
    kind = str(asked.pop(_FORMAT, [""])[-1])
    asked.pop(_TOKEN, None)
    request.GET = asked  # type: ignore[assignment]
    views.apply(request)
    try:
        changelist = admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return redirect(f"{admin.page('changelist')}?e=1")
    if changelist.refusal:
        messages.error(request, str(changelist.refusal.message))
        return redirect(admin.page("changelist"))
    ids = list(changelist.queryset.values_list("pk", flat=True)[: exporting.MOST_ROWS])
    actor = actor_of(request)
    told: Any = {"by": actor, "source": Source.OPERATOR, "address": address_of(request.META)}
    accesses.exported(what="customers", number=len(ids), filters=_kept(dict(asked.items())), **told)
    table = Table(views.of(request).shown, actor, ZoneInfo(timezone.get_current_timezone_name()))
    kind = kind if kind in exporting.KINDS else exporting.KINDS[0]
    # An id or a number of eleven digits is no quantity.
    return exporting.as_file(table.lines(ids), "customers", kind, numbers=False)


def _kept(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked, as the record of accesses may keep it: a keyword is a name or a number, and outlives neither."""
    return asked | ({SEARCH_VAR: _SOMETHING} if asked.get(SEARCH_VAR) else {})
