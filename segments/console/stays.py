"""Segments on the customer's page, and the customer list narrowed to one."""

from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.console import ReadOnlyInline
from core.console_links import page_link
from customers.admin import CustomerAdmin
from customers.console.listing.picked import Picked
from customers.console.transfer_choices import OFFERED, Offer
from segments.choices import CAUSES
from segments.console.asked import ConditionFilter
from segments.models import SegmentStay


class StayInline(ReadOnlyInline):
    """In which segments the customer is and was, since when and why."""

    model = SegmentStay
    fields = readonly_fields = ["which", "entered_at", "came_by", "until", "went_by"]
    ordering = ["-entered_at", "-id"]
    per_page = 10
    verbose_name_plural = gettext_lazy("in these segments")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stays = super().get_queryset(request).filter(segment__deleted_at=None).shown()  # type: ignore[attr-defined]
        return stays.select_related("segment__standing", "customer")

    @display(description=gettext_lazy("segment"))
    def which(self, row: SegmentStay) -> str:
        return page_link("segments_segment", row.segment_id, str(row.segment))

    @display(description=gettext_lazy("entered because"))
    def came_by(self, row: SegmentStay) -> Any:
        return CAUSES.get(row.entered_by, row.entered_by)

    @display(description=gettext_lazy("until"))
    def until(self, row: Any) -> Any:
        return row.left_at if _over(row) else None

    @display(description=gettext_lazy("left because"))
    def went_by(self, row: Any) -> Any:
        return CAUSES.get(row.left_by, row.left_by) if _over(row) else "–"


class SegmentFilter(Picked):
    """The members of one segment, as its page links here too."""

    title = gettext_lazy("segment")
    parameter_name, wire = "segment", "segmentId"
    reference = (SegmentStay, "segment")


def _over(row: Any) -> bool:
    # What ends only with the run that is under way lasts for whoever reads.
    return bool(row.left_run <= row.segment.standing.run)


def wire(page: type[ModelAdmin]) -> None:
    """Put both on the page of a package below."""
    page.inlines = [*page.inlines, StayInline]
    page.list_filter = [*page.list_filter, SegmentFilter, ConditionFilter]


wire(CustomerAdmin)
OFFERED.append(
    Offer(
        key="segment",
        label=gettext_lazy("those of a segment"),
        field=gettext_lazy("segment"),
        reference=(SegmentStay, "segment"),
        parameter="segmentId",
        missing=gettext_lazy("Choose the segment."),
    )
)
