"""The console's pages of the tags for group chats."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.console import ReadOnlyInline, ScopedModelAdmin
from core.console_links import list_link
from core.console_lists import ScopedAutocompleteFilter
from core.console_scope import actor_of
from groups import catalogue
from groups.models import GroupTag, GroupTagSet
from tags.set_pages import SetAdmin, SetForm


@admin.register(GroupTag)
class GroupTagAdmin(ScopedModelAdmin):
    list_display = ["name", "set", "use_link", "order", "update_time"]
    list_select_related = ["set"]
    list_filter = [("set", ScopedAutocompleteFilter)]
    search_fields = ["name", "set__name"]
    sortable_by: list[str] = []
    autocomplete_fields = ["set"]
    fields = ["name", "set", "order"]
    linked_by = ["set"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(chats=Count("chat_rows"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # A tag's company is its set's.
        return [(None, {"fields": self.fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["set"] if obj else []

    def option_label(self, row: GroupTag) -> str:
        return f"{row.set} / {row.name}"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return found.select_related("set"), duplicates

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        told = [_("%(tag)s, on %(n)d group chats") % {"tag": row, "n": catalogue.uses_of(row)} for row in objs]
        return told, {}, set(), []

    @display(description=_("group chats"))
    def use_link(self, row: Any) -> str:
        return list_link("groups_groupchat", f"tags_any={row.pk}", row.chats)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        order = form.cleaned_data["order"] if "order" in form.changed_data else None
        if change:
            row = GroupTag.objects.get(pk=obj.pk)
            tag = catalogue.update_tag(tag=row, name=obj.name, order=order, by=by, source="operator")
        else:
            tag = catalogue.create_tag(set=obj.set, name=obj.name, order=order, by=by, source="operator")
        obj.__dict__.update(tag.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        catalogue.delete_tag(tag=obj, by=actor_of(request), source="operator")


class GroupTagInline(ReadOnlyInline):
    """The tags of a set; each is changed on its own page."""

    model = GroupTag
    tab = False
    per_page = 50
    show_change_link = True
    fields = readonly_fields = ["name", "order"]


class GroupTagSetForm(SetForm):
    class Meta:
        model = GroupTagSet
        fields = ["name", "order"]


@admin.register(GroupTagSet)
class GroupTagSetAdmin(SetAdmin):
    form = GroupTagSetForm
    inlines = [GroupTagInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(tags_count=Count("tags"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    @display(description=_("tags"))
    def tags_link(self, row: Any) -> str:
        return list_link("groups_grouptag", f"set__id__exact={row.pk}", row.tags_count)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        order = obj.order if "order" in form.changed_data else None
        if change:
            row = GroupTagSet.objects.get(pk=obj.pk)
            done = catalogue.update_set(set=row, name=obj.name, order=order, by=by, source="operator")
        else:
            done = catalogue.create_set(
                corp_id=obj.corp_id, name=obj.name, order=order, tag_names=form.names(), by=by, source="operator"
            )
        obj.__dict__.update(done.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        catalogue.delete_set(set=obj, by=actor_of(request), source="operator")
