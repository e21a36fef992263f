"""The console's history of merges, and the act that undoes one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_links import page_link
from core.console_lists import badge
from core.console_scope import actor_of, visible
from core.retry import atomic_retry
from corps.names import names_of
from corps.policy import Act
from customers import finding, merging
from customers.merging.checking import MOST
from customers.models import Customer, CustomerMerge


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnlyAdmin):
    """Each merge, the latest first."""

    list_display = ["heading", "number", "state_label", "create_time"]
    list_display_links = ["heading"]
    list_select_related = ["kept"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "kept",
        "others",
        "filled_in",
        "merged_by",
        "source",
        "create_time",
        "state_label",
        "undone_at",
        "left_alone",
    ]
    actions_detail = ["undo"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        self.actor = actor_of(request)
        return super().get_queryset(request).select_related("kept")

    @display(description=gettext_lazy("kept"), header=True)
    def heading(self, row: CustomerMerge) -> list[str]:
        return [row.kept.name or "–", row.kept.external_userid, (row.kept.name or "?")[:1]]

    @display(description=gettext_lazy("merged records"))
    def number(self, row: CustomerMerge) -> str:
        return str(len(row.other_ids))

    @display(description=gettext_lazy("merged records"))
    def others(self, row: CustomerMerge) -> str:
        found = visible(Customer.objects.filter(pk__in=row.other_ids), self.actor)[:MOST]
        return format_html_join(" · ", "{}", ((page_link("customers_customer", one.pk, one),) for one in found)) or "–"

    @display(description=gettext_lazy("filled in"))
    def filled_in(self, row: CustomerMerge) -> str:
        return _columns(row.filled)

    @display(description=gettext_lazy("left as changed since"))
    def left_alone(self, row: CustomerMerge) -> str:
        return _columns(row.left)

    @display(description=gettext_lazy("merged by"))
    def merged_by(self, row: CustomerMerge) -> str:
        return names_of([row.actor], corp_id=row.corp_id).get(row.actor, row.actor)

    @display(description=gettext_lazy("state"))
    def state_label(self, row: CustomerMerge) -> str:
        return badge(_("undone")) if row.undone_at else badge(_("merged"), "success")

    def has_merge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_MERGE))

    @action(description=gettext_lazy("Undo the merge"), url_path="undo", icon="undo", permissions=["merge"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: CustomerMerge, data: dict[str, Any]) -> str:
            finding.check_changeable(row.kept_id, actor_of(request))
            done = atomic_retry(merging.undo)(merge=row, by=actor_of(request), source="operator")
            if done.left:
                return _("They are apart again. Changed since and left alone: %(fields)s.") % {
                    "fields": _columns(done.left)
                }
            return _("They are apart again, as they were.")

        text = _("The merged records come back as they were. What somebody has changed since stays.")
        return self.act(request, object_id, title=_("Undo the merge"), text=text, run=run)


def _columns(names: Any) -> str:
    return ", ".join(str(Customer._meta.get_field(name).verbose_name) for name in names) or "–"  # type: ignore[union-attr]
