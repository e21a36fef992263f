"""From an event to whom it happened to, with whom, and what of it triggers ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from customers.channels.resolving import Channels
from customers.models import Customer, FollowRelation
from messaging.inbox import Incoming
from segments.rules.triggers import foreign
from segments.rules.triggers.kinds import FOREIGN, KEYWORD

Told = dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """That something happened to a customer.

    Attributes:
        follower_id: the employee it happened with; None where there is none.
        told: what triggers may ask of it: option → the ids that would answer it.
        data: of a foreign event, all it says.
    """

    customer_id: int
    follower_id: int | None = None
    told: Told = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def of_event(event: Incoming) -> list[Occasion]:
    """The occasions that one of our own events tells of."""
    return _READERS[event.name](event)


def of_foreign(event: Incoming, path: str, by: str) -> Occasion | None:
    """The occasion that another service's event tells of, where it names a customer of the company."""
    named = foreign.at(event.data, path)
    if not isinstance(named, (str, int)) or isinstance(named, bool):
        return None
    column: dict[str, Any] = {"external_userid": str(named)[:100]}
    if by == "customerId":
        if not str(named).isdecimal() or len(str(named)) > 18:
            return None
        column = {"pk": int(named)}
    found = Customer.objects.of_corp(event.corp_id).filter(**column).values_list("pk", flat=True).first()
    return None if found is None else Occasion(found, data=event.data)


def fires(trigger: dict[str, Any], occasion: Occasion) -> bool:
    """Whether the trigger asks for nothing that this occasion isn't."""
    if trigger["kind"] == FOREIGN:
        return "compare" not in trigger or foreign.compares(occasion.data, trigger["compare"])
    if trigger["kind"] == KEYWORD:
        return _spoken(trigger, str(occasion.data.get("text") or ""))
    return all(
        occasion.told.get(option, frozenset()) & set(wanted)
        for option, wanted in trigger.items()
        if isinstance(wanted, list)
    )


def _spoken(trigger: dict[str, Any], text: str) -> bool:
    heard = text.strip().casefold()
    words = [word.casefold() for word in trigger["words"]]
    return heard in words if trigger.get("match") == "is" else any(word in heard for word in words)


def _one(follower: str, **options: str) -> Callable[[Incoming], list[Occasion]]:
    """A reader of events about one customer: option → the key of ``data`` that answers it."""

    def read(event: Incoming) -> list[Occasion]:
        data = event.data
        told = {option: _set(data.get(key)) for option, key in options.items()}
        return [Occasion(data["customerId"], data.get(follower) if follower else None, told)]

    return read


def _set(value: Any) -> frozenset[int]:
    return frozenset(value if isinstance(value, list) else [] if value is None else [value])


def _followed(event: Incoming) -> list[Occasion]:
    """As the relation is now: what a first event couldn't tell yet is told by the next one."""
    customer, employee = event.data["customerId"], event.data.get("employeeId") or event.data.get("followUserId")
    columns = ("state", "add_way", "customer__channel")
    relation = FollowRelation.objects.of_corp(event.corp_id).filter(customer_id=customer, employee_id=employee or 0)
    row = relation.values_list(*columns).first()
    if row is None:
        return []
    state, way, named = row
    channel = Channels(event.corp_id).of(state or named or "", way)
    told = {"employeeIds": _set(employee), "addWays": _set(way), "channelIds": _set(channel and channel.pk)}
    return [Occasion(customer, employee, told)]


def _members(event: Incoming) -> list[Occasion]:
    told = {"chatIds": _set(event.data["groupId"])}
    ids: Iterable[int] = dict.fromkeys(m["customerId"] for m in event.data["members"] if m.get("customerId"))
    return [Occasion(customer, None, told) for customer in ids]


def _moved(event: Incoming) -> list[Occasion]:
    told = {"segmentIds": _set(event.data["segmentId"])}
    return [Occasion(customer, None, told) for customer in event.data["customerIds"]]


def _message(event: Incoming) -> list[Occasion]:
    found = of_foreign(event, "externalUserid", "externalUserid")
    return [found] if found else []


_READERS: dict[str, Callable[[Incoming], list[Occasion]]] = {
    "customer.followed": _followed,
    "customer.created": _followed,
    "customer.tag.added": _one("followUserId", tagIds="tagIds"),
    "customer.tag.removed": _one("followUserId", tagIds="tagIds"),
    "customer.followup.created": _one("employeeId", employeeIds="employeeId"),
    "customer.stage.changed": _one("", stageIds="toStageId"),
    "segment.member.entered": _moved,
    "segment.member.left": _moved,
    "group.member.joined": _members,
    "group.member.left": _members,
    "message.received": _message,
}
