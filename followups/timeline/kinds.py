"""Which events a customer's timeline tells of, what of them, and how one that the record holds too is known again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.time import from_wire
from followups.choices import EntryKind

# Facts that list what an act was about: one entry may tell of several, and the record of each by itself.
LISTED = ("tagIds", "employeeIds")


@dataclass(frozen=True, slots=True)
class Telling:
    """How one event is told.

    Attributes:
        facts: what of its ``data`` is kept: ids, numbers and codes.
        at: which of them says when it happened; by default the event's own time does.
        whose: which of them is the employee.
        each: the key of a list in ``data``, with a customer in each of its places; without it, there is one customer.
        only: it is told where ``changed`` names one of these.
        named: the facts by which the record knows the same thing. The entry is called by them: an event and a row of
            the record are one entry then, in whatever order they come. Where one is missing, the event's id names it.
        maybe: facts of the name that may be missing, and tell apart where they are not.
        same: where they can't name it, the facts that an entry and a row beside it in time have in common.
        once: with the same facts it is the same thing at any time.
    """

    kind: EntryKind
    facts: tuple[str, ...] = ()
    at: str = ""
    whose: str = ""
    each: str = ""
    only: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    once: bool = False

    def of_customers(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What is told of each customer: the event's data, with that of their place in the list."""
        if self.only and not self.only & set(data["changed"]):
            return
        for place in data[self.each] if self.each else [{}]:
            told = data | (place if isinstance(place, dict) else {"customerId": place})
            if told["customerId"]:
                yield told

    def name(self, customer_id: int, facts: dict[str, Any]) -> str:
        """What the entry is called; empty where these facts don't tell."""
        values = [facts.get(fact) for fact in self.named]
        if not values or None in values:
            return ""
        values += [facts.get(fact, "") for fact in self.maybe]
        return ":".join([self.kind, str(customer_id), *(_short(value) for value in values)])


def _short(value: Any) -> str:
    moment = from_wire(value)
    return str(int(moment.timestamp()) if moment else value)


_TAGS: dict[str, Any] = {"facts": ("tagIds", "followUserId"), "whose": "followUserId", "same": ("followUserId",)}
_READERS: dict[str, Any] = {"facts": ("employeeIds",)}
_PAIR = ("handoverId", "takerId")
_HANDOVER: dict[str, Any] = {"whose": "takerId", "named": ("itemId",), "same": _PAIR}
_STAY = ("groupId", "joinTime")
_MEMBER: dict[str, Any] = {"each": "members", "named": _STAY, "same": ("groupId",)}
_SEGMENT: dict[str, Any] = {
    "facts": ("segmentId", "runId"),
    "each": "customerIds",
    "named": ("segmentId", "runId"),
    "same": ("segmentId",),
}
_RISK: dict[str, Any] = {"whose": "employeeId", "named": ("riskId",), "same": ("riskId",)}
_FOLLOW: dict[str, Any] = {"whose": "employeeId", "same": ("employeeId",)}
_COMMENT: dict[str, Any] = {
    "facts": ("followUpId", "commentId", "employeeId"),
    "whose": "employeeId",
    "named": ("commentId",),
    "same": ("commentId",),
}

EVENTS: dict[str, Telling] = {
    "customer.created": Telling(EntryKind.CREATED, ("followUserId",), whose="followUserId"),
    "customer.deleted": Telling(EntryKind.DELETED),
    "customer.followed": Telling(
        EntryKind.FOLLOWED,
        ("employeeId", "addWay", "again", "addTime"),
        at="addTime",
        named=("employeeId", "addTime"),
        **_FOLLOW,
    ),
    "customer.unfollowed": Telling(
        EntryKind.UNFOLLOWED,
        ("employeeId", "endedBy", "endedAt"),
        at="endedAt",
        named=("employeeId", "endedAt"),
        **_FOLLOW,
    ),
    "customer.assigned": Telling(
        EntryKind.ASSIGNED, ("employeeId", "ruleId", "assignmentId"), named=("assignmentId",), **_FOLLOW
    ),
    "customer.collaborator.added": Telling(EntryKind.READERS_ADDED, **_READERS),
    "customer.collaborator.removed": Telling(EntryKind.READERS_REMOVED, **_READERS),
    "customer.relation.updated": Telling(
        EntryKind.REMARK_CHANGED,
        ("employeeId", "changed"),
        only=frozenset({"remark", "description", "remarkCorpName", "remarkMobiles"}),
        **_FOLLOW,
    ),
    "customer.tag.added": Telling(EntryKind.TAG_ADDED, **_TAGS),
    "customer.tag.removed": Telling(EntryKind.TAG_REMOVED, **_TAGS),
    "customer.stage.changed": Telling(
        EntryKind.STAGE_CHANGED, ("fromStageId", "toStageId"), same=("fromStageId", "toStageId")
    ),
    "customer.followup.created": Telling(
        EntryKind.FOLLOW_UP,
        ("followUpId", "employeeId"),
        at="happenedAt",
        whose="employeeId",
        named=("followUpId",),
        same=("followUpId",),
    ),
    # Where it only names more colleagues, nothing of it is another.
    "customer.followup.updated": Telling(
        EntryKind.FOLLOW_UP_EDITED,
        ("followUpId", "version", "employeeId", "changed"),
        whose="employeeId",
        only=frozenset({"content", "kind", "outcome", "happenedAt", "nextAt", "attachments"}),
        named=("followUpId", "version"),
        same=("followUpId",),
    ),
    "customer.followup.deleted": Telling(
        EntryKind.FOLLOW_UP_DELETED,
        ("followUpId", "employeeId"),
        whose="employeeId",
        named=("followUpId",),
        same=("followUpId",),
    ),
    "customer.followup.commented": Telling(EntryKind.COMMENTED, **_COMMENT),
    "customer.followup.comment.deleted": Telling(EntryKind.COMMENT_DELETED, **_COMMENT),
    # One a day for each employee: every message of a day would leave nothing else to be seen.
    "customer.communication.recorded": Telling(
        EntryKind.COMMUNICATION,
        ("day", "employeeId"),
        at="at",
        whose="employeeId",
        named=("day",),
        maybe=("employeeId",),
        same=("day", "employeeId"),
    ),
    "customer.blacklisted": Telling(EntryKind.BLACKLISTED, ("until",)),
    "customer.blacklist.lifted": Telling(EntryKind.BLACKLIST_LIFTED, ("expired",)),
    "customer.merged": Telling(EntryKind.MERGED, ("mergeId", "keptId", "otherIds")),
    "customer.unmerged": Telling(EntryKind.UNMERGED, ("mergeId", "keptId", "otherIds")),
    "customer.unmasked": Telling(EntryKind.UNMASKED, ("field",)),
    "customer.transfer.requested": Telling(
        EntryKind.TRANSFER_ASKED, (*_PAIR, "transferId", "itemId", "takeoverTime"), **_HANDOVER
    ),
    "customer.transfer.done": Telling(
        EntryKind.TRANSFERRED, (*_PAIR, "transferId", "itemId"), at="takeoverTime", **_HANDOVER
    ),
    "customer.transfer.failed": Telling(
        EntryKind.TRANSFER_FAILED, (*_PAIR, "transferId", "itemId", "reason"), **_HANDOVER
    ),
    "group.member.joined": Telling(EntryKind.GROUP_JOINED, (*_STAY, "joinScene"), at="joinTime", **_MEMBER),
    # Heard again, where it is known better how it ended; the first entry stays.
    "group.member.left": Telling(EntryKind.GROUP_LEFT, (*_STAY, "quitScene"), at="leftAt", **_MEMBER),
    "segment.member.entered": Telling(EntryKind.SEGMENT_ENTERED, **_SEGMENT),
    "segment.member.left": Telling(EntryKind.SEGMENT_LEFT, **_SEGMENT),
    "risk.opened": Telling(EntryKind.RISK_OPENED, ("riskId", "kind", "level"), at="openedAt", **_RISK),
    "risk.closed": Telling(EntryKind.RISK_CLOSED, ("riskId", "kind", "why"), **_RISK),
    "reminder.done": Telling(
        EntryKind.REMINDER_DONE,
        ("reminderId", "employeeId", "step"),
        whose="employeeId",
        named=("reminderId",),
        same=("reminderId",),
    ),
}
# Foreign events are read by sops/; the record has each step once, however often and under whichever ids it was told.
_SOPS = {
    EntryKind.SOP_ENROLLED: ("enrolmentId",),
    EntryKind.SOP_STEP_DUE: ("enrolmentId", "step"),
    EntryKind.SOP_STEP_DONE: ("enrolmentId", "step"),
    EntryKind.SOP_ENDED: ("enrolmentId",),
}
TELLINGS = {telling.kind: telling for telling in EVENTS.values()}
TELLINGS |= {kind: Telling(kind, same=same, once=True) for kind, same in _SOPS.items()}
