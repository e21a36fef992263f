"""The pages that put customers into a stage, one and many, and the steps on a customer's page."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from core import console_bulk
from core.console_scope import actor_of, visible
from customers import finding, stages
from customers.console.acted import ActedInline
from customers.models import Customer, Stage, StageChange
from customers.stages.bulk import set_stages


class StageChoiceForm(forms.Form):
    """One of the stages in use, or none."""

    stage = forms.ModelChoiceField(
        Stage.objects.none(),
        label=gettext_lazy("stage"),
        required=False,
        empty_label=gettext_lazy("none"),
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, offered: QuerySet[Stage], data: Any, initial: Any = None) -> None:
        super().__init__(data, initial={"stage": initial})
        self.fields["stage"].queryset = offered.order_by("order", "id")  # type: ignore[attr-defined]


def change(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Choose the stage of one customer."""

    def form(row: Customer, data: Any) -> StageChoiceForm:
        # One that is retired stays with whoever has it.
        offered = Stage.objects.of_corp(row.corp_id).filter(Q(active=True) | Q(pk=row.stage_id))
        return StageChoiceForm(offered, data, row.stage_id)

    def run(row: Customer, data: dict[str, Any]) -> str:
        finding.check_changeable(row.pk, actor_of(request))
        step = stages.set_stage(customer=row, stage=data["stage"], by=actor_of(request), source="operator")
        told = {"stage": data["stage"] or _("none")}
        return (_("The stage is %(stage)s now.") if step else _("The stage was %(stage)s already.")) % told

    return model_admin.act(request, object_id, title=_("Change stage"), form=form, run=run)


def bulk(model_admin: Any, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponse | None:
    """Show where the selected customers stand, ask for a stage, put each into it, and tell how many were."""

    def put(ids: list[int], data: dict[str, Any]) -> list[dict[str, Any]]:
        return set_stages(customer_ids=ids, stage=data["stage"], by=actor_of(request), source="operator")

    offered = visible(Stage.objects.filter(active=True), actor_of(request))
    act = console_bulk.BulkAct(
        name="set_stage",
        title=_("Change stage"),
        too_many=_("Choose at most %(most)d customers at once."),
        chosen=_standing,
        told=_("%(changed)d customers changed, %(unchanged)d had nothing to change, %(refused)d refused."),
        form=lambda data: StageChoiceForm(offered, data),
        change=put,
    )
    return console_bulk.bulk(model_admin, request, queryset.select_related("stage"), act)


def _standing(chosen: Sequence[Customer]) -> str:
    found = Counter(str(row.stage or _("none")) for row in chosen)
    listed = ", ".join(f"{name} {number}" for name, number in found.most_common())
    told = {"n": len(chosen), "stages": listed}
    return (
        ngettext(
            "For %(n)d customer, by present stage: %(stages)s.",
            "For %(n)d customers, by present stage: %(stages)s.",
            len(chosen),
        )
        % told
    )


class StageInline(ActedInline):
    """Every step, the latest first."""

    model = StageChange
    verbose_name_plural = gettext_lazy("stages")
    fields = readonly_fields = ["from_stage", "to_stage", "at", "changed_by", "source"]
    ordering = ["-id"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "from_stage", "to_stage")

    @display(description=gettext_lazy("changed by"))
    def changed_by(self, row: StageChange) -> str:
        return self.name_of(row.actor)
