"""The pages of the views of the customer list: kept from a list, named, shared, made the beginning, taken away."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from core.console import ScopedModelAdmin
from core.console_links import list_link
from core.console_scope import actor_of
from corps.choices import Role
from corps.policy import Act
from customers import listviews
from customers.console.listing import state
from customers.console.listing.column_field import ColumnsField
from customers.listviews import checking
from customers.listviews.columns import SORTS
from customers.models import CustomerView

LIST = "admin:customers_customer_changelist"
_SHOWN = ("name", "shared", "pinned", "columns", "sort")


class ViewForm(forms.ModelForm):
    """Carries the parameters of the list that it was made on, and the version that was shown."""

    columns = ColumnsField()
    sort = forms.ChoiceField(label=gettext_lazy("order"), required=False, widget=UnfoldAdminSelectWidget)
    list = forms.CharField(required=False, widget=forms.HiddenInput)
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CustomerView
        fields = ["name", "shared", "pinned", "columns", "sort"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "if_version" in self.fields:
            self.fields["if_version"].initial = self.instance.version
        if "sort" in self.fields:
            self.fields["sort"].choices = [("", gettext_lazy("the newest first")), *SORTS.items()]  # type: ignore[attr-defined]
        if "name" in self.fields:
            self.fields["name"].required = True


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("role"), choices=Role.choices, widget=UnfoldAdminSelectWidget)


class ListForm(forms.Form):
    list = forms.CharField(required=False, widget=forms.HiddenInput)


@admin.register(CustomerView)
class CustomerViewAdmin(ScopedModelAdmin):
    form = ViewForm
    list_display = ["name", "owner", "shared", "pinned", "begins_label", "to_list"]
    list_select_related = ["owner"]
    sortable_by: list[str] = []
    ordering = ["name", "id"]
    actions_detail = ["show", "begin", "begin_role", "keep"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).named()  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = [name for name in _SHOWN if name != "shared" or actor_of(request).may(Act.VIEW_SHARE)]
        return [(None, {"fields": [*shown, "list", "if_version"]})]

    # --- Columns ---

    @display(description=gettext_lazy("begins with it"))
    def begins_label(self, row: CustomerView) -> str:
        own = _("its owner") if row.own_default else ""
        return ", ".join(filter(None, [own, row.get_default_for_display() or ""])) or "–"  # type: ignore[attr-defined]

    @display(description=gettext_lazy("customers"))
    def to_list(self, row: CustomerView) -> str:
        return list_link("customers_customer", f"view={row.pk}", _("Show"))

    # --- Writing ---

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields, actor = (
            {name: form.cleaned_data[name] for name in _SHOWN if name in form.cleaned_data},
            actor_of(request),
        )
        if change:
            seen = form.cleaned_data.get("if_version")
            row = listviews.change_view(view=CustomerView.objects.get(pk=obj.pk), by=actor, if_version=seen, **fields)
        else:
            asked = state.of(form.cleaned_data["list"], actor)
            fields["sort"] = fields["sort"] or asked.pop("sort")
            row = listviews.save_view(corp_id=obj.corp_id, by=actor, **asked | fields)
        obj.__dict__.update({name: value for name, value in row.__dict__.items() if name != "_state"})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        super().response_add(request, obj, post_url_continue)
        return redirect(f"{reverse(LIST)}?view={obj.pk}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        listviews.delete_view(view=obj, by=actor_of(request))

    # --- Acts ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and actor_of(request).corp_id is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_change(request, obj)

    def has_own_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_READ))

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(actor_of(request).may(Act.VIEW_MANAGE))

    @action(description=gettext_lazy("Show the customers"), url_path="show", icon="group", permissions=["view"])
    def show(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        return redirect(f"{reverse(LIST)}?view={row.pk}") if row else self.nowhere(request, object_id)

    @action(description=gettext_lazy("Begin with it"), url_path="begin", icon="first_page", permissions=["own"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: CustomerView, data: dict[str, Any]) -> str:
            done = listviews.make_default(view=row, by=actor_of(request))
            return _("Your list begins with it.") if done.own_default else _("Your list begins with all customers.")

        text = _("Your list of customers begins with this view; where it does already, no more.")
        return self.act(request, object_id, title=_("Begin with it"), text=text, run=run)

    @action(description=gettext_lazy("Default of a role"), url_path="role", icon="badge", permissions=["manage"])
    def begin_role(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: CustomerView, data: dict[str, Any]) -> str:
            done = listviews.make_default(view=row, by=actor_of(request), role=Role(data["role"]))
            return _("The role begins with it.") if done.default_for else _("The role begins with all customers.")

        text = _("Whoever has the role and chose no beginning themselves begins with this view; again: no more.")
        form: Any = lambda row, data: RoleForm(data)  # noqa: E731
        return self.act(request, object_id, title=_("Default of a role"), text=text, form=form, run=run)

    @action(description=gettext_lazy("Keep the list"), url_path="keep", icon="save", permissions=["own"])
    def keep(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: CustomerView, data: dict[str, Any]) -> HttpResponse:
            actor = actor_of(request)
            listviews.change_view(view=row, by=actor, **state.of(data["list"], actor))
            self.log_change(request, row, _("What it asks was changed."))
            return redirect(f"{reverse(LIST)}?view={row.pk}")

        text = _("The view asks from now on what the list asks.")
        form: Any = lambda row, data: ListForm(data, initial={"list": request.GET.get("list", "")})  # noqa: E731
        return self.act(request, object_id, title=_("Keep the list"), text=text, form=form, run=run)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        # What a list asks is kept from the list.
        return [each for each in super().get_actions_detail(request, object_id) if each.path != "keep"]


def _may_change(request: HttpRequest, obj: Any) -> bool:
    return obj is None or checking.may_change(obj, actor_of(request))
