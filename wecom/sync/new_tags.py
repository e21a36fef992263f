"""Tags that a page names and the catalogue doesn't have yet: read before the page is stored."""

from collections.abc import Iterable
from functools import partial

from corps.actors import SYSTEM
from tags import mirroring
from tags.models import Tag
from wecom import mapping
from wecom.client import tags
from wecom.client.errors import Gone
from wecom.sync import dry
from wecom.sync.steps import Sitting

_AT_ONCE = 100


def fetch(sitting: Sitting, wecom_ids: Iterable[str]) -> None:
    """Bring those of the tags into the catalogue that it doesn't have. Rule groups' tags may stay unknown."""
    wanted = sorted(set(wecom_ids) - sitting.known_tags)
    if not wanted:
        return
    found = Tag.objects.of_corp(sitting.corp_id).filter(wecom_id__in=wanted).values_list("wecom_id", flat=True)
    unknown = sorted(set(wanted) - set(found))
    sitting.known_tags.update(wanted)
    for start in range(0, len(unknown), _AT_ONCE):
        _fetch(sitting, unknown[start : start + _AT_ONCE])


def _fetch(sitting: Sitting, wecom_ids: list[str]) -> None:
    ticket = sitting.ticket()
    try:
        rows = sitting.ask(tags.corp_tags, tag_ids=wecom_ids)
    except Gone:
        # Deleted since the page was read.
        return
    store = partial(
        mirroring.apply_catalogue,
        corp_id=sitting.corp_id,
        groups=[mapping.tag_group(row) for row in rows],
        ticket=ticket,
        whole=False,
        by=SYSTEM,
        source="sync",
    )
    if sitting.run.dry_run:
        dry.tried(store)
    else:
        store()
