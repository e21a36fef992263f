"""What a segment may be called and may ask."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from segments.conditions import parsing, sight
from segments.conditions.nodes import Condition
from segments.models import Segment
from segments.refreshing import questions

NAME_LENGTH, DESCRIPTION_LENGTH, MOST = 50, 200, 500


def hold(corp_id: int) -> Corp:
    """One writer at a time among a company's segments: names, cycles and what is used are seen under this lock, which
    every rule takes first."""
    return lock(Corp(pk=corp_id))


def ready(segment: Segment, if_version: int | None = None) -> Segment:
    """The segment as it is now, held.

    Raises:
        Conflict: ``segment_deleted``.
        PreconditionFailed: ``version_passed``.
    """
    hold(segment.corp_id)
    row = lock(segment)
    if row.deleted_at:
        raise Conflict("segment_deleted", _("This segment has been deleted."))
    check_version(row, if_version)
    return row


def name_of(corp_id: int, name: str, *, but: int | None = None) -> str:
    """The name, if it can be used.

    Raises:
        RuleViolation: ``name_invalid``.
        Conflict: ``segment_exists``.
    """
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= NAME_LENGTH:
        message = _("A name has 1 to %(most)d characters.") % {"most": NAME_LENGTH}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    if Segment.objects.of_corp(corp_id).live().filter(name=tidy).exclude(pk=but).exists():
        message = _("A segment of this name exists already.")
        raise Conflict("segment_exists", message, [FieldError("name", "segment_exists", message)])
    return tidy


def check_description(text: str) -> None:
    """Raises RuleViolation: ``description_invalid``."""
    if len(text) > DESCRIPTION_LENGTH:
        message = _("At most %(most)d characters.") % {"most": DESCRIPTION_LENGTH}
        raise RuleViolation("description_invalid", message, [FieldError("description", "too_long", message)])


def check_number(corp_id: int) -> None:
    """Raises Conflict: ``too_many_segments``."""
    if Segment.objects.of_corp(corp_id).live().count() >= MOST:
        message = _("A company has at most %(most)d segments. Delete what nobody uses.") % {"most": MOST}
        raise Conflict("too_many_segments", message)


def asked(document: Any, corp: Corp, *, by: Actor, segment: Segment | None = None) -> tuple[Condition, list[int]]:
    """The condition that a document says, and the segments that it names.

    Args:
        segment: whose condition it is to be.

    Raises:
        RuleViolation: ``condition_invalid``, also where it would ask itself (``segment_cycle`` is the field's code),
            or ask for what the caller sees starred out (``number_masked``).
    """
    # What a segment asks already it may go on asking, also where a field or an option has been retired since.
    fresh = segment is None or document != segment.condition
    condition = parsing.parse(document, corp=corp, fresh=fresh)
    if fresh:
        sight.check(condition, by)
    used = questions.used_by(condition)
    _check_used(corp, used, segment)
    return condition, used


def _check_used(corp: Corp, used: list[int], segment: Segment | None) -> None:
    """What it names lives, and doesn't come back to it. Read under the company's lock: of two changes that would close
    a circle together, the second sees the first."""
    if not used:
        return
    rows = Segment.objects.of_corp(corp.pk).live().values_list("pk", "uses")
    uses: dict[int, list[int]] = dict(rows)
    if any(pk not in uses for pk in used):
        raise _wrong("segment_unknown", _("This condition names a segment that has been deleted."))
    seen, ahead = set(), list(used)
    while ahead:
        pk = ahead.pop()
        if segment is not None and pk == segment.pk:
            raise _wrong("segment_cycle", _("This condition names a segment that asks this one in turn."))
        if pk not in seen:
            seen.add(pk)
            ahead += uses.get(pk, [])


def _wrong(code: str, message: str) -> RuleViolation:
    return RuleViolation("condition_invalid", message, [FieldError("condition", code, message)])
