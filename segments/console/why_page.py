"""The page on which one asks how one customer stands to a segment or to a rule: part by part of its condition."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.console_pickers import AutocompleteSelect, pick
from core.console_scope import actor_of
from core.errors import RuleViolation
from customers.models import Customer
from segments.conditions.explaining import Explained
from segments.models import SegmentStay

OUTSIDE = {
    "deleted": gettext_lazy("The customer has been deleted: no condition is asked of them."),
    "blacklisted": gettext_lazy("The customer is on the blacklist: only a condition that asks for it finds them."),
}


class Part(NamedTuple):
    """A part of the answer: sentences, and perhaps a condition answered node by node."""

    title: str
    lines: list[str]
    node: Explained | None = None


def shown(whole: Explained | None) -> Explained | None:
    """Of a condition of one part that part: the whole says the same."""
    if (
        whole
        and len(whole.parts) == 1
        and (whole.sentence, whole.holds) == (whole.parts[0].sentence, whole.parts[0].holds)
    ):
        return whole.parts[0]
    return whole


Teller = Callable[[Any, Customer], list[Part]]


class WhoForm(forms.Form):
    """Of whom it is asked."""

    customer = forms.ModelChoiceField(label=gettext_lazy("customer"), queryset=Customer.objects.none())

    def __init__(self, data: Any, rows: Any, site: Any) -> None:
        super().__init__(data)
        pick(self.fields["customer"], rows, AutocompleteSelect(SegmentStay._meta.get_field("customer"), site))


def page(model_admin: Any, request: HttpRequest, object_id: str, tell: Teller, text: str) -> HttpResponse:
    """The question, and where a customer is named, what ``tell`` says of them. Nothing is written."""
    row = model_admin.get_object(request, unquote(str(object_id)))
    if row is None:
        return model_admin.nowhere(request, object_id)
    rows = Customer.objects.visible_to(actor_of(request)).filter(corp_id=row.corp_id)
    form = WhoForm(request.GET if "customer" in request.GET else None, rows, model_admin.admin_site)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Why?"),
        "text": text,
        "form": form,
        "told": _told(form, row, tell),
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "original": row,
        "back": model_admin.page("change", row.pk),
    }
    return TemplateResponse(request, "segments/why.html", context)


def _told(form: WhoForm, row: Any, tell: Teller) -> list[Part]:
    if not form.is_valid():
        return []
    try:
        return tell(row, form.cleaned_data["customer"])
    except RuleViolation as refusal:
        form.add_error(None, str(refusal.message))
        return []
