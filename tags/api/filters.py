"""What lists of tags and groups can be narrowed by."""

import django_filters as filters
from django.db.models import Prefetch

from tags.models import Tag, TagGroup
from tags.querysets import TagGroupQuerySet

WITH_TAGS = Prefetch("tags", queryset=Tag.objects.live(), to_attr="living_tags")


class TagGroupFilter(filters.FilterSet):
    keyword = filters.CharFilter("name", lookup_expr="icontains", max_length=30, help_text="Any part of the name.")
    withTags = filters.ChoiceFilter(
        method="embed", choices=[("true", "true"), ("false", "false")], help_text="true: each group with its tags."
    )

    class Meta:
        model = TagGroup
        fields: list[str] = []

    def embed(self, rows: TagGroupQuerySet, name: str, value: str) -> TagGroupQuerySet:
        return rows.prefetch_related(WITH_TAGS) if value == "true" else rows


class TagFilter(filters.FilterSet):
    groupId = filters.NumberFilter("group_id", min_value=1, max_value=2**63 - 1, decimal_places=0)
    keyword = filters.CharFilter("name", lookup_expr="icontains", max_length=30, help_text="Any part of the name.")

    class Meta:
        model = Tag
        fields: list[str] = []
