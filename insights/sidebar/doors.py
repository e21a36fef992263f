"""Who gets through to the sidebar: an employee whom WeCom named, of the company in the address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.errors import Forbidden, NotFound, RuleViolation
from corps import members
from corps.models import User

# It takes who uses the page and, where the address names one, the customer.
View = Callable[..., HttpResponse]


def entered(view: View) -> View:
    """A view for members. Others go to WeCom first; what a member may not see is not there."""

    @wraps(view)
    def answered(request: HttpRequest, corpid: str, **named: str) -> HttpResponse:
        user = members.member(request)
        if user is None or user.corp is None or user.corp.wecom_corpid != corpid:
            return redirect("wecom-sidebar-login", corpid=corpid)
        with timezone.override(user.corp.zone):
            try:
                return view(request, user, **{name: int(ident) for name, ident in named.items()})
            except NotFound:
                told = _("This customer is not among those whom you may see here.")
                return _said(request, corpid, 404, told)
            except RuleViolation as refusal:
                return _said(request, corpid, refusal.status, str(refusal.message))

    return never_cache(answered)


def check(user: User, act: str) -> None:
    """Raises Forbidden."""
    if not user.actor.may(act):
        raise Forbidden


def done(request: HttpRequest, corpid: str, pk: int, told: Any) -> HttpResponse:
    """Back on the customer's page, with a word about what was done."""
    messages.success(request, str(told))
    return redirect("sidebar-customer", corpid=corpid, pk=pk)


def _said(request: HttpRequest, corpid: str, status: int, message: str) -> HttpResponse:
    return render(request, "sidebar/said.html", {"message": message, "corpid": corpid}, status=status)
