"""What of the catalogue is written back to WeCom: the company's own tags and groups, changed by anybody but WeCom."""

from collections.abc import Iterable

from corps.actors import Actor
from corps.mirrored import is_mirrored
from messaging import commands
from messaging.commands import Wanted
from tags.choices import TagKind
from tags.models import Tag, TagGroup

LANE = "catalogue"
# Changes that WeCom told us of are never told to WeCom.
_THEIRS = {"sync", "callback"}


def key_of(row: Tag | TagGroup) -> str:
    """What names the command that brings this row into step there."""
    return f"tag_group:{row.pk}" if isinstance(row, TagGroup) else f"tag:{row.pk}"


def want(rows: Iterable[Tag | TagGroup], *, by: Actor, source: str) -> None:
    """Want these rows brought into step there, in the transaction of their change; local ones are left out."""
    ours = [row for row in rows if row.kind == TagKind.CORP]
    if ours and is_written_back(ours[0].corp_id, source):
        wanted = [Wanted(_kind(row), LANE, key_of(row), _subject(row)) for row in ours]
        commands.want(corp_id=ours[0].corp_id, wanted=wanted, source=source, actor=by.label)


def order_key(group_id: int | None) -> str:
    """What names the command that brings the order of a group's tags, or with None of the groups, into step there."""
    return f"tag_order:{group_id or 0}"


def want_order(corp_id: int, group: TagGroup | None, *, by: Actor, source: str) -> None:
    """Want the tags of this group, or the groups, to stand there as they do here, in the transaction of their change.

    One command for all of them: where orders are equal there, putting one in its place can move its neighbours.
    """
    if (group is None or group.kind == TagKind.CORP) and is_written_back(corp_id, source):
        subject = {"tagGroupId": group.pk if group else None}
        one = Wanted("tag.order", LANE, order_key(group.pk if group else None), subject)
        commands.want(corp_id=corp_id, wanted=[one], source=source, actor=by.label)


def is_written_back(corp_id: int, source: str) -> bool:
    """Whether WeCom has to be told of a change from this source."""
    return source not in _THEIRS and is_mirrored(corp_id)


def _kind(row: Tag | TagGroup) -> str:
    return "tag_group" if isinstance(row, TagGroup) else "tag"


def _subject(row: Tag | TagGroup) -> dict[str, int]:
    return {"tagGroupId": row.pk} if isinstance(row, TagGroup) else {"tagId": row.pk}
