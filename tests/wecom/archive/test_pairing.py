"""Which messages are a word between the two, and what of an hour is kept: pure."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom.archive import pairing
from wecom.archive.messages import Message
from wecom.archive.source import of_wire

AT = dt.datetime(2026, 3, 1, 2, 10, tzinfo=dt.UTC)
EMPLOYEES, CUSTOMERS = {"Wang": 1, "Li": 2}, {"wmA": 7, "wmB": 8}


def message(sender: str = "wmA", *receivers: str, **more: Any) -> Message:
    given_: dict[str, Any] = {"seq": 1, "msgid": "m", "action": "send", "roomid": "", "at": AT, "msgtype": "text"}
    return Message(sender=sender, receivers=receivers or ("Wang",), **given_ | more)


def words(*messages: Message) -> list[tuple[int, int, str]]:
    return [(w.employee, w.customer, w.direction) for w in pairing.words(messages, EMPLOYEES, CUSTOMERS)]


@pytest.mark.parametrize(
    ("sender", "receivers", "found"),
    [
        ("wmA", ("Wang",), [(1, 7, "in")]),
        ("Wang", ("wmA",), [(1, 7, "out")]),
        ("Wang", ("wmA", "wmB"), [(1, 7, "out"), (1, 8, "out")]),
        ("Wang", ("Li",), []),
        ("wmA", ("wmB",), []),
        ("wbRobot", ("Wang",), []),
        ("Wang", ("wmNew",), []),
        ("Wang", (), []),
    ],
)
def test_a_pair_is_an_employee_and_a_customer_both_known(
    sender: str, receivers: tuple[str, ...], found: list[Any]
) -> None:
    one = Message(1, "m", "send", sender, receivers, "", AT, "text")
    assert words(one) == found


@pytest.mark.parametrize(
    "more",
    [{"action": "recall"}, {"action": "switch"}, {"roomid": "wr"}, {"msgtype": "agree"}, {"msgtype": "disagree"}],
)
def test_what_is_no_word_to_anybody_is_none(more: dict[str, Any]) -> None:
    assert words(message(**more)) == []


def test_an_hour_is_told_at_its_first_message_and_by_its_name() -> None:
    late, early = message(at=AT + dt.timedelta(minutes=49)), message(at=AT)
    (told,) = pairing.hours(list(pairing.words([late, early], EMPLOYEES, CUSTOMERS)))
    assert (told.external_id, told.at, told.content) == ("archive:1:7:in:2026030102", AT, "")
    assert (told.customer_id, told.employee_id, told.kind, told.direction) == (7, 1, "message", "in")


def test_names_are_short_enough_for_the_largest_ids() -> None:
    word = pairing.Word(2**63 - 1, 2**63 - 1, "out", message())
    assert len(pairing.hours([word])[0].external_id) <= 100


@given(st.lists(st.integers(0, 5 * 3_600), max_size=12), st.randoms())
def test_the_order_of_a_batch_makes_no_difference(seconds: list[int], dice: Any) -> None:
    batch = [message(at=AT + dt.timedelta(seconds=n)) for n in seconds]
    shuffled = dice.sample(batch, len(batch))
    told, again = (pairing.hours(list(pairing.words(b, EMPLOYEES, CUSTOMERS))) for b in (batch, shuffled))
    assert told == again
    assert len(told) == len({(AT + dt.timedelta(seconds=n)).hour for n in seconds})


def test_wecoms_own_names_are_read_and_nothing_else() -> None:
    row = {"seq": 3, "msgid": "m", "action": "send", "from": "Wang", "tolist": ["wmA"], "msgtime": 1_772_331_000_500}
    found = of_wire(row | {"text": {"content": "价格"}})
    assert (found.sender, found.receivers, found.roomid, found.msgtype) == ("Wang", ("wmA",), "", "")
    assert found.at == dt.datetime(2026, 3, 1, 2, 10, 0, 500_000, tzinfo=dt.UTC)
    assert "价格" not in repr(found)
