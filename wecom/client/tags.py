"""Corp tags (企业标签), and which customer has them."""

from collections.abc import Sequence
from typing import Any

from wecom.client.answers import rows, thing
from wecom.client.endpoints import Endpoint, Kind
from wecom.client.shapes import CorpTagGroup, NewTag
from wecom.client.transport import Client

_LIST = Endpoint("externalcontact/get_corp_tag_list", "tags")
_ADD = Endpoint("externalcontact/add_corp_tag", "tags", Kind.ONCE, at_once=1)
_EDIT = Endpoint("externalcontact/edit_corp_tag", "tags", Kind.SET)
_DELETE = Endpoint("externalcontact/del_corp_tag", "tags", Kind.SET)
# WeCom's staff name five at once.
_MARK = Endpoint("externalcontact/mark_tag", "tags", Kind.SET, at_once=5)


def corp_tags(client: Client, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> list[CorpTagGroup]:
    """Groups with their tags: all, or those of these tags, or those groups. Pages 92117 and 96320, no paging.

    Deleted ones come, marked, when they are asked for by id. Given both, WeCom ignores the tags.
    Fails as ``Gone`` 40068 for an id that never was.
    """
    body = {"tag_id": list(tag_ids) or None, "group_id": list(group_ids) or None}
    return rows(client.post(_LIST, **body), "tag_group", _LIST)


def add_corp_tags(
    client: Client,
    *,
    tags: Sequence[NewTag],
    group_id: str | None = None,
    group_name: str | None = None,
    order: int | None = None,
) -> CorpTagGroup:
    """Make tags in a group, which is made too when it is named and new. Returns it with the new tags. Page 96320.

    There is no key against doing it twice: after ``Unreachable`` read the tags before trying again.
    Fails as ``Refused`` 40071 (a name exists), 40072 (its length), 40126 (the company is full), ``Gone`` 40068.
    """
    body = {"group_id": group_id, "group_name": group_name, "order": order, "tag": list(tags)}
    made: Any = thing(client.post(_ADD, **body), "tag_group", _ADD)
    return made


def edit_corp_tag(client: Client, *, id: str, name: str | None = None, order: int | None = None) -> None:
    """Rename or reorder a tag or a group; one id serves for both. Page 96320. Only the app's own.

    Fails as ``Gone`` 40068, ``Refused`` 40071, ``OutOfRange`` 301002/81011 for another app's tag.
    """
    client.post(_EDIT, id=id, name=name, order=order)


def delete_corp_tags(client: Client, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
    """Delete tags and groups; a group goes with its last tag. Page 96320. Only the app's own.

    Fails as ``Gone`` 40068 when they are gone already, ``OutOfRange`` 301002/81011 for another app's tag.
    """
    client.post(_DELETE, tag_id=list(tag_ids) or None, group_id=list(group_ids) or None)


def mark_tags(
    client: Client, *, userid: str, external_userid: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> None:
    """Put tags on a customer for one member, and take others away. Pages 92118 and 92697. No event comes of it.

    Fails as ``Gone`` 40068 (a tag), ``NoRelation`` 84061/40096, ``OutOfRange`` 60011, ``Crowded`` 45033.
    """
    body = {"add_tag": list(add) or None, "remove_tag": list(remove) or None}
    client.post(_MARK, userid=userid, external_userid=external_userid, **body)
