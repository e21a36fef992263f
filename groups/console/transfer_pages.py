"""The pages on which a handover of group chats begins: for selected ones, and for all of one employee's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.console_pickers import AutocompleteSelect
from core.console_scope import actor_of
from core.errors import RuleViolation
from corps.choices import EmployeeStatus
from corps.models import Employee
from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import planning

MOST_AT_ONCE = 100


class HandOverForm(forms.Form):
    """To whom; and, where no chats are selected, whose."""

    def __init__(self, model_admin: Any, request: HttpRequest, data: Any, *, whose: bool) -> None:
        super().__init__(data, initial={"owner": request.GET.get("owner")})
        staff = Employee.objects.visible_to(actor_of(request))
        if whose:
            self.fields["owner"] = forms.ModelChoiceField(
                staff, label=_("whose group chats"), widget=_picker(GroupTransferItem, "owner", model_admin)
            )
        takers = staff.filter(status=EmployeeStatus.ACTIVE, can_follow=True)
        widget = _picker(GroupTransferJob, "taker", model_admin)
        self.fields["taker"] = forms.ModelChoiceField(takers, label=_("new owner"), widget=widget)


def selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[GroupChat]) -> HttpResponse | None:
    """Ask who is to have the selected chats, then show the sheet."""
    chosen = list(queryset.order_by("-id")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Choose at most %(most)d group chats at once.") % {"most": MOST_AT_ONCE})
        return None
    asked = "apply" in request.POST
    form = HandOverForm(model_admin, request, request.POST if asked else None, whose=False)
    if asked and form.is_valid():
        chats = GroupChat.objects.filter(pk__in=[row.pk for row in chosen])
        if answer := _planned(request, form, chats):
            return answer
    more = {
        "text": ngettext("For %(n)d group chat:", "For %(n)d group chats:", len(chosen)) % {"n": len(chosen)},
        "chosen": chosen,
        "action": "hand_over",
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    return _page(model_admin, request, form, "console/bulk.html", more)


def all_of_one(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Ask whose chats are to go to whom, as when somebody has left, then show the sheet."""
    form = HandOverForm(model_admin, request, request.POST if request.method == "POST" else None, whose=True)
    if request.method == "POST" and form.is_valid():
        chats = planning.owned_by(form.cleaned_data["owner"], actor_of(request))
        if answer := _planned(request, form, chats):
            return answer
    text = _("All of their group chats that aren't dismissed. You see which can go before anything is sent.")
    return _page(model_admin, request, form, "console/act.html", {"text": text, "back": model_admin.page("changelist")})


def _planned(request: HttpRequest, form: HandOverForm, chats: QuerySet[GroupChat]) -> HttpResponse | None:
    taker = form.cleaned_data["taker"]
    try:
        job = planning.plan(corp_id=taker.corp_id, chats=chats, taker=taker, by=actor_of(request))
    except RuleViolation as refusal:
        form.add_error(None, str(refusal.message))
        return None
    return redirect(reverse("admin:groups_grouptransferjob_change", args=[job.pk]))


def _picker(model: Any, field: str, model_admin: Any) -> AutocompleteSelect:
    picker = AutocompleteSelect(model._meta.get_field(field), model_admin.admin_site)
    picker.attrs["class"] = "unfold-admin-autocomplete"
    return picker


def _page(
    model_admin: Any, request: HttpRequest, form: HandOverForm, template: str, more: dict[str, Any]
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Hand over to another owner"),
        "button": _("Look through"),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, template, context | more)
