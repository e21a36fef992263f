"""Bring one tag, or one group, into step: make it there, rename and order it, or delete it (page 96320)."""

from collections.abc import Callable, Sequence
from functools import partial

from messaging.models import Command
from tags.choices import TagKind
from tags.holding import Row
from tags.models import Tag, TagGroup
from wecom.client.errors import Gone
from wecom.client.tags import delete_corp_tags, edit_corp_tag
from wecom.client.transport import Client
from wecom.push import creating, noting, orders, rereading, settling
from wecom.push.lanes import Hold


def push_tag(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Have WeCom know the tag as it is now. Raises WecomError."""
    (command,) = commands
    rows = Tag.objects.of_corp(hold.corp_id).select_related("group")
    tag = rows.filter(pk=command.subject["tagId"], kind=TagKind.CORP).first()
    if tag is None or (tag.deleted_at and tag.wecom_id is None):
        settling.done(hold, commands)
    elif tag.deleted_at:
        _delete(client, tag_ids=[tag.wecom_id or ""])
        settling.done(hold, commands, note=lambda: noting.deleted(tag))
    elif tag.wecom_id is None:
        creating.push(hold, command, tag, client)
    else:
        _edit(hold, command, tag, client, rereading.tag_gone)


def push_group(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Have WeCom know the group as it is now; one without tags isn't there. Raises WecomError."""
    (command,) = commands
    rows = TagGroup.objects.of_corp(hold.corp_id)
    group = rows.filter(pk=command.subject["tagGroupId"], kind=TagKind.CORP).exclude(wecom_id=None).first()
    if group is None:
        settling.done(hold, commands)
    elif group.deleted_at:
        _delete(client, group_ids=[group.wecom_id or ""])
        settling.done(hold, commands, note=lambda: noting.deleted(group))
    else:
        _edit(hold, command, group, client, rereading.group_gone)


def push_order(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Have a group's tags, or the groups, stand there as they do here, by as few calls as that takes.

    What is stored after each call is where the next try goes on. Raises WecomError.
    """
    group_id = commands[0].subject["tagGroupId"]
    rows: orders.Rows = orders.tags(group_id) if group_id else orders.groups(hold.corp_id)
    theirs = [row for row in rows if row.wecom_id and row.kind == TagKind.CORP]
    # From the last one on: each goes before those that stand right already.
    for pk, order in orders.needed(theirs).items():
        row = next(row for row in theirs if row.pk == pk)
        if order != row.wecom_order:
            edit_corp_tag(client, id=row.wecom_id or "", order=order)
            settling.done(hold, [], note=partial(noting.told, row, order))
    settling.done(hold, commands)


def _delete(client: Client, **ids: list[str]) -> None:
    try:
        delete_corp_tags(client, **ids)
    except Gone:
        # Somebody was faster, or an earlier try of ours came through.
        return


def _edit(hold: Hold, command: Command, row: Row, client: Client, gone: Callable[[Row], None]) -> None:
    try:
        edit_corp_tag(client, id=row.wecom_id or "", name=row.name)
    except Gone as error:
        settling.given_up([command], code=error.code, error=str(error))
        gone(row)
        return
    settling.done(hold, [command], note=lambda: noting.told(row))
