"""Make a tag in WeCom. There is no key against doing it twice: after a try in doubt comes a look, not a repeat."""

from typing import Any

from core.time import now
from corps.actors import SYSTEM
from messaging.models import Command
from tags import writeback
from tags.models import Tag, TagGroup
from wecom.client.errors import Gone, Refused
from wecom.client.tags import add_corp_tags, corp_tags
from wecom.client.transport import Client
from wecom.push import noting, orders, reactions, settling
from wecom.push.lanes import Hold

_NAME_EXISTS = 40071
_Made = dict[str, Any]


def push(hold: Hold, command: Command, tag: Tag, client: Client) -> None:
    """Make the tag, in its group, which comes to be there with its first one. Raises WecomError."""
    made = _found(client, tag) if command.attempts > 1 else None
    if made is None:
        try:
            made = _make(client, tag)
        except Refused as error:
            if error.code != _NAME_EXISTS or command.attempts >= settling.MOST_TRIES:
                raise
            if (made := _found(client, tag)) is None:
                # Another tag of ours has the name there, which one of its own commands or a reading is to settle.
                at = now() + reactions.pause_after(command.attempts)
                settling.later([command], at=at, code=error.code, error=str(error))
                return
        except Gone as error:
            # Its group was deleted there: next time it is made by its name.
            TagGroup.objects.filter(pk=tag.group_id).update(wecom_id=None, wecom_order=None)
            settling.later([command], at=now(), code=error.code, error=str(error))
            return
    settling.done(hold, [command], note=lambda: _note(tag, made))


def _make(client: Client, tag: Tag) -> _Made:
    group = tag.group
    new: Any = {"name": tag.name, "order": orders.of_new(tag)}
    if group.wecom_id:
        answer: Any = add_corp_tags(client, tags=[new], group_id=group.wecom_id)
    else:
        answer = add_corp_tags(client, tags=[new], group_name=group.name, order=orders.of_new(group))
    return _told(answer, answer["tag"][0])


def _found(client: Client, tag: Tag) -> _Made | None:
    """The tag as WeCom has it under its name, from a try of which no answer came, or made there by somebody else; not
    one that is another row here."""
    groups = (g for g in corp_tags(client) if tag.group.wecom_id in (None, g["group_id"]))
    alike = [(group, row) for group in groups for row in group["tag"] if row["name"] == tag.name]
    for group, row in alike:
        named = tag.group.wecom_id or group["group_name"] == tag.group.name
        if named and not Tag.objects.of_corp(tag.corp_id).filter(wecom_id=row["id"]).exists():
            return _told(group, row)
    return None


def _told(group: Any, row: Any) -> _Made:
    return {
        "tag_id": row["id"],
        "order": int(row.get("order") or 0),
        "group_id": group["group_id"],
        "group_order": int(group.get("order") or 0),
    }


def _note(tag: Tag, made: _Made) -> None:
    noting.made(tag, **made)
    row = Tag.objects.get(pk=tag.pk)
    if row.deleted_at:
        # It ended while it was being made: WeCom is to hear of that too.
        writeback.want([row], by=SYSTEM, source="system")
