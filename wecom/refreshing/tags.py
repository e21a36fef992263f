"""The tag catalogue: one answer, whole."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.memory import ShortMemory
from corps import tickets
from corps.actors import SYSTEM
from corps.tally import Tally
from tags import mirroring
from tags.facts import GroupFacts, TagFacts
from tags.models import Tag
from wecom import mapping
from wecom.client import tags
from wecom.client.transport import Client, client_for

# Tags that no catalogue lists, as those of rule groups: they are not asked for again for a while.
_unlisted: ShortMemory[bool] = ShortMemory(seconds=600)


def forget() -> None:
    """Ask again for tags that were in no catalogue."""
    _unlisted.clear()


def refresh_tags(*, corp_id: int, source: str, gone: Collection[str] = ()) -> Tally:
    """Read the whole catalogue and store it.

    Args:
        gone: WeCom's ids of tags and groups that end where the catalogue doesn't show them. Others that it doesn't show
            stay: a short answer takes nothing away.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    return _refresh(client_for(corp_id), source, gone)


def learn(client: Client, wecom_ids: Collection[str]) -> None:
    """See that the catalogue has these tags, if WeCom's has them."""
    keys = {wecom_id: f"{client.corp_id}:{wecom_id}".encode() for wecom_id in wecom_ids}
    wanted = [wecom_id for wecom_id, key in keys.items() if not _unlisted.get(key)]
    if not wanted:
        return
    known = Tag.objects.of_corp(client.corp_id).filter(wecom_id__in=wanted).values_list("wecom_id", flat=True)
    if not (unknown := set(wanted) - set(known)):
        return
    _refresh(client, "callback", ())
    for wecom_id in unknown:
        _unlisted.put(keys[wecom_id], True)


def _refresh(client: Client, source: str, gone: Collection[str]) -> Tally:
    ticket = tickets.draw(client.corp_id)
    shown = [mapping.tag_group(row) for row in tags.corp_tags(client)]
    ended = _no_longer(client.corp_id, shown, gone)
    facts = [replace(one, tags=(*one.tags, *ended.pop(one.wecom_id, ()))) for one in shown]
    facts += [GroupFacts(wecom_id, "", deleted=True) for wecom_id in sorted(ended)]
    return mirroring.apply_catalogue(
        corp_id=client.corp_id, groups=facts, ticket=ticket, whole=False, by=SYSTEM, source=source
    )


def _no_longer(corp_id: int, shown: Sequence[GroupFacts], gone: Collection[str]) -> dict[str, list[TagFacts]]:
    """WeCom's id of each group that those gone were in, or were, → its tags that ended. A group goes with its last tag,
    of which its own event may be all that is told."""
    here = {tag.wecom_id for group in shown for tag in group.tags} | {group.wecom_id for group in shown}
    missing = set(gone) - here
    rows = Tag.objects.of_corp(corp_id).filter(wecom_id__in=missing, group__wecom_id__isnull=False)
    found: dict[str, list[TagFacts]] = {}
    for tag, group in rows.values_list("wecom_id", "group__wecom_id"):
        found.setdefault(str(group), []).append(TagFacts(str(tag), "", deleted=True))
        missing.discard(str(tag))
    return found | {wecom_id: [] for wecom_id in missing}
