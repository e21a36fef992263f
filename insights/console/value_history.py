"""What facts and notes were before: the newest changes on a customer's page, and the page that shows all of them."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from core.console import ReadOnlyInline
from core.console_scope import actor_of
from core.errors import BadRequest
from core.pagination import whole
from customers.admin import CustomerAdmin
from customers.history import showing
from customers.history.fields import NAMES
from customers.models import ValueChange
from insights.console import value_history_sheet as sheet
from insights.console.profile_words import NAMES as LABELS

_MOST_ID = 2**63 - 1


class NarrowingForm(forms.Form):
    """Of which value."""

    field = forms.ChoiceField(
        label=gettext_lazy("field"),
        choices=[("", gettext_lazy("all values")), *((name, LABELS[name]) for name in NAMES)],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )


class ValueHistoryInline(ReadOnlyInline):
    """The newest changes. It has no rows of a form: it reads by itself."""

    model = ValueChange
    verbose_name_plural = gettext_lazy("history of values")
    template = "insights/value_history_inline.html"
    fields = readonly_fields = ["field"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return ValueChange.objects.none()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.customer, self.actor = obj, actor_of(request)
        return super().get_formset(request, obj, **kwargs)

    @cached_property
    def shown(self) -> dict[str, Any] | None:
        return sheet.of(showing.page(self.customer, actor=self.actor)) if self.customer else None


@action(description=gettext_lazy("History of values"), url_path="values", icon="manage_history", permissions=["view"])
def values(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """All changes of a customer's values, or those of one value, paged."""
    row = page.get_object(request, unquote(str(object_id)))
    if row is None:
        nowhere: HttpResponse = page.nowhere(request, object_id)
        return nowhere
    form = NarrowingForm({"field": request.GET.get("field", "")})
    try:
        before = whole(request.GET, "before", 0, least=1, most=_MOST_ID)
    except BadRequest:
        before = -1
    if before < 0 or not form.is_valid():
        return redirect(request.path)
    field = form.cleaned_data["field"]
    context = {
        **page.admin_site.each_context(request),
        "title": _("History of values"),
        "opts": page.opts,
        "media": page.media + form.media,
        "original": row,
        "form": form,
        "shown": sheet.of(showing.page(row, actor=actor_of(request), before=before, field=field)),
        "query": urlencode({"field": field}) if field else "",
        "later": before,
        "back": page.page("change", row.pk),
    }
    return TemplateResponse(request, "insights/value_history.html", context)


CustomerAdmin.inlines.append(ValueHistoryInline)
CustomerAdmin.values = values  # type: ignore[attr-defined]
CustomerAdmin.actions_detail[-1]["items"].insert(0, "values")
