"""What is read again, or taken note of, when WeCom doesn't know what a command is about."""

import structlog

from corps import tickets
from corps.actors import SYSTEM
from tags import mirroring
from tags.facts import GroupFacts, TagFacts
from tags.models import Tag, TagGroup
from wecom import refreshing
from wecom.client.errors import NotConnected, WecomError
from wecom.push.pairs import Pair

_log = structlog.get_logger("scrm.push")


def pair(of: Pair) -> None:
    """Read the customer with all who follow them: the relation may have ended. What fails now is left to the sync."""
    try:
        refreshing.refresh_customer(corp_id=of.corp_id, external_userid=of.customer.external_userid, source="sync")
    except (WecomError, NotConnected) as error:
        _log.info("push_not_reread", customer=of.customer.pk, error=type(error).__name__)


def tag_gone(tag: Tag) -> None:
    """End a tag that WeCom says it doesn't know."""
    if tag.wecom_id and tag.group.wecom_id:
        gone = TagFacts(tag.wecom_id, "", tag.wecom_order or 0, deleted=True)
        _apply(tag.group, tags=(gone,))


def group_gone(group: TagGroup) -> None:
    """End a group that WeCom says it doesn't know, with its tags."""
    if group.wecom_id:
        _apply(group, deleted=True)


def _apply(group: TagGroup, *, tags: tuple[TagFacts, ...] = (), deleted: bool = False) -> None:
    facts = GroupFacts(
        group.wecom_id or "", group.name, group.wecom_order or 0, kind=group.kind, deleted=deleted, tags=tags
    )
    mirroring.apply_catalogue(
        corp_id=group.corp_id, groups=[facts], ticket=tickets.draw(group.corp_id), whole=False, by=SYSTEM, source="sync"
    )
