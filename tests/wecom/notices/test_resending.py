"""A message whose sender died, or of which no answer came: told again in the same words, and read once."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from tests import make
from tests.wecom.notices.test_sending import Killed, box, customer, due_again, employee, states, texts
from tests.wecom.sandboxed import Sandboxed
from wecom.client.errors import Gone, Unreachable
from wecom.client.messages import send_text
from wecom.models import Notice
from wecom.notices import sending

__all__ = ["box"]
State = Notice.State


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wecom.client.pacing.sleep", lambda seconds: None)


def warned_of(box: Sandboxed, *names: str, **fields: Any) -> list[Notice]:
    """A notice to lina about each of these customers."""
    about = [customer(box, name) for name in names]
    return [make.notice(employee(), customer_id=one.pk, owner_id=employee().pk, **fields) for one in about]


def dies_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Send, and end the process at this point."""

    def dies(name: str) -> None:
        if name == point:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "failpoint", dies)
        with pytest.raises(Killed):
            sending.send_due()


def answer_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send; WeCom has the message and its answer is lost."""

    def lost(*args: Any, **fields: Any) -> list[str]:
        send_text(*args, **fields)
        raise Unreachable(0, "message/send", "timeout")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_text", lost)
        sending.send_due()


def read(box: Sandboxed) -> list[str]:
    """What lina reads, line by line, without headings."""
    return [line for _to, text in texts(box) for line in text.splitlines()[1:]]


class TestOfSeveral:
    def test_a_digest_whose_sender_died_after_sending_is_read_once(
        self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warned_of(box, "甲", "乙", "丙")
        dies_at(monkeypatch, "notice.sent")
        assert states() == [State.WAITING] * 3
        due_again()
        assert sending.send_due() == 1
        assert states() == [State.SENT] * 3
        assert read(box) == ["· 甲 删除了 lina", "· 乙 删除了 lina", "· 丙 删除了 lina"]

    def test_what_has_become_due_since_goes_by_itself(self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
        warned_of(box, "甲", "乙")
        dies_at(monkeypatch, "notice.sent")
        warned_of(box, "丙")
        due_again()
        # One message a round to one person: the old one first.
        assert sending.send_due() == 1
        assert states() == [State.SENT, State.SENT, State.WAITING]
        assert sending.send_due() == 1
        assert states() == [State.SENT] * 3
        assert sorted(read(box)) == ["· 丙 删除了 lina", "· 乙 删除了 lina", "· 甲 删除了 lina"]

    def test_of_two_that_died_each_goes_in_its_own_words(self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
        warned_of(box, "甲")
        dies_at(monkeypatch, "notice.sent")
        warned_of(box, "乙")
        dies_at(monkeypatch, "notice.sent")
        due_again()
        assert [sending.send_due() for _round in range(3)] == [1, 1, 0]
        assert sorted(read(box)) == ["· 乙 删除了 lina", "· 甲 删除了 lina"]

    def test_after_a_lost_answer_it_is_the_same_text_and_so_read_once(
        self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warned_of(box, "甲", "乙")
        answer_lost(monkeypatch)
        rows = list(Notice.objects.order_by("id"))
        assert [(row.state, row.attempts, row.error_code) for row in rows] == [(State.WAITING, 0, 0)] * 2
        assert all(row.due_at > now() for row in rows)
        warned_of(box, "丙")
        due_again()
        while sending.send_due():
            pass
        assert states() == [State.SENT] * 3
        assert sorted(read(box)) == ["· 丙 删除了 lina", "· 乙 删除了 lina", "· 甲 删除了 lina"]

    def test_what_wecom_has_refused_goes_with_what_came_since(self, box: Sandboxed, monkeypatch: Any) -> None:
        warned_of(box, "甲")

        def refuse(*_args: Any, **_fields: Any) -> list[str]:
            raise Gone(81013, "message/send")

        with monkeypatch.context() as patch:
            patch.setattr(sending, "send_text", refuse)
            sending.send_due()
        warned_of(box, "乙")
        due_again()
        assert sending.send_due() == 1
        assert texts(box) == [("lina", "2 条客户预警\n· 甲 删除了 lina\n· 乙 删除了 lina")]
        assert states() == [State.SENT, State.SENT]

    def test_killed_before_sending_nothing_was_read_and_nothing_is_lost(
        self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warned_of(box, "甲", "乙")
        dies_at(monkeypatch, "notice.taken")
        assert texts(box) == []
        due_again()
        assert sending.send_due() == 1
        assert len(texts(box)) == 1
        assert states() == [State.SENT, State.SENT]

    def test_what_is_over_meanwhile_is_told_no_more(self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = warned_of(box, "甲", "乙")
        dies_at(monkeypatch, "notice.taken")
        Notice.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
        due_again()
        sending.send_due()
        assert texts(box) == [("lina", "1 条客户预警\n· 乙 删除了 lina")]
        assert dict(Notice.objects.values_list("pk", "state")) == {first.pk: State.WITHDRAWN, second.pk: State.SENT}


class TestBounds:
    def test_a_message_holds_so_many_and_the_rest_goes_in_the_next(self, box: Sandboxed, monkeypatch: Any) -> None:
        monkeypatch.setattr(sending, "WARNINGS", 2)
        warned_of(box, *"甲乙丙丁戊")
        assert [sending.send_due() for _round in range(4)] == [1, 1, 1, 0]
        assert [text.splitlines()[0] for _to, text in texts(box)] == ["2 条客户预警", "2 条客户预警", "1 条客户预警"]
        assert states() == [State.SENT] * 5

    def test_what_was_due_first_is_told_first(self, box: Sandboxed, monkeypatch: Any) -> None:
        monkeypatch.setattr(sending, "MESSAGES", 1)
        make.notice(employee(), due_at=now() - dt.timedelta(minutes=1))
        make.notice(employee("wang"), due_at=now() - dt.timedelta(hours=1))
        for _round in range(2):
            sending.send_due()
        assert [to for to, _text in texts(box)] == ["wang", "lina"]

    def test_ones_trouble_keeps_nobody_elses_message(self, box: Sandboxed) -> None:
        box.company.fire("lina")
        make.notice(employee())
        make.notice(employee("wang"))
        assert sending.send_due() == 2
        assert [to for to, _text in texts(box)] == ["wang"]
        assert states() == [State.WAITING, State.SENT]

    def test_a_company_without_an_app_keeps_no_other_waiting(self, box: Sandboxed) -> None:
        stranger = make.employee(make.corp())
        make.notice(stranger, due_at=now() - dt.timedelta(hours=1))
        make.notice(employee())
        sending.send_due()
        assert [to for to, _text in texts(box)] == ["lina"]
        told = dict(Notice.objects.values_list("employee_id", "last_error"))
        assert told == {stranger.pk: "not_connected", employee().pk: ""}
