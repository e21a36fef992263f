"""A segment's profile, kept for some minutes: at a million members it is read in seconds, and changes slowly."""

from typing import Any

from core import safe_cache
from core.rendering import dumps
from corps.actors import Actor
from corps.querysets import owns_narrowly
from customers.models import Stage
from insights.portrait import crowds, shares
from insights.portrait.crowds import Crowd
from segments.bitmaps import atoms, memory
from segments.bitmaps.holding import Gone
from segments.models import Segment
from tags.models import Tag

SECONDS = 300
_TRIES = 3
# Names are looked up of so many tags, those that most members have.
_NAMED = 500


def of(segment: Segment, actor: Actor) -> bytes:
    """The profile of a segment with its standing, as JSON: of those of its members whom the actor may see."""
    key = _key(segment, actor)
    body = safe_cache.get_bytes(key)
    if body is None:
        body = dumps(computed(segment, actor))
        safe_cache.set_bytes(key, body, SECONDS)
    return body


def computed(segment: Segment, actor: Actor) -> dict[str, Any]:
    """The same, from the members as they are now; by the record where there are no bitmaps that stay."""
    for _n in range(_TRIES):
        try:
            held = memory.current(segment.corp_id, segment.corp.zone.key)
            return _told(segment, crowds.of(segment, actor, held))
        except Gone:
            continue
    return _told(segment, crowds.of(segment, actor, None))


def _key(segment: Segment, actor: Actor) -> str:
    whose = actor.label if owns_narrowly(actor) else "all"
    run = segment.standing.run  # type: ignore[attr-defined]
    return f"segment:profile:{segment.corp_id}:{segment.pk}:v{segment.version}.{run}:{whose}"


def _told(segment: Segment, crowd: Crowd) -> dict[str, Any]:
    sizes = (len(crowd.members), len(crowd.whole))
    return {
        "segmentId": segment.pk,
        "members": sizes[0],
        "whole": sizes[1],
        "sampled": crowd.sampled,
        "asOf": crowd.as_of,
        "distributions": {
            "channel": shares.most(list(crowd.values("channel")), None, sizes),
            "tag": _tags(segment.corp_id, crowd, sizes),
            "stage": _stages(segment.corp_id, crowd, sizes),
            "city": shares.most(list(crowd.values("city")), None, sizes),
            "age": shares.ages(crowd.values(atoms.ADDED), crowd.as_of.astimezone(crowd.zone).date(), sizes),
        },
    }


def _tags(corp_id: int, crowd: Crowd, sizes: tuple[int, int]) -> dict[str, Any]:
    counted = sorted(crowd.values(atoms.TAG), key=lambda one: -one[1])[:_NAMED]
    living = Tag.objects.of_corp(corp_id).live().filter(pk__in=[int(tag) for tag, count, _whole in counted if count])
    return shares.most(counted, {str(pk): name for pk, name in living.values_list("pk", "name")}, sizes)


def _stages(corp_id: int, crowd: Crowd, sizes: tuple[int, int]) -> dict[str, Any]:
    names = {str(pk): name for pk, name in Stage.objects.of_corp(corp_id).values_list("pk", "name")}
    return shares.most(list(crowd.values("stage")), names, sizes)
