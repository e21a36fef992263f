"""Read the tag catalogue. It is one answer; what it lacks is asked for by id before it goes."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from corps.actors import SYSTEM
from tags import mirroring
from tags.choices import TagKind
from tags.facts import GroupFacts
from tags.models import Tag
from wecom import mapping
from wecom.client import tags
from wecom.client.errors import Gone
from wecom.sync import safety
from wecom.sync.steps import Failure, Sitting, Stages, Step

# Ids in one call.
AT_ONCE = 100


def start(sitting: Sitting) -> Step:
    """The whole catalogue, and what it no longer shows."""
    run = sitting.run
    ticket = sitting.ticket()
    groups = [mapping.tag_group(row) for row in sitting.ask(tags.corp_tags)]
    shown = {tag.wecom_id for group in groups for tag in group.tags}
    here = Tag.objects.of_corp(run.corp_id).filter(
        kind=TagKind.CORP, deleted_at=None, wecom_id__isnull=False, fetch_seq__gt=0
    )
    missing = sorted({wecom_id or "" for wecom_id in here.values_list("wecom_id", flat=True)} - shown)
    if held := safety.hold(run, "tags", len(missing), here.count(), missing):
        return Step(cursor={}, hold=held)
    alive = _still_there(sitting, missing)
    failures = [Failure(wecom_id, 0) for wecom_id in sorted(alive)]
    # With one of them still there the answer was not whole: its groups are left alone, and nothing goes.
    whole = [group for group in groups if group.wecom_id not in set(alive.values())]
    if not alive:
        whole += _emptied(run.corp_id, missing, {group.wecom_id for group in groups})
    apply = partial(
        mirroring.apply_catalogue,
        corp_id=run.corp_id,
        groups=whole,
        ticket=ticket,
        whole=not alive,
        by=SYSTEM,
        source="sync",
    )
    return Step(cursor=None, apply=apply, failures=failures)


def _emptied(corp_id: int, missing: Sequence[str], shown: set[str]) -> list[GroupFacts]:
    """The groups that went with their last tag, named one by one: an empty catalogue alone would take nothing away."""
    tags_of = Tag.objects.of_corp(corp_id).filter(wecom_id__in=missing, group__wecom_id__isnull=False)
    ids = {wecom_id or "" for wecom_id in tags_of.values_list("group__wecom_id", flat=True)} - shown
    return [GroupFacts(wecom_id, "", deleted=True) for wecom_id in sorted(ids)]


def _still_there(sitting: Sitting, missing: Sequence[str]) -> dict[str, str]:
    """Those of the missing that WeCom knows and doesn't call deleted, with their group's id."""
    found: dict[str, str] = {}
    for start_at in range(0, len(missing), AT_ONCE):
        for group in _by_id(sitting, list(missing[start_at : start_at + AT_ONCE])):
            if not group.deleted:
                found |= {tag.wecom_id: group.wecom_id for tag in group.tags if not tag.deleted}
    return {wecom_id: group for wecom_id, group in found.items() if wecom_id in set(missing)}


def _by_id(sitting: Sitting, wecom_ids: list[str]) -> list[GroupFacts]:
    try:
        rows: list[dict[str, Any]] = sitting.ask(tags.corp_tags, tag_ids=wecom_ids)
    except Gone:
        return []
    return [mapping.tag_group(row) for row in rows]


STAGES: Stages = {"start": start}
