"""The page on which a transfer is drawn up: whose customers, to whom, and which."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from core.console_pickers import AutocompleteSelect, AutocompleteSelectMultiple, pick
from core.console_scope import actor_of
from core.console_shows import SCRIPT, shows
from core.errors import RuleViolation
from core.retry import atomic_retry
from corps.actors import Actor
from corps.models import Employee
from customers.console import transfer_choices
from customers.models import Customer, CustomerTag, TransferJob
from customers.transfers import choosing, finding, sheet
from tags.models import Tag

# What the list of customers lets one select.
MOST_SELECTED = 100


class DrawForm(forms.Form):
    """Asks for employees, customers and a message; ``selected`` are customers picked on their list."""

    handover = forms.ModelChoiceField(label=gettext_lazy("hands over"), queryset=Employee.objects.none())
    takers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("take over"),
        queryset=Employee.objects.none(),
        help_text=gettext_lazy("Several share the customers evenly."),
    )
    which = forms.ChoiceField(
        label=gettext_lazy("which customers"), choices=transfer_choices.ways, widget=UnfoldAdminSelectWidget
    )
    tags = forms.ModelMultipleChoiceField(label=gettext_lazy("tags"), queryset=Tag.objects.none(), required=False)
    file = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("CSV: an external userid in the first column of each line, one megabyte at most."),
    )
    message = forms.CharField(
        label=gettext_lazy("message to the customers"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=gettext_lazy(
            "What they are told when it is done. Leave it empty for WeCom's own words, and always"
            " for customers of somebody who has left."
        ),
    )

    class Media:
        js = [SCRIPT]

    def __init__(self, model_admin: Any, request: HttpRequest, selected: list[int]) -> None:
        super().__init__(
            request.POST if request.method == "POST" else None,
            request.FILES or None,
            initial={"handover": request.GET.get("handover")},
        )
        actor, site = actor_of(request), model_admin.admin_site
        people, tags = Employee.objects.visible_to(actor), Tag.objects.visible_to(actor).live()
        field = TransferJob._meta.get_field("handover")
        pick(self.fields["handover"], people, AutocompleteSelect(field, site))
        pick(self.fields["takers"], people, AutocompleteSelectMultiple(field, site))
        pick(self.fields["tags"], tags, AutocompleteSelectMultiple(CustomerTag._meta.get_field("tag"), site))
        if selected:
            for name in ("which", "tags", "file"):
                del self.fields[name]
            return
        for offer in transfer_choices.OFFERED:
            model, column = offer.reference
            field = model._meta.get_field(column)
            rows = field.remote_field.model.objects.visible_to(actor).live()
            self.fields[offer.key] = forms.ModelChoiceField(label=offer.field, queryset=rows.none(), required=False)
            pick(self.fields[offer.key], rows, AutocompleteSelect(field, site))
        shows(self.fields["which"], transfer_choices.fields())
        self.order_fields(["handover", "takers", "which", "tags", *(offer.key for offer in transfer_choices.OFFERED)])


def draw(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Ask, draw the transfer up, and go to its sheet."""
    actor = actor_of(request)
    selected = _selected(request, actor)
    form = DrawForm(model_admin, request, [row.pk for row in selected])
    if request.method == "POST" and form.is_valid():
        try:
            job = atomic_retry(_drawn)(form.cleaned_data, [row.pk for row in selected], actor)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal.message))
        else:
            model_admin.log_addition(request, job, _("Drew up a transfer."))
            return redirect(model_admin.page("change", job.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Hand over customers"),
        "button": _("Check who can go"),
        "text": _("Nothing is sent yet: first you see for each customer whether it can go, and why not."),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "chosen": selected,
        "ids": ",".join(str(row.pk) for row in selected),
        "back": model_admin.page("changelist"),
    }
    return TemplateResponse(request, "console/transfer_draw.html", context)


def _drawn(data: dict[str, Any], selected: list[int], actor: Actor) -> TransferJob:
    handover = finding.giver(data["handover"].pk, actor)
    takers = finding.takers([row.pk for row in data["takers"]], actor)
    chosen = choosing.by_ids(selected, actor) if selected else transfer_choices.chosen(data, handover, actor)
    message = data["message"].strip()
    return sheet.create(handover=handover, takers=takers, chosen=chosen, message=message, by=actor, source="operator")


def _selected(request: HttpRequest, actor: Actor) -> list[Customer]:
    """The customers named in the address or the form, as far as the actor may see them."""
    raw = (request.POST if request.method == "POST" else request.GET).get("customers", "")
    ids = [int(part) for part in raw.split(",") if part.isascii() and part.isdecimal() and len(part) < 19]
    return list(Customer.objects.visible_to(actor).filter(pk__in=ids[:MOST_SELECTED]).order_by("pk"))
