"""The page that puts tags on selected group chats, or takes them off."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.console_pickers import AutocompleteSelectMultiple
from core.console_scope import actor_of
from groups import bulk as bulk_rules
from groups.models import ChatTag, GroupChat, GroupTag

MOST_AT_ONCE = 100


class TagsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.set} / {obj.name}"


class TagsForm(forms.Form):
    """Tags for group chats, of the actor's companies."""

    def __init__(self, model_admin: Any, request: HttpRequest, data: Any) -> None:
        super().__init__(data)
        offered = GroupTag.objects.visible_to(actor_of(request)).select_related("set")
        picker = AutocompleteSelectMultiple(ChatTag._meta.get_field("tag"), model_admin.admin_site)
        picker.attrs["class"] = "unfold-admin-autocomplete"
        self.fields["tags"] = TagsField(offered, label=_("tags"), widget=picker)


def bulk(model_admin: Any, request: HttpRequest, queryset: QuerySet[GroupChat], *, add: bool) -> HttpResponse | None:
    """Ask which tags, then change the selected chats, each for itself, and tell how many were and weren't."""
    chosen = list(queryset.order_by("-id")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, _("Choose at most %(most)d group chats at once.") % {"most": MOST_AT_ONCE})
        return None
    asked = "apply" in request.POST
    form = TagsForm(model_admin, request, request.POST if asked else None)
    if not (asked and form.is_valid()):
        return _page(model_admin, request, form, chosen, add)
    tags = [tag.pk for tag in form.cleaned_data["tags"]]
    results = bulk_rules.change_tags(
        chat_ids=[row.pk for row in chosen],
        add=tags if add else (),
        remove=() if add else tags,
        by=actor_of(request),
        source="operator",
    )
    _tell(request, results)
    return None


def _page(model_admin: Any, request: HttpRequest, form: TagsForm, chosen: list[GroupChat], add: bool) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Add tags") if add else _("Remove tags"),
        "text": ngettext("For %(n)d group chat:", "For %(n)d group chats:", len(chosen)) % {"n": len(chosen)},
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "chosen": chosen,
        "action": "add_tags" if add else "remove_tags",
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "console/bulk_tags.html", context)


def _tell(request: HttpRequest, results: list[dict[str, Any]]) -> None:
    count = Counter(result["status"] for result in results)
    told = {"changed": count["changed"], "unchanged": count["unchanged"], "refused": count["failed"]}
    text = _("%(changed)d group chats changed, %(unchanged)d had nothing to change, %(refused)d refused.") % told
    reasons = Counter(result["message"] for result in results if result["status"] == "failed")
    why = " ".join(f"{message} ({number})" for message, number in reasons.most_common(3))
    messages.add_message(request, messages.WARNING if why else messages.SUCCESS, f"{text} {why}".strip())
