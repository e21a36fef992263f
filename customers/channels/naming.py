"""What the company calls the ways by which customers come."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from customers.channels import events
from customers.models import Channel, ChannelKey

MOST_KEYS = 500
# Column → its name on the wire; the last two are rows of their own.
WIRE = {"name": "name", "active": "active", "order": "order", "note": "note"}
_KEYS = {"states": "states", "add_ways": "addWays"}


@atomic
def create_channel(
    *,
    corp_id: int,
    name: str,
    states: Collection[str] = (),
    add_ways: Collection[int] = (),
    by: Actor,
    source: str,
    **fields: Any,
) -> Channel:
    """Add a channel that stands for these states and add ways, and record ``channel.created``.

    Args:
        fields: ``active``, ``order``, ``note``.

    Raises:
        Conflict: ``channel_exists``; ``state_taken``, ``add_way_taken``: another channel stands for it.
        RuleViolation: ``name_invalid``, ``state_invalid``, ``too_many_keys``.
    """
    hold(corp_id)
    channel = Channel(corp_id=corp_id, name=_free_name(corp_id, name), **fields)
    channel.save()
    _set_keys(channel, states=states, add_ways=add_ways)
    events.tell(events.CHANNEL_CREATED, channel, by=by, source=source)
    return channel


@atomic
def update_channel(
    *, channel: Channel, by: Actor, source: str, if_version: int | None = None, **fields: Any
) -> Channel:
    """Change what differs, raise the version and record ``channel.updated``; a repeat does nothing.

    Args:
        fields: ``name``, ``active``, ``order``, ``note``; ``states`` and ``add_ways`` replace the old ones.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict, RuleViolation: as ``create_channel``.
    """
    row = _ready(channel, if_version)
    if "name" in fields and fields["name"] != row.name:
        fields["name"] = _free_name(row.corp_id, fields["name"], but=row)
    changed = [column for column in WIRE if column in fields and getattr(row, column) != fields[column]]
    for column in changed:
        setattr(row, column, fields[column])
    told = [WIRE[column] for column in changed]
    told += _set_keys(row, states=fields.get("states"), add_ways=fields.get("add_ways"))
    if told:
        row.version += 1
        row.save(update_fields=[*changed, "version", "update_time"])
        events.tell(events.CHANNEL_UPDATED, row, by=by, source=source, changed=told)
    return row


@atomic
def delete_channel(*, channel: Channel, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take a channel away and record ``channel.deleted``: its states and ways are unknown again, and may be named anew.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``channel_in_use``: it has contact ways, or had; a rule of assignment names it.
    """
    row = _ready(channel, if_version)
    if row.contact_ways.exists():
        raise Conflict("channel_in_use", _("This channel has contact ways. Mark it as not in use instead."))
    if row.assignment_rules.exists():
        raise Conflict("channel_in_use", _("A rule of assignment names this channel. Change the rule first."))
    row.version += 1
    events.tell(events.CHANNEL_DELETED, row, by=by, source=source)
    row.delete()


@atomic
def name_state(
    *, corp_id: int, state: str, channel: Channel | None = None, name: str = "", by: Actor, source: str
) -> Channel:
    """Say what an unknown state stands for: a channel that is there, or a new one of this name.

    Raises:
        Conflict: ``state_taken``, ``channel_exists``.
        RuleViolation: ``state_invalid``, ``name_invalid``, ``channel_unknown``.
    """
    if channel is None:
        return create_channel(corp_id=corp_id, name=name, states=[state], by=by, source=source)
    row = _ready(channel, None)
    if row.corp_id != corp_id:
        message = _("There is no such channel in this company.")
        raise RuleViolation("channel_unknown", message, [FieldError("channelId", "channel_unknown", message)])
    return update_channel(channel=row, states=[*row.states, state], by=by, source=source)


def hold(corp_id: int) -> None:
    """One writer at a time among the channels and codes of a company, as in its catalogue of tags.

    Taken before anything is inserted: each insert holds its company's row a little, and two who hold it so can't both
    go on to hold it whole.
    """
    lock(Corp(pk=corp_id))


def _ready(channel: Channel, if_version: int | None) -> Channel:
    hold(channel.corp_id)
    row = lock(channel)
    check_version(row, if_version)
    return row


def _free_name(corp_id: int, name: str, but: Channel | None = None) -> str:
    text = name.strip()
    if not 1 <= len(text) <= 50 or not text.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": 50}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    others = Channel.objects.of_corp(corp_id).filter(name=text)
    if others.exclude(pk=but.pk if but else 0).exists():
        message = _("This name is taken.")
        raise Conflict("channel_exists", message, [FieldError("name", "channel_exists", message)])
    return text


def _set_keys(channel: Channel, *, states: Collection[str] | None, add_ways: Collection[int] | None) -> list[str]:
    """Have the channel stand for exactly these. Returns the wire names of what differs."""
    changed = []
    wishes: dict[str, list[Any] | None] = {
        "state": None if states is None else _states(states),
        "add_way": None if add_ways is None else sorted(set(add_ways)),
    }
    for column, wanted in wishes.items():
        if wanted is None:
            continue
        rows = ChannelKey.objects.filter(channel=channel).exclude(**{column: None})
        held = set(rows.values_list(column, flat=True))
        if held == set(wanted):
            continue
        fresh = [value for value in wanted if value not in held]
        _check_free(channel, column, fresh, len(wanted))
        rows.filter(**{f"{column}__in": held - set(wanted)}).delete()
        ChannelKey.objects.bulk_create(
            [ChannelKey(corp_id=channel.corp_id, channel=channel, **{column: value}) for value in fresh]
        )
        changed.append(_KEYS[f"{column}s"])
    return changed


def _states(states: Iterable[str]) -> list[str]:
    given = list(dict.fromkeys(states))
    if any(not 1 <= len(state) <= 64 or state != state.strip() or not state.isprintable() for state in given):
        message = _("A state has 1 to %(n)d characters, without blanks at its ends.") % {"n": 64}
        raise RuleViolation("state_invalid", message, [FieldError("states", "state_invalid", message)])
    return given


def _check_free(channel: Channel, column: str, fresh: Collection[Any], number: int) -> None:
    wire, code = _KEYS[f"{column}s"], f"{column}_taken"
    if number > MOST_KEYS:
        message = _("A channel stands for at most %(n)d states.") % {"n": MOST_KEYS}
        raise RuleViolation("too_many_keys", message, [FieldError(wire, "too_many_keys", message)])
    taken = ChannelKey.objects.of_corp(channel.corp_id).filter(**{f"{column}__in": fresh})
    if held := taken.select_related("channel").first():
        told = {"key": str(held), "channel": str(held.channel)}
        message = _("%(key)s stands for the channel %(channel)s already.") % told
        raise Conflict(code, message, [FieldError(wire, code, message)])
