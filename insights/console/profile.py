"""A customer's profile (画像) in the console, led to from their page; and from where on a company gives which grade."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from core.errors import NotFound
from customers.admin import CustomerAdmin
from insights.console import profile_sheet
from insights.models import ProfileSetting
from insights.profile import answer


@action(description=gettext_lazy("Profile"), url_path="profile", icon="person_search", permissions=["view"])
def profile(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The page of everything about one customer."""
    row = page.get_object(request, unquote(str(object_id)))
    try:
        told = answer.of(row.pk, actor_of(request)) if row else None
    except NotFound:
        told = None
    if told is None:
        missing: HttpResponse = page.nowhere(request, object_id)
        return missing
    context = {
        **page.admin_site.each_context(request),
        "title": _("Profile"),
        "opts": page.opts,
        "media": page.media,
        "original": row,
        "back": page.page("change", row.pk),
        "sheet": profile_sheet.of(told),
    }
    return TemplateResponse(request, "insights/profile.html", context)


def wire(page: type[CustomerAdmin]) -> None:
    """Put the way to it first on the page of a package below."""
    page.profile = profile  # type: ignore[attr-defined]
    page.actions_detail = ["profile", *page.actions_detail]


wire(CustomerAdmin)


@admin.register(ProfileSetting)
class ProfileSettingAdmin(ScopedModelAdmin):
    list_display = ["__str__", "recency", "frequency", "ties", "update_time"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = ["recency", "frequency", "ties"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
