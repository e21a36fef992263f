"""The console's site: nobody passes without a second factor where one is required, and nobody stays idle for long."""

import base64
import io
from typing import Any, cast

import django_otp.qr
from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from core.errors import RuleViolation
from corps import second_factor
from scrm_customer import home
from scrm_customer.entry import is_fresh, is_verified, let_in, next_address, user_of


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
        return super().has_permission(request) and is_fresh(request) and is_verified(request)

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
        return cast(HttpResponse, Autocomplete.as_view(admin_site=self)(request))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not is_fresh(request):
            logout(request)
        if request.method == "GET" and super().has_permission(request) and not is_verified(request):
            return redirect(f"{reverse('admin:second_factor')}?next={next_address(request, quoted=True)}")
        return cast(HttpResponse, super().login(request, extra_context))

    @method_decorator([never_cache, csrf_protect])
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Ask a user who has given the password for a code."""
        if not super().has_permission(request):
            return redirect_to_login(next_address(request), reverse("admin:login"))
        if is_verified(request):
            return redirect(next_address(request))
        if not second_factor.is_enrolled(user_of(request)):
            return redirect(f"{reverse('admin:second_factor_setup')}?next={next_address(request, quoted=True)}")
        form = CodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                device = second_factor.verify(user=user_of(request), code=form.cleaned_data["code"])
            except RuleViolation as refusal:
                form.add_error("code", str(refusal.message))
            else:
                let_in(request, device)
                return redirect(next_address(request))
        return self._page(request, "console/second_factor.html", _("Second factor"), form=form)

    @method_decorator([never_cache, csrf_protect])
    def set_up(self, request: HttpRequest) -> HttpResponse:
        """Show the QR code of a new device at the first login, and take it into use by its first code."""
        if not super().has_permission(request):
            return redirect_to_login(next_address(request), reverse("admin:login"))
        form = CodeForm(request.POST or None)
        try:
            device = second_factor.offered_device(user_of(request))
            if request.method == "POST" and form.is_valid():
                proven, codes = second_factor.enrol(user=user_of(request), code=form.cleaned_data["code"])
                let_in(request, proven)
                return self._page(
                    request, "console/codes.html", _("Recovery codes"), codes=codes, next=next_address(request)
                )
        except RuleViolation as refusal:
            if refusal.code == "already_enrolled":
                return redirect(f"{reverse('admin:second_factor')}?next={next_address(request, quoted=True)}")
            form.add_error("code", str(refusal.message))
        secret = base64.b32encode(device.bin_key).decode()
        title = _("Set up the second factor")
        return self._page(request, "console/set_up.html", title, form=form, qr=_qr(device.config_url), secret=secret)

    def codes(self, request: HttpRequest) -> HttpResponse:
        """Give out new recovery codes in place of the old."""
        codes = second_factor.renew_codes(user=user_of(request)) if request.method == "POST" else None
        left = second_factor.codes_left(user_of(request))
        return self._page(
            request, "console/codes.html", _("Recovery codes"), codes=codes, left=left, next=next_address(request)
        )

    def _page(self, request: HttpRequest, template: str, title: Any, **more: Any) -> TemplateResponse:
        return TemplateResponse(request, template, {**self.each_context(request), "title": title, **more})


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    django_otp.qr.write_qrcode_image(text, drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
