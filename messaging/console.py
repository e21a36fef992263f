"""What the pages of the messages are made of: their filters, and links from an event to what it is about."""

from typing import Any

from django.apps import apps
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from core.console_lists import ExactFilter
from messaging.outbox import PARTITIONS

# An event's name has no index: it is looked for among the newest.
NAME_WINDOW = 50_000


def among_newest(queryset: QuerySet[Any], **which: Any) -> QuerySet[Any]:
    """Rows by a column without an index, looked for among the ``NAME_WINDOW`` newest."""
    newest = queryset.model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0
    return queryset.filter(pk__gt=newest - NAME_WINDOW, **which)


class NameFilter(ExactFilter):
    title = gettext_lazy("event, among the newest")
    parameter_name = "name"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        return among_newest(queryset, name=value) if value else queryset


class PublishedFilter(DropdownFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("waiting", _("waiting")), ("published", _("published"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            # Named partitions let the relay's own index answer.
            return queryset.filter(part__in=range(PARTITIONS), published_at=None)
        return queryset.filter(published_at__isnull=False) if self.value() == "published" else queryset


class ReplayedFilter(DropdownFilter):
    title = gettext_lazy("sent again")
    parameter_name = "replayed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("no", _("no")), ("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {"no": True, "yes": False}
        return queryset.filter(replayed_at__isnull=known[self.value()]) if self.value() in known else queryset


def block(text: str) -> str:
    """Text as it is, in lines."""
    return format_html('<pre class="console-block">{}</pre>', text)


def page_of(table: str, ident: Any) -> str | None:
    """The console page of the row that an event is about, found by its table's name."""
    for model in apps.get_models():
        if model._meta.db_table == table and not model._meta.proxy and str(ident).isdecimal():
            try:
                return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[ident])
            except NoReverseMatch:
                return None
    return None
