from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.console import ReadOnlyAdmin, ScopedModelAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.time import now
from wecom import checking, connecting
from wecom.checking import Verdict
from wecom.client.codes import advice_on
from wecom.models import ApiClosure, WecomApp

_COLOURS = {Verdict.WORKS: "success", Verdict.EMPTY: "warning", Verdict.REFUSED: "danger", Verdict.UNKNOWN: None}
_SEALED = tuple(connecting.SEALED)
# For those who run the service: where its requests go is not for a company's administrator to say.
_OPERATORS = ("api_base", "sandbox")


class _Secret(UnfoldAdminTextInputWidget):
    """A password field that never shows what is stored, nor what was typed."""

    input_type = "password"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password"})

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        return super().get_context(name, None, attrs)


def _secret(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, widget=_Secret, max_length=128)


class AppForm(forms.ModelForm):
    """The steps of docs/connect-wecom.md, each beside the field that it fills."""

    secret = _secret(
        gettext_lazy("secret"), gettext_lazy("Secret, on the app's page: it is sent to an administrator's WeCom.")
    )
    callback_token = _secret(
        gettext_lazy("Token of the callback"), gettext_lazy("Receive messages (接收消息), Set API receiving, Token.")
    )
    callback_key = _secret(
        gettext_lazy("EncodingAESKey of the callback"), gettext_lazy("Beside the Token: 43 letters and digits.")
    )

    class Meta:
        model = WecomApp
        fields = ["name", "corpid", "agent_id", "welcome_text", "main", "active", *_OPERATORS]
        widgets = {"welcome_text": UnfoldAdminTextareaWidget}
        help_texts = {
            "corpid": gettext_lazy("My company (我的企业), at the bottom of the page: ww and 16 characters."),
            "agent_id": gettext_lazy("AgentId, on the page of the self-built app (自建应用)."),
            "welcome_text": gettext_lazy("Sent to each new customer. Empty: none."),
            "main": gettext_lazy("One app of the company reads and writes; others only receive callbacks."),
            "api_base": gettext_lazy("Empty for WeCom itself."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance
        for name in _SEALED:
            if getattr(stored, connecting.SEALED[name]):
                self.fields[name].help_text = _("It is set. Leave this empty to keep it.")

    def validate_unique(self) -> None:
        """The rule tells of an app that is connected already, and in its own words."""

    validate_constraints = validate_unique


@admin.register(WecomApp)
class WecomAppAdmin(ScopedModelAdmin):
    form = AppForm
    list_display = ["name", "agent_id", "use", "state"]
    list_filter = [("active", BooleanRadioFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    actions_detail = ["try_out"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        operators = list(_OPERATORS) if actor_of(request).sees_all_corps else []
        corp = ["corp"] if actor_of(request).sees_all_corps else []
        told = ["state", "callback_address", "sidebar_address"] if obj else []
        calls = {"fields": [*corp, *told, "name", "corpid", "agent_id", "secret", "main", "active", *operators]}
        callbacks = {"fields": ["callback_token", "callback_key", "welcome_text"]}
        return [(None, calls), (_("What WeCom tells us"), callbacks)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), "state", "callback_address", "sidebar_address"]
        return [*fixed, "corpid"] if obj else fixed

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in (*connecting.PLAIN, *_SEALED) if name in form.cleaned_data}
        by = actor_of(request)
        if change:
            kept = {name: value for name, value in given.items() if value or name not in _SEALED}
            connecting.change_app(app=WecomApp.objects.get(pk=obj.pk), by=by, **kept)
            return
        active = given.pop("active", True)
        app = connecting.connect_app(corp=obj.corp, corpid=obj.corpid, by=by, **given)
        obj.pk = app.pk
        if not active:
            connecting.disconnect(app=app, by=by)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        super().response_add(request, obj, post_url_continue)
        return redirect(self._check_page(obj))

    # --- What is shown ---

    @display(description=gettext_lazy("use"), label=True)
    def use(self, row: WecomApp) -> list[str]:
        kind = _("reads and writes") if row.main else _("callbacks only")
        return [kind, _("sandbox")] if row.sandbox else [kind]

    @display(description=gettext_lazy("state"))
    def state(self, row: WecomApp) -> str:
        if not row.active:
            return badge(_("switched off"))
        if row.trouble_code is None:
            return badge(_("connected"), "success")
        return badge(f"{row.trouble_code}: {advice_on(row.trouble_code)}", "danger")

    @display(description=gettext_lazy("address for callbacks"))
    def callback_address(self, row: WecomApp) -> str:
        return _outside("wecom-callback", row)

    @display(description=gettext_lazy("address for the chat sidebar"))
    def sidebar_address(self, row: WecomApp) -> str:
        return _outside("wecom-sidebar", row)

    # --- The check ---

    @action(description=gettext_lazy("Check"), url_path="check", icon="network_check", permissions=["change"])
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.act(
            request,
            object_id,
            title=_("Check"),
            text=_("Every kind of call is tried once. Nothing is changed in WeCom."),
            run=lambda row, data: self._report(request, row),
        )

    def _report(self, request: HttpRequest, row: WecomApp) -> HttpResponse:
        findings = checking.check(app=row, by=actor_of(request))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Check"),
            "findings": [{"row": found, "mark": _mark(found.verdict)} for found in findings],
            "opts": self.opts,
            "original": row,
            "again": self._check_page(row),
            "back": self.page("change", row.pk),
        }
        return TemplateResponse(request, "console/wecom_check.html", context, headers={"Cache-Control": "no-store"})

    def _check_page(self, row: WecomApp) -> str:
        return reverse("admin:wecom_wecomapp_try_out", args=[row.pk])


def _mark(verdict: Verdict) -> str:
    words = {
        Verdict.WORKS: _("works"),
        Verdict.EMPTY: _("nothing visible"),
        Verdict.REFUSED: _("refused"),
        Verdict.UNKNOWN: _("not known"),
    }
    return badge(words[verdict], _COLOURS[verdict])


@admin.register(ApiClosure)
class ApiClosureAdmin(ReadOnlyAdmin):
    list_display = ["api", "open_again", "advice", "since"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["api", "until", "code", "advice", "since"]

    @display(description=gettext_lazy("state"))
    def open_again(self, row: ApiClosure) -> str:
        return badge(_("over"), "info") if row.until <= now() else badge(_("closed"), "warning")

    @display(description=gettext_lazy("what to do"))
    def advice(self, row: ApiClosure) -> str:
        return f"{row.code}: {advice_on(row.code)}"


def _outside(name: str, row: WecomApp) -> str:
    """An address of ours as WeCom has to be told it."""
    host = next((h for h in settings.ALLOWED_HOSTS if h not in ("*", "localhost", "127.0.0.1")), "…")
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{host}{reverse(name, args=[row.corpid])}"
