"""Which pairs a message makes, and how an hour of them becomes one communication."""

import datetime as dt
from typing import Any

from followups.choices import Direction
from wecom.archive import pairing
from wecom.archive.messages import Message

AT = dt.datetime(2026, 11, 30, 6, 10, tzinfo=dt.UTC)
EMPLOYEES, CUSTOMERS = {"wang": 1, "li": 2}, {"wmA": 10, "wmB": 11}


def said(sender: str, *receivers: str, at: dt.datetime = AT, **other: Any) -> Message:
    facts: dict[str, Any] = {"seq": 1, "msgid": "m", "action": "send", "roomid": "", "msgtype": "text"}
    return Message(**(facts | other), sender=sender, receivers=receivers, at=at)


def pairs(*messages: Message) -> list[tuple[int, int, str]]:
    return [found[:3] for found in pairing.words(messages, EMPLOYEES, CUSTOMERS)]


def test_each_receiver_on_the_other_side_makes_a_pair() -> None:
    assert pairs(said("wang", "wmA", "li", "wmB", "wmX")) == [(1, 10, Direction.OUT), (1, 11, Direction.OUT)]
    assert pairs(said("wmA", "li", "wmB", "wang")) == [(2, 10, Direction.IN), (1, 10, Direction.IN)]


def test_neither_group_chats_nor_recalls_nor_consents_are_a_word() -> None:
    for other in ({"roomid": "wr1"}, {"action": "recall"}, {"msgtype": "agree"}, {"msgtype": "disagree"}):
        assert pairs(said("wang", "wmA", **other)) == []


def test_an_hour_is_told_by_its_first_message_whatever_the_order() -> None:
    times = [AT + dt.timedelta(minutes=step) for step in (40, 0, 50)]
    found = list(pairing.words([said("wang", "wmA", at=at) for at in times], EMPLOYEES, CUSTOMERS))
    told = pairing.hours(found)
    assert [(one.external_id, one.at) for one in told] == [
        (f"archive:1:10:{Direction.OUT}:2026113006", AT),
        (f"archive:1:10:{Direction.OUT}:2026113007", AT + dt.timedelta(minutes=50)),
    ]
