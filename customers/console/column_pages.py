"""The page on which somebody chooses the columns of their customer list."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from customers import listviews
from customers.console.listing import views
from customers.console.listing.column_field import ColumnsField
from customers.listviews.columns import USUAL


class ColumnsForm(forms.Form):
    columns = ColumnsField()


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Asks for them, and leads back to the list."""
    actor = actor_of(request)
    # Columns are chosen by the people of a company.
    if not model_admin.has_view_permission(request) or actor.corp_id is None:
        raise PermissionDenied
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, initial={"columns": views.of(request).columns or USUAL}
    )
    if form.is_valid():
        listviews.lay_out(corp_id=actor.corp_id, columns=form.cleaned_data["columns"], by=actor)
        messages.success(request, _("These are your columns now."))
        return redirect(f"{model_admin.page('changelist')}?{request.GET.urlencode()}".rstrip("?"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Columns"),
        "text": _("For all lists of customers whose view has no columns of its own."),
        "button": _("Save"),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "back": f"{model_admin.page('changelist')}?{request.GET.urlencode()}".rstrip("?"),
    }
    return TemplateResponse(request, "console/act.html", context)
