"""The tags that an SOP puts on its customer and takes off."""

from collections.abc import Collection
from typing import Any

import structlog

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import tagging
from customers.choices import Source
from followups.models import SopEnrolment
from followups.sops.told import Told
from tags.models import Tag

# An SOP that tags, whose tag begins an SOP, which tags …: the inbox ends such chains at 16; this one sooner, and
# with all else that the event tells noted.
MOST_HOPS = 8
_log = structlog.get_logger("scrm.sops")


def apply(row: SopEnrolment, told: Told, *, hops: int) -> None:
    """Change the tags that the event names, but for those with which a later step has done something."""
    if not (told.add or told.remove):
        return
    if hops >= MOST_HOPS:
        _log.warning("sop_tags_looping", enrolment=row.pk, hops=hops)
        return
    remove = _fresh(row, told, _known(row.corp_id, told.remove))
    add = _fresh(row, told, _known(row.corp_id, told.add)) - remove
    if not (add or remove):
        return
    row.tag_steps |= {str(tag): told.rank for tag in add | remove}
    row.save(update_fields=["tag_steps", "update_time"])
    try:
        tagging.change_tags(customer=told.customer, add=add, remove=remove, by=SYSTEM, source=Source.SOP, run_id=row.pk)
    except RuleViolation as refusal:
        _log.warning("sop_tags_refused", enrolment=row.pk, why=refusal.code)


def _fresh(row: SopEnrolment, told: Told, tags: Collection[int]) -> set[int]:
    return {tag for tag in tags if told.rank > row.tag_steps.get(str(tag), -1)}


def _known(corp_id: int, named: Collection[Any]) -> set[int]:
    """The ids of the company's living tags among these ids and names. A name that two groups have says neither."""
    names = {one for one in named if isinstance(one, str)}
    alive = Tag.objects.of_corp(corp_id).filter(deleted_at=None)
    ids = [one for one in named if type(one) is int and 0 < one < 2**63]
    found = set(alive.filter(pk__in=ids).values_list("pk", flat=True))
    by_name: dict[str, list[int]] = {}
    for pk, name in alive.filter(name__in=names).values_list("pk", "name"):
        by_name.setdefault(name, []).append(pk)
    found |= {pks[0] for name, pks in by_name.items() if len(pks) == 1 and name in names}
    if len(found) < len(set(map(str, named))):
        _log.warning("sop_tags_unknown", corp=corp_id, named=len(set(map(str, named))), known=len(found))
    return found
