"""The console's site: nobody passes without a second factor where one is required, and nobody stays idle for long."""

import base64
import io
import time
from typing import Any, cast
from urllib.parse import quote

import django_otp
import django_otp.qr
from django import forms
from django.conf import settings
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from core.errors import RuleViolation
from corps import second_factor
from corps.models import User
from scrm_customer import home

_SEEN = "seen"


class CodeForm(forms.Form):
    """One code, from the app or from paper."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "one-time-code", "inputmode": "text", "autofocus": ""}),
    )


class Autocomplete(AutocompleteJsonView):
    """Names a row as its page wants it named, "group / tag" and not "tag"."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "option_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


class ConsoleSite(UnfoldAdminSite):
    """Django's admin site as this service runs it."""

    index_title = _("Overview")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Deleting in bulk passes by the rules.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and _is_fresh(request) and _is_verified(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        # Whoever is half in may still leave.
        return csrf_protect(never_cache(view)) if view == self.logout else super().admin_view(view, cacheable)

    def get_urls(self) -> list[Any]:
        own = [
            path("second-factor/", self.second_factor, name="second_factor"),
            path("second-factor/setup/", self.set_up, name="second_factor_setup"),
            path("second-factor/codes/", self.admin_view(self.codes), name="second_factor_codes"),
        ]
        return own + super().get_urls()

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), **home.figures(request)})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Autocomplete.as_view(admin_site=self)(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not _is_fresh(request):
            logout(request)
        if request.method == "GET" and super().has_permission(request) and not _is_verified(request):
            return redirect(f"{reverse('admin:second_factor')}?next={_next(request, quoted=True)}")
        return super().login(request, extra_context)  # type: ignore[return-value]

    @method_decorator([never_cache, csrf_protect])
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Ask a user who has given the password for a code."""
        if not super().has_permission(request):
            return redirect_to_login(_next(request), reverse("admin:login"))
        if _is_verified(request):
            return redirect(_next(request))
        if not second_factor.is_enrolled(_user(request)):
            return redirect(f"{reverse('admin:second_factor_setup')}?next={_next(request, quoted=True)}")
        form = CodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                device = second_factor.verify(user=_user(request), code=form.cleaned_data["code"])
            except RuleViolation as refusal:
                form.add_error("code", str(refusal.message))
            else:
                _let_in(request, device)
                return redirect(_next(request))
        return self._page(request, "console/second_factor.html", _("Second factor"), form=form)

    @method_decorator([never_cache, csrf_protect])
    def set_up(self, request: HttpRequest) -> HttpResponse:
        """Show the QR code of a new device at the first login, and take it into use by its first code."""
        if not super().has_permission(request):
            return redirect_to_login(_next(request), reverse("admin:login"))
        form = CodeForm(request.POST or None)
        try:
            device = second_factor.offered_device(_user(request))
            if request.method == "POST" and form.is_valid():
                proven, codes = second_factor.enrol(user=_user(request), code=form.cleaned_data["code"])
                _let_in(request, proven)
                return self._page(request, "console/codes.html", _("Recovery codes"), codes=codes, next=_next(request))
        except RuleViolation as refusal:
            if refusal.code == "already_enrolled":
                return redirect(f"{reverse('admin:second_factor')}?next={_next(request, quoted=True)}")
            form.add_error("code", str(refusal.message))
        secret = base64.b32encode(device.bin_key).decode()
        title = _("Set up the second factor")
        return self._page(request, "console/set_up.html", title, form=form, qr=_qr(device.config_url), secret=secret)

    def codes(self, request: HttpRequest) -> HttpResponse:
        """Give out new recovery codes in place of the old."""
        codes = second_factor.renew_codes(user=_user(request)) if request.method == "POST" else None
        left = second_factor.codes_left(_user(request))
        return self._page(
            request, "console/codes.html", _("Recovery codes"), codes=codes, left=left, next=_next(request)
        )

    def _page(self, request: HttpRequest, template: str, title: Any, **more: Any) -> TemplateResponse:
        return TemplateResponse(request, template, {**self.each_context(request), "title": title, **more})


def _user(request: HttpRequest) -> User:
    """The user of a page that nobody sees without one."""
    return cast(User, request.user)


def _is_verified(request: HttpRequest) -> bool:
    return not settings.OTP_REQUIRED or request.user.is_verified()  # type: ignore[union-attr]


def _is_fresh(request: HttpRequest) -> bool:
    """Whether the session was used lately. The time is written once a minute, not with each request."""
    now = int(time.time())
    seen = request.session.get(_SEEN, now)
    if now - seen > settings.SESSION_IDLE_AGE:
        return False
    if _SEEN not in request.session or now - seen > 60:
        request.session[_SEEN] = now
    return True


def _let_in(request: HttpRequest, device: Any) -> None:
    request.session.cycle_key()
    django_otp.login(request, device)


def _next(request: HttpRequest, *, quoted: bool = False) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    target = wanted if safe else reverse("admin:index")
    return quote(target) if quoted else target


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    django_otp.qr.write_qrcode_image(text, drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
