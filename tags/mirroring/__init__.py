"""Bring the tag catalogue into step with WeCom's. Callbacks and full syncs call the same rule."""

from collections.abc import Sequence

from django.db import transaction

from corps.actors import Actor
from corps.tally import Tally
from tags import events
from tags.facts import GroupFacts
from tags.holding import hold_catalogue, outdate_copies
from tags.mirroring import outcomes
from tags.mirroring.catalogue import Catalogue
from tags.mirroring.reading import Reading

__all__ = ["apply_catalogue"]


@transaction.atomic
def apply_catalogue(
    *, corp_id: int, groups: Sequence[GroupFacts], ticket: int, whole: bool, by: Actor, source: str
) -> Tally:
    """Store groups and tags as they were read under ``ticket``; what is marked as deleted ends, with ``tag.deleted``.

    A row made here under the same name, in the group of the same name, becomes WeCom's rather than be doubled. What is
    still on its way to WeCom (``commands.open_keys``) stays as it is here. An ended tag that WeCom shows lives again.

    Args:
        groups: each with those of its tags that were asked for; pages 96320 and 99544.
        whole: these are all there are: other tags and groups of the company that WeCom once showed end. Never all of
            them: an empty answer ends nothing.

    Returns: the numbers of tags and groups made, changed, met unchanged, ended, and refused as read later.
    """
    hold_catalogue(corp_id)
    tag_ids = {tag.wecom_id for group in groups for tag in group.tags}
    catalogue = Catalogue(corp_id, {group.wecom_id for group in groups}, tag_ids)
    reading = Reading(catalogue, ticket)
    reading.apply(groups, whole=whole)
    of_groups, of_tags = outcomes.of_groups(catalogue.groups), outcomes.of_tags(catalogue.tags)
    catalogue.groups.store(reading.groups, ticket)
    catalogue.tags.store(reading.tags, ticket)
    # Readers meet a group before its tags, and its end after theirs.
    begun = [one for one in of_groups if one[0] == events.GROUP_CREATED]
    events.tell_each([*begun, *of_tags, *(one for one in of_groups if one not in begun)], by=by, source=source)
    if any(name != events.TAG_CREATED or row.version > 1 for name, row, _facts in of_tags):
        outdate_copies(corp_id)
    return outcomes.tally([*of_groups, *of_tags], read=len(reading.groups) + len(reading.tags), refused=reading.refused)
