"""The table of triggers: which events each hears, and what can be said of it. A new one is one more entry here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trigger.

    Attributes:
        events: the names it hears; none where it is the clock, or where the trigger itself names the event.
        refs: option → the model whose rows of the company it lists ("customers.Channel").
        needs: options that can't be left out.
        options: the other ones.
    """

    label: Any
    events: tuple[str, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


_PEOPLE, _CHATS = {"employeeIds": "corps.Employee"}, {"chatIds": "groups.GroupChat"}
_TAGS, _SEGMENTS = {"tagIds": "tags.Tag"}, {"segmentIds": "segments.Segment"}
DAILY, FOREIGN, KEYWORD = "daily", "foreign", "keyword"

KINDS: dict[str, Kind] = {
    "followed": Kind(
        _("followed by an employee"),
        ("customer.followed", "customer.created"),
        {"channelIds": "customers.Channel"} | _PEOPLE,
        options=("addWays",),
    ),
    "tagged": Kind(_("given a tag"), ("customer.tag.added",), _TAGS, needs=("tagIds",)),
    "untagged": Kind(_("lost a tag"), ("customer.tag.removed",), _TAGS, needs=("tagIds",)),
    "joinedGroup": Kind(_("joined a group chat"), ("group.member.joined",), _CHATS),
    "leftGroup": Kind(_("left a group chat"), ("group.member.left",), _CHATS),
    "followUpWritten": Kind(_("a follow-up was written"), ("customer.followup.created",), _PEOPLE),
    "stageChanged": Kind(_("came into a stage"), ("customer.stage.changed",), {"stageIds": "customers.Stage"}),
    "segmentEntered": Kind(_("came into a segment"), ("segment.member.entered",), _SEGMENTS, needs=("segmentIds",)),
    "segmentLeft": Kind(_("left a segment"), ("segment.member.left",), _SEGMENTS, needs=("segmentIds",)),
    DAILY: Kind(_("every day: a date, or a silence, is reached"), options=("hour", "days", "reached")),
    FOREIGN: Kind(_("an event of another service"), needs=("event", "customerPath"), options=("customerBy", "compare")),
    KEYWORD: Kind(_("a message with a keyword"), ("message.received",), needs=("words",), options=("match",)),
}
