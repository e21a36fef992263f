from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from core.console import ReadOnlyInline, ScopedModelAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.time import now
from corps import accounts
from corps.choices import Scope
from corps.models import ApiAccount, ApiKey


class ApiAccountForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    rate = forms.IntegerField(
        label=gettext_lazy("requests a minute"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Empty for the usual rate."),
    )

    class Meta:
        model = ApiAccount
        fields = ["name", "scopes", "rate", "active"]


class KeyInline(ReadOnlyInline):
    """An account's keys; the secrets are nowhere to be seen."""

    model = ApiKey
    tab = False
    fields = readonly_fields = ["prefix", "state", "create_time", "expires_at", "last_used_at", "revoke"]

    @display(description=gettext_lazy("state"))
    def state(self, row: ApiKey) -> str:
        if row.revoked_at:
            return badge(_("revoked"), "danger")
        return badge(_("live"), "success") if row.is_live(now()) else badge(_("expired"), "warning")

    @display(description="")
    def revoke(self, row: ApiKey) -> str:
        if row.revoked_at:
            return "–"
        link = reverse("admin:corps_apikey_revoke", args=[row.account_id, row.pk])
        return format_html('<a class="font-medium text-red-700 dark:text-red-400" href="{}">{}</a>', link, _("Revoke"))


@admin.register(ApiAccount)
class ApiAccountAdmin(ScopedModelAdmin):
    form = ApiAccountForm
    list_display = ["name", "may", "rate", "active", "create_time"]
    list_filter = [("active", BooleanRadioFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = ["name", "scopes", "rate", "active"]
    inlines = [KeyInline]
    actions_detail = ["issue_key", "rotate_key"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        revoke = self.admin_site.admin_view(self.revoke_key)
        own = path("<path:object_id>/keys/<int:key_id>/revoke/", revoke, name="corps_apikey_revoke")
        return [own, *super().get_urls()]

    @display(description=gettext_lazy("scopes"), label=True)
    def may(self, row: ApiAccount) -> list[str]:
        return [str(Scope(s).label) for s in row.scopes if s in Scope]

    @action(description=gettext_lazy("Issue a key"), url_path="issue-key", icon="key", permissions=["change"])
    def issue_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.act(
            request,
            object_id,
            title=_("Issue a key"),
            text=_("The new key works beside those that the account has already."),
            run=lambda row, data: self._secret(request, row, accounts.issue_key(account=row, by=actor_of(request))[1]),
        )

    @action(
        description=gettext_lazy("Rotate the keys"), url_path="rotate-key", icon="autorenew", permissions=["change"]
    )
    def rotate_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        days = accounts.DEFAULT_OVERLAP.days
        return self.act(
            request,
            object_id,
            title=_("Rotate the keys"),
            text=_("A new key is issued. The account's other keys stop working %(days)d days later.") % {"days": days},
            run=lambda row, data: self._secret(request, row, accounts.rotate_key(account=row, by=actor_of(request))[1]),
        )

    def revoke_key(self, request: HttpRequest, object_id: str, key_id: int) -> HttpResponse:
        if not self.has_change_permission(request):
            return self.nowhere(request, object_id)
        key = ApiKey.objects.visible_to(actor_of(request)).filter(pk=key_id, account=unquote(object_id)).first()
        if key is None:
            return self.nowhere(request, object_id)
        return self.act(
            request,
            object_id,
            title=_("Revoke"),
            text=_("The key %(prefix)s… stops working now and can't be brought back.") % {"prefix": key.prefix},
            run=lambda row, data: self._revoked(request, key),
        )

    def _revoked(self, request: HttpRequest, key: ApiKey) -> str:
        accounts.revoke_key(key=key, by=actor_of(request))
        return _("The key %(prefix)s… has been revoked.") % {"prefix": key.prefix}

    def _secret(self, request: HttpRequest, row: ApiAccount, full_key: str) -> HttpResponse:
        self.log_change(request, row, _("Issued a key."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new key"),
            "full_key": full_key,
            "opts": self.opts,
            "original": row,
            "back": self.page("change", row.pk),
        }
        return TemplateResponse(request, "console/secret.html", context, headers={"Cache-Control": "no-store"})
