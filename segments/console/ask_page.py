"""The page on which the advanced filter of the customer list is built."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.console_scope import actor_of
from core.errors import RuleViolation
from corps.policy import Act
from segments.catalogue import checking
from segments.console import asked
from segments.console.forms import at_condition
from segments.console.widgets import ConditionField


class AskForm(forms.Form):
    condition = ConditionField(label=gettext_lazy("Condition"))

    def __init__(self, data: Any, initial: Any, corp_id: int) -> None:
        super().__init__(data, initial={"condition": initial})
        self.fields["condition"].widget.corp_id = corp_id  # type: ignore[attr-defined]


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Asks for the condition, and leads back to the list with it and with all that the address asks besides."""
    actor = actor_of(request)
    if not actor.may(Act.CUSTOMER_READ):
        raise PermissionDenied
    try:
        corp = asked.company(request)
    except RuleViolation as refusal:
        messages.error(request, str(refusal.message))
        return redirect(_list(request, {}))
    form = AskForm(request.POST if request.method == "POST" else None, asked.written(request), corp.pk)
    if form.is_valid():
        document = form.cleaned_data["condition"]
        try:
            condition = checking.asked(document, corp, by=actor)[0]
            return redirect(_list(request, asked.placed(document, condition, actor)))
        except RuleViolation as refusal:
            for error in at_condition(refusal).errors:
                form.add_error("condition", str(error.message))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Advanced filter"),
        "button": _("Show the customers"),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "back": _list(request, {}),
    }
    return TemplateResponse(request, "console/act.html", context, status=400 if form.errors else 200)


def _list(request: HttpRequest, changed: dict[str, list[str]]) -> str:
    params = {name: values for name, values in (dict(request.GET.lists()) | changed).items() if any(values)}
    return f"{reverse('admin:customers_customer_changelist')}?{urlencode(params, doseq=True)}"
