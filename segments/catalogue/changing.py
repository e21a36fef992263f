"""Change what a segment is called, what it asks and whom it tells."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.transactions import atomic
from corps.actors import Actor
from segments import events
from segments.catalogue import checking
from segments.choices import Reason
from segments.conditions import writing
from segments.models import Segment
from segments.refreshing import hearing, requesting
from segments.rules import books

# Column → its name on the wire.
WRITABLE = {"name": "name", "description": "description", "announces": "announces", "condition": "condition"}


@atomic
def update_segment(
    *, segment: Segment, by: Actor, source: str, if_version: int | None = None, **fields: Any
) -> Segment:
    """Change what differs and record ``segment.updated``; a repeat does nothing. With another condition, it and the
    segments that name it are asked anew, and until then show the members of before.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: as ``create_segment``; ``description_invalid``.
        Conflict: ``segment_deleted``, ``segment_exists``; ``segment_static``: a list has no condition.
    """
    row = checking.ready(segment, if_version)
    wanted = _wanted(row, fields, by)
    changed = [column for column, value in wanted.items() if getattr(row, column) != value]
    if not changed:
        return row
    for column in changed:
        setattr(row, column, wanted[column])
    row.version += 1
    row.save(update_fields=[*changed, "version", "update_time"])
    names = [WRITABLE[column] for column in changed if column in WRITABLE]
    events.tell(events.UPDATED, row, by=by, source=source, changed=names)
    if "condition" in changed:
        # Rules that name it hold what it asked.
        books.outdate(row.corp_id)
        for each in hearing.with_dependants([row]):
            requesting.request(segment=each, reason=Reason.CHANGED if each.pk == row.pk else Reason.EVENT, by=by)
    return row


def _wanted(row: Segment, fields: dict[str, Any], by: Actor) -> dict[str, Any]:
    wanted = dict(fields)
    if "name" in wanted:
        wanted["name"] = checking.name_of(row.corp_id, wanted["name"], but=row.pk)
    checking.check_description(wanted.get("description", ""))
    if "condition" in wanted:
        if not row.is_dynamic:
            raise Conflict("segment_static", _("A static segment is a list: there is no condition to ask."))
        condition, wanted["uses"] = checking.asked(wanted["condition"], row.corp, by=by, segment=row)
        wanted["condition"] = writing.document(condition)
    return wanted
