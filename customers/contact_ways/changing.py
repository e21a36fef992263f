"""A contact way's beginning, changes and end."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from customers import channels
from customers.contact_ways import checking, events, wanting
from customers.contact_ways.checking import Shift
from customers.models import Channel, ChannelKey, ContactWay, ContactWayMember

_Status = ContactWay.Status
# Without those that look alike, for people who read a state aloud.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
# Column → its name on the wire. What a code is for can't be changed in WeCom.
WRITABLE = {
    "channel_id": "channelId",
    "name": "name",
    "skip_verify": "skipVerify",
    "tag_ids": "tagIds",
    "remark_template": "remarkTemplate",
    "welcome_text": "welcomeText",
    "spare_id": "spareEmployeeId",
}
# What WeCom has to be told; the rest is ours.
_TOLD = {"name", "skipVerify", "spareEmployeeId", "members"}


@atomic
def create_way(
    *, channel: Channel, name: str, members: Sequence[Shift], by: Actor, source: str, **fields: Any
) -> ContactWay:
    """Add a contact way to a channel, want it made in WeCom, and record ``contact_way.created``.

    Its state is made here, and the channel stands for it from now on.

    Args:
        fields: ``type``, ``scene``, and any of ``WRITABLE``.

    Raises:
        RuleViolation: ``members_invalid``, ``employee_unknown``, ``department_unknown``, ``tag_unknown``,
            ``remark_invalid``, ``welcome_too_long``, ``name_invalid``.
    """
    channels.hold(channel.corp_id)
    state = f"cw{''.join(secrets.choice(_LETTERS) for _n in range(14))}"
    way = ContactWay(corp_id=channel.corp_id, channel=channel, name=checking.name(name), state=state, **fields)
    checking.check(way, members)
    way.save()
    _set_members(way, members)
    channels.name_state(corp_id=way.corp_id, state=state, channel=channel, by=by, source=source)
    events.tell(events.CONTACT_WAY_CREATED, way, by=by, source=source)
    wanting.want([way], by=by, source=source)
    return way


@atomic
def update_way(
    *,
    way: ContactWay,
    members: Sequence[Shift] | None = None,
    by: Actor,
    source: str,
    if_version: int | None = None,
    **fields: Any,
) -> ContactWay:
    """Change what differs, want WeCom told of its part, and record ``contact_way.updated``; a repeat does nothing.

    Args:
        members: all shifts, which replace the old ones; None leaves them.
        fields: any of ``WRITABLE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``contact_way_deleted``.
        RuleViolation: as ``create_way``; ``channel_unknown``.
    """
    row = _living(way, if_version)
    if "name" in fields:
        fields["name"] = checking.name(fields["name"])
    shifts = checking.shifts_of(row)
    held = checking.named(row, shifts)
    changed = [column for column, value in fields.items() if getattr(row, column) != value]
    for column in changed:
        setattr(row, column, fields[column])
    checking.check(row, shifts if members is None else members, held)
    told = [WRITABLE[column] for column in changed]
    if members is not None and list(members) != shifts:
        _set_members(row, members)
        told.append("members")
    if "channel_id" in changed:
        _move_state(row, by=by, source=source)
    if told:
        row.version += 1
        row.save(update_fields=[*changed, "version", "update_time"])
        events.tell(events.CONTACT_WAY_UPDATED, row, by=by, source=source, changed=told)
    if _TOLD & set(told):
        wanting.want([row], by=by, source=source)
    return row


@atomic
def delete_way(*, way: ContactWay, by: Actor, source: str, if_version: int | None = None) -> ContactWay:
    """End a code, want it deleted in WeCom, and record ``contact_way.deleted``. Twice is once.

    Its state goes on standing for the channel: who came by it came by it.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = _ready(way, if_version)
    if row.status == _Status.DELETED:
        return row
    row.status, row.version = _Status.DELETED, row.version + 1
    row.error_code, row.last_error = None, ""
    row.save(update_fields=["status", "version", "error_code", "last_error", "update_time"])
    events.tell(events.CONTACT_WAY_DELETED, row, by=by, source=source)
    wanting.want([row], by=by, source=source)
    return row


@atomic
def retry_way(*, way: ContactWay, by: Actor, source: str) -> ContactWay:
    """Want WeCom told of the code once more, after what was in the way has been mended.

    Raises:
        Conflict: ``contact_way_deleted``; ``not_mirrored``: the company isn't connected to WeCom.
    """
    row = _ready(way, None) if way.config_id else _living(way, None)
    if not wanting.is_written_back(row.corp_id, source):
        raise Conflict("not_mirrored", _("This company is not connected to WeCom."))
    wanting.want([row], by=by, source=source)
    return row


def _ready(way: ContactWay, if_version: int | None) -> ContactWay:
    channels.hold(way.corp_id)
    row = lock(way)
    check_version(row, if_version)
    return row


def _living(way: ContactWay, if_version: int | None) -> ContactWay:
    row = _ready(way, if_version)
    if row.status == _Status.DELETED:
        raise Conflict("contact_way_deleted", _("This contact way has been deleted."))
    return row


def _set_members(way: ContactWay, members: Sequence[Shift]) -> None:
    ContactWayMember.objects.filter(way=way).delete()
    rows = [ContactWayMember(corp_id=way.corp_id, way=way, **shift.columns()) for shift in members]
    ContactWayMember.objects.bulk_create(rows)


def _move_state(way: ContactWay, *, by: Actor, source: str) -> None:
    """The channel it belongs to now stands for its state."""
    for key in ChannelKey.objects.of_corp(way.corp_id).filter(state=way.state).select_related("channel"):
        left = [state for state in key.channel.states if state != way.state]
        channels.update_channel(channel=key.channel, states=left, by=by, source=source)
    channel = Channel.objects.of_corp(way.corp_id).get(pk=way.channel_id)
    channels.name_state(corp_id=way.corp_id, state=way.state, channel=channel, by=by, source=source)
