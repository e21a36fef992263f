"""Bring the tag catalogue into step with WeCom's."""

from collections.abc import Sequence

from corps.actors import Actor
from corps.facts import Tally
from tags.facts import GroupFacts


def apply_catalogue(
    *, corp_id: int, groups: Sequence[GroupFacts], ticket: int, whole: bool, by: Actor, source: str
) -> Tally:
    """Store groups and their tags; with ``whole``, end the company's tags and groups that are not among them.

    A group that is given is given with all its tags. Tags that were made here and are still on their way to WeCom
    (``commands.open_keys``) are left alone, as are local ones.
    """
    raise NotImplementedError
