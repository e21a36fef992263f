"""Which messages are a word between an employee and a customer, and what is kept of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from followups.choices import Direction, TalkKind
from followups.communications.facts import Told
from wecom.archive.messages import Message

# Whether somebody agrees to be archived is told as a message, and is no word to anybody.
_CONSENT = frozenset({"agree", "disagree"})
People = Mapping[str, int]


class Word(NamedTuple):
    employee: int
    customer: int
    direction: str
    message: Message


def words(messages: Sequence[Message], employees: People, customers: People) -> Iterator[Word]:
    """Each of a message's pairs of an employee and a customer. In a group chat nobody speaks to somebody."""
    for message in messages:
        if message.action != "send" or message.roomid or message.msgtype in _CONSENT:
            continue
        for other in message.receivers:
            if message.sender in employees and other in customers:
                yield Word(employees[message.sender], customers[other], Direction.OUT, message)
            elif message.sender in customers and other in employees:
                yield Word(employees[other], customers[message.sender], Direction.IN, message)


def hours(found: Sequence[Word]) -> list[Told]:
    """One communication for each pair, direction and hour, at its first message: a repeat of any of them, under
    whichever place, is of the same hour and makes none."""
    first: dict[str, Told] = {}
    for word in sorted(found, key=lambda word: word.message.at):
        name = f"archive:{word.employee}:{word.customer}:{word.direction}:{word.message.at:%Y%m%d%H}"
        if name not in first:
            who: Any = {"customer_id": word.customer, "employee_id": word.employee}
            first[name] = Told(name, TalkKind.MESSAGE, word.direction, word.message.at, **who)
    return list(first.values())
