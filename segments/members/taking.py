"""That the members of a segment were taken along is written down, as every list is that leaves."""

from typing import Any

from django.utils.translation import gettext as _

from core import exporting
from core.errors import RuleViolation
from core.pagination import bounded_count
from corps.actors import Actor
from customers.privacy import accesses
from segments import finding
from segments.models import Segment


def note(segment: Segment, *, kind: str, by: Actor, source: str, address: str) -> None:
    """Keep who takes them along and how many they are, counted up to a bound, before the first of them is sent.

    Args:
        segment: with its standing.
        kind: of the file, one of ``core.exporting.KINDS``.

    Raises:
        RuleViolation: ``workbook_too_long``: only a CSV file, which is sent while it is written, takes that many.
    """
    number, exact = bounded_count(finding.members(segment, by), exporting.MOST_ROWS)
    if kind == "xlsx" and not exact:
        message = _("A workbook takes at most %(n)d members. Take them along as CSV.") % {"n": number}
        raise RuleViolation("workbook_too_long", message)
    filters = {"segmentId": str(segment.pk)}
    told: dict[str, Any] = {"by": by, "source": source, "address": address, "corp_id": segment.corp_id}
    accesses.exported(what="segment_members", number=number, filters=filters, **told)
