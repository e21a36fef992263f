"""The console's menu for one user: what a user may not open isn't in it."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from scrm_customer.menu import GROUPS
from wecom.models import WecomApp


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's ``SIDEBAR["navigation"]`` for this user."""
    home = {"title": _("Overview"), "icon": "home", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"items": [home]}]
    for title, models in GROUPS:
        if items := [_item(name, icon) for name, icon in models if _may_view(request, name)]:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """What a user can do with the own account."""
    links = [{"title": _("Change password"), "link": reverse("admin:password_change")}]
    if settings.OTP_REQUIRED:
        links.append({"title": _("Recovery codes"), "link": reverse("admin:second_factor_codes")})
    return links


def environment(request: HttpRequest) -> list[str] | None:
    """A label that keeps a demo from being taken for the real thing."""
    if WecomApp.objects.filter(sandbox=True, active=True).exists():
        return [_("WeCom sandbox"), "warning"]
    return None if settings.PRODUCTION else [_("Demo"), "warning"]


def _item(name: str, icon: str) -> dict[str, Any]:
    meta = apps.get_model(name)._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return {"title": capfirst(meta.verbose_name_plural), "icon": icon, "link": link}


def _may_view(request: HttpRequest, name: str) -> bool:
    app, model = name.split(".")
    return bool(request.user.has_perm(f"{app}.view_{model}"))  # type: ignore[union-attr]
