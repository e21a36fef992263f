"""The page that puts tags on selected group chats, or takes them off."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.console_pickers import AutocompleteSelectMultiple
from core.console_scope import actor_of
from groups import bulk as bulk_rules
from groups.models import ChatTag, GroupChat, GroupTag
from tags import tagging_page


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

    def change(ids: list[int], put: Any, off: Any, **who: Any) -> list[dict[str, Any]]:
        return bulk_rules.change_tags(chat_ids=ids, add=put, remove=off, **who)

    rows = tagging_page.Rows(
        too_many=_("Choose at most %(most)d group chats at once."),
        chosen=lambda n: ngettext("For %(n)d group chat:", "For %(n)d group chats:", n) % {"n": n},
        told=_("%(changed)d group chats changed, %(unchanged)d had nothing to change, %(refused)d refused."),
        change=change,
    )
    return tagging_page.bulk(
        model_admin, request, queryset, add=add, rows=rows, form=lambda data: TagsForm(model_admin, request, data)
    )
