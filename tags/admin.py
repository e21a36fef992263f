from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from core.console import ReadOnlyInline, ScopedModelAdmin
from core.console_links import list_link
from core.console_lists import ScopedAutocompleteFilter
from core.console_pickers import AutocompleteSelect
from core.console_scope import actor_of
from tags import catalog, grouping
from tags.models import Tag, TagGroup
from tags.set_pages import SetAdmin, SetForm


class MergeForm(forms.Form):
    """Which tag takes over. Only living tags of the same company are offered."""

    def __init__(self, tag: Tag, data: Any = None) -> None:
        super().__init__(data)
        others = Tag.objects.of_corp(tag.corp_id).live().exclude(pk=tag.pk)
        picker = AutocompleteSelect(Tag._meta.get_field("merged_into"), admin.site)
        picker.attrs["class"] = "unfold-admin-autocomplete"
        self.fields["into"] = forms.ModelChoiceField(others, label=_("merge into"), widget=picker)


@admin.register(Tag)
class TagAdmin(ScopedModelAdmin):
    list_display = ["name", "group", "use_link", "order", "counted_at"]
    list_select_related = ["group"]
    list_filter = [("group", ScopedAutocompleteFilter)]
    search_fields = ["name", "group__name"]
    sortable_by: list[str] = []
    ordering = ["group__order", "group_id", "order", "id"]
    autocomplete_fields = ["group"]
    fields = ["name", "group", "order"]
    linked_by = ["group"]
    actions_detail = ["merge"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).live()  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # A tag's company is its group's.
        return [(None, {"fields": self.fields})]

    def option_label(self, row: Tag) -> str:
        return f"{row.group} / {row.name}"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return found.select_related("group"), duplicates

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    @display(description=gettext_lazy("customers"))
    def use_link(self, row: Tag) -> str:
        return list_link("customers_customer", f"tag={row.pk}", row.use_count)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, order = actor_of(request), form.cleaned_data["order"]
        if not change:
            place = order if "order" in form.changed_data else None
            tag = catalog.create_tag(group=obj.group, name=obj.name, order=place, by=by, source="operator")
        else:
            tag = Tag.objects.get(pk=obj.pk)
            if "group" in form.changed_data:
                tag = catalog.move_tag(tag=tag, group=obj.group, by=by, source="operator")
            place = order if "order" in form.changed_data else None
            tag = catalog.update_tag(tag=tag, name=obj.name, order=place, by=by, source="operator")
        obj.__dict__.update(tag.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        catalog.delete_tag(tag=obj, by=actor_of(request), source="operator")

    @action(description=gettext_lazy("Merge into another"), url_path="merge", icon="merge", permissions=["change"])
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: Tag, data: dict[str, Any]) -> HttpResponse:
            into = data["into"]
            catalog.merge_tag(tag=row, into=into, by=actor_of(request), source="operator")
            done = _("Merged into %(tag)s. Its customers get the other tag within moments.") % {"tag": into}
            return self.finish(request, row, done, self.page("change", into.pk))

        return self.act(
            request,
            object_id,
            title=_("Merge into another"),
            text=_("This tag ends, and whoever has it gets the other one. This can't be undone."),
            form=MergeForm,
            run=run,
        )


class TagInline(ReadOnlyInline):
    """The tags of a group; each is changed on its own page."""

    model = Tag
    tab = False
    per_page = 50
    show_change_link = True
    fields = readonly_fields = ["name", "use_count", "order"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).live()  # type: ignore[attr-defined]


class TagGroupForm(SetForm):
    class Meta:
        model = TagGroup
        fields = ["name", "order"]


@admin.register(TagGroup)
class TagGroupAdmin(SetAdmin):
    form = TagGroupForm
    inlines = [TagInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = super().get_queryset(request).live()  # type: ignore[attr-defined]
        return seen.annotate(living_tags=Count("tags", filter=Q(tags__deleted_at=None)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        tags = Tag.objects.filter(group__in=objs).live().values_list("name", flat=True)
        return [str(row) for row in objs] + [[*tags]], {}, set(), []

    @display(description=gettext_lazy("tags"))
    def tags_link(self, row: Any) -> str:
        return list_link("tags_tag", f"group__id__exact={row.pk}", row.living_tags)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        order = obj.order if "order" in form.changed_data else None
        if change:
            row = TagGroup.objects.get(pk=obj.pk)
            group = grouping.update_group(group=row, name=obj.name, order=order, by=by, source="operator")
        else:
            group = grouping.create_group(
                corp_id=obj.corp_id, name=obj.name, order=order, tag_names=form.names(), by=by, source="operator"
            )
        obj.__dict__.update(group.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        grouping.delete_group(group=obj, by=actor_of(request), source="operator")
