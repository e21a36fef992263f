from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from segments.choices import Kind
from segments.querysets import SegmentQuerySet


class Segment(Stamped):
    """A named crowd of a company's customers: all who answer to a condition, or a list that somebody made."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=50)
    description = models.CharField(_("description"), max_length=200, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DYNAMIC)
    # The wire form (docs/decisions/0036-conditions.md); None for a static one.
    condition = models.JSONField(_("condition"), null=True, blank=True)
    # Ids of the segments that the condition names: cycles are found without reading every condition.
    uses = models.JSONField(default=list, editable=False)
    # Whether entering and leaving are told by events.
    announces = models.BooleanField(_("tells by events who enters and leaves"), default=False)
    actor = models.CharField(_("made by"), max_length=40, default="system", editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        db_table = "segment"
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [
            # A company's segments, and the dynamic ones when a customer has changed.
            models.Index(fields=["corp", "deleted_at", "kind"], name="ix_segment_corp"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_dynamic(self) -> bool:
        return self.kind == Kind.DYNAMIC
