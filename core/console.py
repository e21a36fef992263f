"""The base of every console page: the rows the actor may see, bounded lists, refusals shown where they arose."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.db import IntegrityError, models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from core.console_acts import ActPages, refusing
from core.console_lists import BoundedChangeList, BoundedPaginator
from core.console_pickers import AutocompleteSelect
from core.console_scope import actor_of, has_field, visible
from core.errors import Conflict, RuleViolation


class ScopedFields(admin.options.BaseModelAdmin):
    """Choices of related rows are those the actor may see, the deleted left out."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = visible(db_field.remote_field.model._default_manager.all(), actor_of(request))
        kwargs.setdefault("queryset", rows.live() if hasattr(rows, "live") else rows)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedModelAdmin(ScopedFields, ActPages, ModelAdmin):
    """One model's pages.

    Attributes:
        linked_by: fields by which other pages may link to a narrowed list; no other lookup is answered.
        nothing_yet: the template that says what to do where there are no rows at all, if anything can be said.
        owned: whether rows belong to a corp by a foreign key.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 20
    list_max_show_all = 0
    list_filter_submit = True
    list_disable_select_all = True
    compressed_fields = True
    warn_unsaved_form = True
    linked_by: Sequence[str] = ()
    nothing_yet = ""

    @property
    def owned(self) -> bool:
        return has_field(self.model, "corp")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        seen = visible(super().get_queryset(request), actor_of(request))
        # The companies' names by a statement of their own: joined, they make the database sort every row there is.
        return seen.prefetch_related("corp") if self.owned and actor_of(request).sees_all_corps else seen

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = list(super().get_list_display(request))
        if actor_of(request).sees_all_corps and has_field(self.model, "corp_id"):
            shown.append("corp" if self.owned else "corp_id")
        return shown

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, *others = super().get_fieldsets(request, obj)
        if not (self.owned and actor_of(request).sees_all_corps):
            return [first, *others]
        title, options = first
        return [(title, {**options, "fields": ["corp", *options["fields"]]}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = list(super().get_readonly_fields(request, obj))
        return [*fixed, "corp"] if obj is not None and self.owned else fixed

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Django answers any lookup on a column, indexed or not, secret or not; here only those somebody asked for."""
        name = lookup.split("__")[0]
        filters = [f[0] if isinstance(f, (list, tuple)) else f for f in self.get_list_filter(request)]
        listed = {getattr(f, "parameter_name", f) for f in filters}
        if has_field(self.model, name) and name not in {*self.linked_by, *listed}:
            return False
        return super().lookup_allowed(lookup, value, request)

    def option_label(self, row: Any) -> str:
        """How a row is called where one is picked from many."""
        return str(row)

    # --- Refusals ---

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RuleViolation as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
        except IntegrityError:
            request.refusal = Conflict("duplicate", _("Another row has these values already."))  # type: ignore[attr-defined]
        # Nothing was written: the page again, with what was typed and the reason beside it.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return refusing(form, refusal) if refusal else form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except RuleViolation as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return redirect(self.page("change", object_id))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except RuleViolation as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return redirect(request.get_full_path())

    # --- Writing ---

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if self.owned and obj.corp_id is None:
            obj.corp_id = actor_of(request).corp_id
        self.write(request, obj, form, change)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the row; a model with rules calls them here."""
        obj.save()

    def page(self, kind: str, *args: Any) -> str:
        """The address of one of this model's pages: ``changelist``, ``add``, ``change``, ``delete``."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{kind}", args=args)


class ReadOnlyAdmin(ScopedModelAdmin):
    """Pages to look at: nothing is added, changed or deleted by hand, not even by a superuser."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedInline(ScopedFields, TabularInline):
    """Rows of one parent. The parent has been found through the scope; the choices of a new row keep to its corp."""

    extra = 0
    tab = True
    hide_title = True
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return visible(super().get_queryset(request), actor_of(request))


class ReadOnlyInline(ScopedInline):
    """Rows of one parent to look at."""

    can_delete = False
    per_page = 20

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
