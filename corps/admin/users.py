from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from corps import logins, second_factor
from corps.choices import Role
from corps.models import User


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "role", "employee"]
        widgets = {"username": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})


@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    """The console's users of one company; superusers are seen by superusers alone."""

    list_display = ["username", "name", "role_label", "employee", "is_active", "last_login"]
    list_select_related = ["employee"]
    list_filter = [("role", ChoicesDropdownFilter), ("is_active", BooleanRadioFilter)]
    search_fields = ["username", "name"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    autocomplete_fields = ["employee"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": [("username", "name"), ("role", "employee"), "is_active", ("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "role", "employee", "password1", "password2"]}),
    ]
    actions_detail = ["set_password", "reset_second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = super().get_queryset(request)
        return seen if request.user.is_superuser else seen.filter(is_superuser=False)  # type: ignore[union-attr]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        if obj is None or not actor_of(request).sees_all_corps:
            return shown
        (title, options), *others = shown
        return [(title, {**options, "fields": [*options["fields"], "is_superuser"]}), *others]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs.setdefault("form", NewUserForm)
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        logins.save_user(user=obj, by=actor_of(request))

    @display(
        description=gettext_lazy("role"),
        label={"root": "danger", Role.ADMIN: "primary", Role.MANAGER: "info", Role.STAFF: "success"},
    )
    def role_label(self, row: User) -> tuple[str, str]:
        return ("root", _("superuser")) if row.is_superuser else (row.role, row.get_role_display())

    @action(
        description=gettext_lazy("Set a password"), url_path="set-password", icon="password", permissions=["change"]
    )
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: User, data: dict[str, Any]) -> str:
            row.set_password(data["new_password1"])
            logins.save_user(user=row, by=actor_of(request))
            if row.pk == request.user.pk:
                update_session_auth_hash(request, row)
            return _("The password has been set. Sessions with the old one have ended.")

        title = _("Set a password")
        return self.act(request, object_id, title=title, form=lambda row, data: NewPasswordForm(row, data), run=run)

    @action(
        description=gettext_lazy("Reset the second factor"),
        url_path="reset-second-factor",
        icon="phonelink_erase",
        permissions=["change"],
    )
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: User, data: dict[str, Any]) -> str:
            second_factor.reset(user=row, by=actor_of(request))
            return _("The second factor has been reset.")

        return self.act(
            request,
            object_id,
            title=_("Reset the second factor"),
            text=_("For a lost phone: the app and the recovery codes stop working, the next login sets up new ones."),
            run=run,
        )
