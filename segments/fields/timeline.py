"""What can be asked of a customer's timeline: how often something of a kind happened in some days, and when last."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Source
from followups.choices import EntryKind
from followups.models import TimelineEntry
from segments.fields import links
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import FLAG, MEMBERSHIP, REFERENCE, TEXT, TIME, WORD

# Of two of one moment the one that was noted later, as the timeline shows them.
_BEHIND = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
_NEXT = TimelineEntry.objects.filter(_BEHIND, customer_id=OuterRef("customer_id"), kind=OuterRef("kind"))

TIMELINE = Rows(
    "timeline",
    _("timeline entry"),
    "followups.TimelineEntry",
    table(
        (
            Field("kind", _("what happened"), WORD, "kind", EntryKind),
            Field("at", _("when it happened"), TIME, "at"),
            # "Followed up last more than 30 days ago" is one row: the last of its kind, and that long ago.
            Field("latest", _("last of its kind"), FLAG, "latest"),
            Field("employee", _("employee"), REFERENCE, "employee_id", of="corps.Employee"),
            Field("departments", _("department"), MEMBERSHIP, of="corps.Department", link=links.departments()),
            Field("source", _("source"), WORD, "source", Source),
            Field("actor", _("by"), TEXT, "actor"),
        )
    ),
    worked_out={"latest": ~Exists(_NEXT)},
    told_apart="kind",
)
