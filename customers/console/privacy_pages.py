"""The acts on a customer's page that have to do with the person: show a number, take everything along, erase."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.console_scope import actor_of
from core.headers import address_of
from core.rendering import dumps
from customers.custom import whole
from customers.models import Customer
from customers.privacy import erasing, exporting, unmasking

_SOURCE = "operator"
_LABELS = {
    "mobile": gettext_lazy("mobile"),
    "remarkMobiles": gettext_lazy("remarked mobiles"),
    "remark": gettext_lazy("remark"),
    "description": gettext_lazy("description"),
    "remarkCorpName": gettext_lazy("remarked company"),
    "unionid": gettext_lazy("unionid"),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=unmasking.REASON_LENGTH, widget=UnfoldAdminTextInputWidget()
    )


class NumberForm(ReasonForm):
    """``corp_id``: the personal custom fields of this company are offered too."""

    field = forms.ChoiceField(label=gettext_lazy("number"), widget=UnfoldAdminSelectWidget())
    field_order = ("field", "reason")

    def __init__(self, data: Any, corp_id: int) -> None:
        super().__init__(data)
        self.labels = _LABELS | dict(whole.offered(corp_id))
        self.fields["field"].choices = list(self.labels.items())  # type: ignore[attr-defined]


class EraseForm(ReasonForm):
    external_userid = forms.CharField(
        label=gettext_lazy("external userid"),
        max_length=100,
        help_text=gettext_lazy("Type it in: there is no way back."),
        widget=UnfoldAdminTextInputWidget(),
    )


def unmask(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask which number and why, and show it on a page that no cache keeps."""

    def run(row: Customer, data: dict[str, Any]) -> HttpResponse:
        told: Any = {"by": actor_of(request), "source": _SOURCE, "address": address_of(request.META)}
        found = unmasking.unmask(customer=row, **told, **data)
        return shown(model_admin, request, row, NumberForm(data, row.corp_id).labels[data["field"]], found.said)

    return model_admin.act(
        request,
        object_id,
        title=_("Show a number"),
        text=_("It is kept that you looked, when, from where and why."),
        form=lambda row, data: NumberForm(data, row.corp_id),
        run=run,
    )


def shown(model_admin: Any, request: HttpRequest, row: Any, label: Any, said: list[str]) -> HttpResponse:
    """What was starred out, with the way back to the row's page."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Show a number"),
        "opts": model_admin.opts,
        "original": row,
        "label": label,
        "numbers": said,
        "back": model_admin.page("change", row.pk),
    }
    return TemplateResponse(request, "console/number.html", context, headers={"Cache-Control": "no-store"})


def export(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask why, and give the whole document as a file."""

    def run(row: Customer, data: dict[str, Any]) -> HttpResponse:
        told: Any = {"by": actor_of(request), "source": _SOURCE, "address": address_of(request.META)}
        body = dumps(exporting.export(customer=row, **told, **data))
        name = {"Content-Disposition": f'attachment; filename="customer-{row.pk}.json"', "Cache-Control": "no-store"}
        return HttpResponse(body, content_type="application/json", headers=name)

    return model_admin.act(
        request,
        object_id,
        title=_("Everything about this person"),
        text=_("All that is kept of them, as one JSON file. It is kept that you took it along, and why."),
        form=lambda row, data: ReasonForm(data),
        run=run,
    )


def erase(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask why and, once more, who; then nothing of them is left but what counts them."""

    def run(row: Customer, data: dict[str, Any]) -> str:
        erasing.check_named(row, data["external_userid"])
        row.__dict__.update(
            erasing.erase(customer=row, reason=data["reason"], by=actor_of(request), source=_SOURCE).__dict__
        )
        return _("Erased. No sync brings them back.")

    return model_admin.act(
        request,
        object_id,
        title=_("Erase this person"),
        text=_(
            "What is personal is deleted everywhere, for good; a row without a name stays for the statistics. No sync"
            " with WeCom brings them back. Don't name the person in the reason: it is kept."
        ),
        form=lambda row, data: EraseForm(data),
        run=run,
    )
