"""The console's pages of possible duplicates: what there is, the sheet of two, and the acts on it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from core.console import ReadOnlyAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.retry import atomic_retry
from corps.policy import Act
from customers import duplicates, finding, merging
from customers.choices import PairState
from customers.console import duplicate_sheet
from customers.duplicates.reasons import is_weak, sentence
from customers.models import Customer, DuplicatePair

_COLOURS = {PairState.OPEN: "warning", PairState.DISMISSED: None, PairState.MERGED: "success"}


class KeptForm(forms.Form):
    """Which of the two stands for the person."""

    kept = forms.ChoiceField(label=gettext_lazy("Keep"), widget=UnfoldAdminRadioSelectWidget())

    def __init__(self, pair: DuplicatePair, data: Any) -> None:
        super().__init__(data, initial={"kept": pair.first_id})
        self.fields["kept"].choices = [(row.pk, _named(row)) for row in (pair.first, pair.second)]  # type: ignore[attr-defined]


class StateFilter(DropdownFilter):
    """What is to be looked at, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return PairState.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value() if self.value() in PairState.values else PairState.OPEN)


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ReadOnlyAdmin):
    """Records that may be one person's."""

    list_display = ["heading", "other", "why", "confidence", "state_label", "create_time"]
    list_display_links = ["heading"]
    list_select_related = ["first", "second"]
    list_filter = [StateFilter]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["first", "second", "why", "state_label", "create_time", "dismissed_at"]
    actions_detail = ["compare", "dismiss"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("first", "second")

    @display(description=gettext_lazy("customer"), header=True)
    def heading(self, row: DuplicatePair) -> list[str]:
        return [row.first.name or "–", row.first.external_userid, (row.first.name or "?")[:1]]

    @display(description=gettext_lazy("other customer"), header=True)
    def other(self, row: DuplicatePair) -> list[str]:
        return [row.second.name or "–", row.second.external_userid, (row.second.name or "?")[:1]]

    @display(description=gettext_lazy("confidence"))
    def confidence(self, row: DuplicatePair) -> str:
        return badge(_("low"), "warning") if is_weak(row.reasons) else badge(_("high"), "success")

    @display(description=gettext_lazy("reasons"))
    def why(self, row: DuplicatePair) -> str:
        return sentence(row.reasons)

    @display(description=gettext_lazy("state"))
    def state_label(self, row: DuplicatePair) -> str:
        return badge(row.get_state_display(), _COLOURS[PairState(row.state)])

    def has_merge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_MERGE))

    @action(description=gettext_lazy("Compare and merge"), url_path="merge", icon="merge", permissions=["merge"])
    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Both side by side; posted, they are merged."""

        def run(row: DuplicatePair, data: dict[str, Any]) -> str:
            kept, other = (row.first, row.second) if int(data["kept"]) == row.first_id else (row.second, row.first)
            for one in (kept, other):
                finding.check_changeable(one.pk, actor_of(request))
            act: Any = {"by": actor_of(request), "source": "operator"}
            done = atomic_retry(merging.merge)(kept=kept, others=[other], **act)
            return _("Merged into %(name)s. It can be undone under Merges (no. %(id)d).") % {
                "name": kept,
                "id": done.pk,
            }

        return self.act(
            request,
            object_id,
            title=_("Compare and merge"),
            text=_(
                "The record that goes is hidden and keeps all that it has; the one that stays shows the follow-ups, the"
                " timeline and the followers of both, and takes over what it lacks. WeCom knows nothing of it."
            ),
            form=KeptForm,
            run=run,
            template="console/duplicate_sheet.html",
            shown=duplicate_sheet.rows,
        )

    @action(description=gettext_lazy("Not the same person"), url_path="dismiss", icon="close", permissions=["merge"])
    def dismiss(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: DuplicatePair, data: dict[str, Any]) -> str:
            duplicates.dismiss(pair=row, by=actor_of(request))
            return _("They will come back for another reason only.")

        text = _("The two stay as they are, and aren't offered again for what they have in common now.")
        return self.act(request, object_id, title=_("Not the same person"), text=text, run=run)


def _named(row: Customer) -> str:
    return f"{row} · {row.external_userid}"
