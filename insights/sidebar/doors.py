"""Who gets through to the sidebar: an employee whom WeCom named, of the company in the address."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.errors import Forbidden, NotFound, RuleViolation
from corps import members
from corps.models import User

P = ParamSpec("P")
# It takes who uses the page, and what the address names behind the company.
View = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def entered(view: View[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """A view for members. Others go to WeCom first; what a member may not see is not there."""

    @wraps(view)
    def answered(request: HttpRequest, corpid: str, *args: P.args, **named: P.kwargs) -> HttpResponse:
        user = members.member(request)
        if user is None or user.corp is None or user.corp.wecom_corpid != corpid:
            return redirect("wecom-sidebar-login", corpid=corpid)
        with timezone.override(user.corp.zone):
            try:
                return view(request, user, *args, **named)
            except NotFound:
                told = _("This customer is not among those whom you may see here.")
                return _said(request, corpid, 404, told)
            except RuleViolation as refusal:
                return _said(request, corpid, refusal.status, str(refusal.message))

    return never_cache(answered)  # type: ignore[return-value]


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
