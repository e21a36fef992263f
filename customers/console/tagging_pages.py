"""The pages that put tags on customers and take them off: for a selection, and for one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.console_pickers import AutocompleteSelectMultiple
from core.console_scope import actor_of
from customers import bulk as bulk_rules
from customers import finding, tagging
from customers.models import Customer, CustomerTag
from tags import tagging_page
from tags.models import Tag


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

    def change(ids: list[int], put: Any, off: Any, **who: Any) -> list[dict[str, Any]]:
        return bulk_rules.change_tags(customer_ids=ids, add=put, remove=off, **who)

    rows = tagging_page.Rows(
        too_many=_("Choose at most %(most)d customers at once."),
        chosen=lambda n: ngettext("For %(n)d customer:", "For %(n)d customers:", n) % {"n": n},
        told=_("%(changed)d customers changed, %(unchanged)d had nothing to change, %(refused)d refused."),
        change=change,
    )
    field = ("tags", _("tags"), True)
    return tagging_page.bulk(
        model_admin,
        request,
        queryset,
        add=add,
        rows=rows,
        form=lambda data: TagsForm(model_admin, request, data, field),
    )


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
