"""The pages that put tags on customers and take them off: for a selection, and for one."""

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
from customers import bulk as bulk_rules
from customers import finding, tagging
from customers.models import Customer, CustomerTag
from tags.models import Tag

# More than a page at once is a job for the background.
MOST_AT_ONCE = 100


class TagsForm(forms.Form):
    """One or two fields of tags, of the actor's companies and living."""

    def __init__(self, model_admin: Any, request: HttpRequest, data: Any, *fields: tuple[str, str, bool]) -> None:
        super().__init__(data)
        offered = Tag.objects.visible_to(actor_of(request)).live().select_related("group")
        for name, label, required in fields:
            picker = AutocompleteSelectMultiple(CustomerTag._meta.get_field("tag"), model_admin.admin_site)
            picker.attrs["class"] = "unfold-admin-autocomplete"
            self.fields[name] = TagsField(offered, label=label, required=required, widget=picker)


class TagsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.group} / {obj.name}"


def bulk(model_admin: Any, request: HttpRequest, queryset: QuerySet[Customer], *, add: bool) -> HttpResponse | None:
    """Ask which tags, then change the selected customers, each for itself, and tell how many were and weren't."""
    chosen = list(queryset.order_by("-id")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        text = _("Choose at most %(most)d customers at once.") % {"most": MOST_AT_ONCE}
        messages.error(request, text)
        return None
    asked = "apply" in request.POST
    form = TagsForm(model_admin, request, request.POST if asked else None, ("tags", _("tags"), True))
    if asked and form.is_valid():
        tag_ids = [tag.pk for tag in form.cleaned_data["tags"]]
        results = bulk_rules.change_tags(
            customer_ids=[row.pk for row in chosen],
            add=tag_ids if add else (),
            remove=() if add else tag_ids,
            by=actor_of(request),
            source="operator",
        )
        _tell(request, results)
        return None
    return _page(model_admin, request, form, chosen, add)


def single(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Change the tags of one customer in both directions."""

    def run(row: Customer, data: dict[str, Any]) -> str:
        finding.check_changeable(row.pk, actor_of(request))
        change = tagging.change_tags(
            customer=row,
            add=[tag.pk for tag in data["add"]],
            remove=[tag.pk for tag in data["remove"]],
            by=actor_of(request),
            source="operator",
        )
        told = {"added": len(change.added), "removed": len(change.removed)}
        return _("%(added)d tags added, %(removed)d removed.") % told

    fields = [("add", _("add"), False), ("remove", _("remove"), False)]
    return model_admin.act(
        request,
        object_id,
        title=_("Change tags"),
        form=lambda row, data: TagsForm(model_admin, request, data, *fields),
        run=run,
    )


def _page(model_admin: Any, request: HttpRequest, form: TagsForm, chosen: list[Customer], add: bool) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Add tags") if add else _("Remove tags"),
        "text": ngettext("For %(n)d customer:", "For %(n)d customers:", len(chosen)) % {"n": len(chosen)},
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
    text = _("%(changed)d customers changed, %(unchanged)d had nothing to change, %(refused)d refused.") % told
    reasons = Counter(result["message"] for result in results if result["status"] == "failed")
    why = " ".join(f"{message} ({number})" for message, number in reasons.most_common(3))
    messages.add_message(request, messages.WARNING if why else messages.SUCCESS, f"{text} {why}".strip())
