"""The doors through which a member comes in from WeCom, and the signatures for the page that they came to."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.api_errors import body
from core.errors import Forbidden, NotFound, RuleViolation
from corps import members
from corps.models import User
from customers.models import Customer
from wecom.client.errors import NotConnected, WecomError
from wecom.models import PageTicket, WecomApp
from wecom.sidebar import entering, signing, tickets

# The SDK is not ours to hand on: "make jssdk" fetches it (docs/sidebar.md).
SDK, STAND_IN = "sidebar/wecom-jssdk.js", "sidebar/stand-in.js"
_STATE, _CHATS = "sidebar_state", 20
_log = structlog.get_logger("scrm.sidebar")
View = Callable[..., HttpResponse]


def _of_wecom(view: View) -> View:
    """WeCom is asked within the request, because somebody waits for just that; what it fails in is said on a page.

    Breaker, limits and ten seconds of patience bound it (client/wire.py).
    """

    @wraps(view)
    def answered(request: HttpRequest, corpid: str) -> HttpResponse:
        try:
            return view(request, corpid)
        except NotFound:
            return _said(request, corpid, 404, _("No company is connected here under this address."))
        except RuleViolation as refusal:
            return _said(request, corpid, refusal.status, str(refusal.message))
        except WecomError as error:
            _log.warning("sidebar_wecom", api=error.api, code=error.code)
            # What doesn't pass by itself is a code that was used up, or a right that the app lacks.
            return _said(request, corpid, 503 if error.passes else 403, str(error.advice))
        except NotConnected:
            return _said(request, corpid, 503, _("The app of this company is switched off or can't be used now."))

    return answered


@require_GET
@never_cache
@_of_wecom
def home(request: HttpRequest, corpid: str) -> HttpResponse:
    """Asks WeCom's client whom the chat is with, and goes there. In a sandbox there is no client: one is played."""
    app, user = entering.app_of(corpid), members.member(request)
    if user is None or user.corp_id != app.corp_id:
        return redirect("wecom-sidebar-login", corpid=corpid)
    script = STAND_IN if app.sandbox else SDK
    context: dict[str, Any] = {
        "corpid": corpid,
        "agent_id": app.agent_id,
        "sdk": _address(script),
        "signatures": reverse("wecom-sidebar-signatures", args=[corpid]),
        "chats": _chats(user) if app.sandbox else [],
    }
    return render(request, "sidebar/home.html", context)


@require_GET
@never_cache
@_of_wecom
def login(request: HttpRequest, corpid: str) -> HttpResponse:
    """Go to WeCom, and come back here with a code: from then on the browser is that employee's."""
    app = entering.app_of(corpid)
    here = request.build_absolute_uri(reverse("wecom-sidebar-login", args=[corpid]))
    if not request.GET.get("code"):
        state = request.session[_STATE] = secrets.token_urlsafe(16)
        return redirect(entering.way_to_wecom(app, back=here, state=state))
    # Serves once: a link with somebody else's code in it is of no use.
    expected = request.session.pop(_STATE, "")
    if not expected or not secrets.compare_digest(expected, request.GET.get("state", "")):
        raise Forbidden(
            "state_wrong", _("This way in was used already, or is too old. Open the page in WeCom once more.")
        )
    members.remember(request, entering.user_with(app, request.GET["code"][:512]))
    return redirect("wecom-sidebar", corpid=corpid)


@require_GET
@never_cache
def signatures(request: HttpRequest, corpid: str) -> JsonResponse:
    """What the SDK needs to use the client on the page ``url``: of the company or, with ``kind=app``, of the app."""
    try:
        app, url = _asked(request, corpid)
        kind = PageTicket.Kind.APP if request.GET.get("kind") == "app" else PageTicket.Kind.CORP
        return JsonResponse(dict(signing.sign(tickets.current(app, kind), url)))
    except RuleViolation as refusal:
        return _refused(refusal.code, str(refusal.message), refusal.status)
    except WecomError as error:
        _log.warning("sidebar_wecom", api=error.api, code=error.code)
        return _refused("wecom", str(error.advice), 503)
    except NotConnected:
        return _refused("not_connected", _("The app of this company is switched off or can't be used now."), 503)


def _address(script: str) -> str:
    """Of a script; "" for one that is not installed, or wasn't when the static files were collected."""
    try:
        return static(script) if finders.find(script) else ""
    except ValueError:
        return ""


def _chats(user: User) -> list[dict[str, str]]:
    """The newest customers of an employee."""
    rows = Customer.objects.of_corp(user.corp_id or 0).alive().filter(follow_user=user.employee_id).order_by("-id")
    return list(rows.values("external_userid", "name")[:_CHATS])  # type: ignore[arg-type]


def _asked(request: HttpRequest, corpid: str) -> tuple[WecomApp, str]:
    app, user, url = entering.app_of(corpid), members.member(request), request.GET.get("url", "")
    if user is None or user.corp_id != app.corp_id:
        raise Forbidden("login_needed", _("Log in first."))
    if not url.startswith(request.build_absolute_uri("/")):
        raise RuleViolation("url_foreign", _("Only pages of this service are signed."))
    return app, url


def _refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse(body(code, message), status=status)


def _said(request: HttpRequest, corpid: str, status: int, message: str) -> HttpResponse:
    context: dict[str, Any] = {"message": message, "again": reverse("wecom-sidebar-login", args=[corpid])}
    return render(request, "sidebar/said.html", context, status=status)
