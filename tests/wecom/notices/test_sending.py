"""Telling colleagues in WeCom: one message for all that is due, sent once, tried again, given up in the end."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from core.time import now
from corps.models import Employee
from customers.models import Customer
from tests import make
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from wecom import tasks
from wecom.client import pacing
from wecom.client.errors import Gone
from wecom.models import Notice, WecomApp
from wecom.notices import sending, words

State = Notice.State
LATER = dt.timedelta(hours=3)


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def box(db: None, settings: Any) -> Iterator[Sandboxed]:
    found = sandboxed.connected()
    for userid in ("lina", "wang"):
        found.company.hire(userid, userid)
        make.employee(found.corp, userid=userid, name=userid)
    yield found
    sandboxed.disconnect()


def employee(userid: str = "lina") -> Employee:
    return Employee.objects.get(userid=userid)


def texts(box: Sandboxed) -> list[tuple[str, str]]:
    return [(row["to"][0], row["text"]) for row in box.company.messages]


def states() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("state", flat=True))


def customer(box: Sandboxed, name: str = "张三") -> Customer:
    return make.customer(box.corp, employee(), name=name)


def due_again() -> None:
    Notice.objects.filter(state=State.WAITING).update(due_at=now())


class TestSending:
    def test_who_and_what_stands_in_the_message(self, box: Sandboxed) -> None:
        make.notice(employee(), customer_id=customer(box).pk, owner_id=employee().pk)
        assert sending.send_due() == 1
        assert texts(box) == [("lina", "1 条客户预警\n· 张三 删除了 lina")]
        row = Notice.objects.get()
        assert (row.state, row.attempts, row.last_error) == (State.SENT, 1, "")
        assert row.settled_at is not None

    def test_what_is_due_for_one_goes_in_one_message_the_worst_first(self, box: Sandboxed) -> None:
        who = customer(box).pk
        make.notice(employee(), kind="silence", level=1, customer_id=who)
        make.notice(employee(), kind="customer_deleted", level=3, customer_id=who, owner_id=employee("wang").pk)
        make.notice(employee("wang"), kind="left_last_group", level=1, customer_id=who)
        make.notice(employee(), kind="silence", level=1, customer_id=who, due_at=now() + LATER)
        assert sending.send_due() == 2
        assert dict(texts(box)) == {
            "lina": "2 条客户预警\n· 张三 删除了 wang\n· 张三 已长期无人联系",
            "wang": "1 条客户预警\n· 张三 退出了最后一个群聊",
        }
        assert states() == [State.SENT, State.SENT, State.SENT, State.WAITING]

    def test_nothing_is_sent_twice(self, box: Sandboxed) -> None:
        make.notice(employee())
        sending.send_due()
        assert sending.send_due() == 0
        assert len(texts(box)) == 1

    def test_nothing_is_sent_before_its_time(self, box: Sandboxed) -> None:
        make.notice(employee(), due_at=now() + LATER)
        assert sending.send_due() == 0
        assert texts(box) == []

    def test_the_task_rings_for_more(self, box: Sandboxed, monkeypatch: Any) -> None:
        monkeypatch.setattr(sending, "MESSAGES", 1)
        rung: list[int] = []
        monkeypatch.setattr(tasks.send_notices, "delay", lambda: rung.append(1))
        for userid in ("lina", "wang"):
            make.notice(employee(userid))
        tasks.send_notices()
        tasks.send_notices()
        tasks.send_notices()
        assert (len(texts(box)), len(rung)) == (2, 2)

    def test_more_than_a_message_holds_is_cut_and_told(self, box: Sandboxed) -> None:
        for n in range(60):
            make.notice(employee(), customer_id=customer(box, f"很长的名字{n:03}" * 4).pk, owner_id=employee().pk)
        sending.send_due()
        ((_to, text),) = texts(box)
        assert len(text.encode()) <= words.MOST_BYTES
        assert text.splitlines()[-1].startswith("……另有")
        assert set(states()) == {State.SENT}


class TestTrouble:
    def test_without_an_app_it_waits_and_no_try_is_counted(self, box: Sandboxed) -> None:
        WecomApp.objects.update(active=False)
        make.notice(employee())
        sending.send_due()
        row = Notice.objects.get()
        assert (row.state, row.attempts, row.last_error) == (State.WAITING, 0, "not_connected")
        assert row.due_at > now()

    def test_a_fault_that_passes_is_tried_for_ever(self, box: Sandboxed, monkeypatch: Any) -> None:
        make.notice(employee(), attempts=30)
        with monkeypatch.context() as patch:
            patch.setattr(sending, "send_text", _raising(passing=True))
            sending.send_due()
        assert states() == [State.WAITING]
        due_again()
        sending.send_due()
        assert states() == [State.SENT]

    def test_what_is_refused_ten_times_is_given_up_with_the_code(self, box: Sandboxed, monkeypatch: Any) -> None:
        make.notice(employee())
        monkeypatch.setattr(sending, "send_text", _raising(passing=False))
        for _try in range(sending.MOST_TRIES):
            due_again()
            sending.send_due()
        row = Notice.objects.get()
        assert (row.state, row.attempts, row.error_code) == (State.DEAD, 10, 81013)
        due_again()
        assert sending.send_due() == 0

    def test_who_can_not_be_reached_is_given_up(self, box: Sandboxed, monkeypatch: Any) -> None:
        make.notice(employee())
        monkeypatch.setattr(sending, "send_text", lambda *_a, **_kw: ["lina"])
        sending.send_due()
        assert (Notice.objects.get().state, Notice.objects.get().last_error) == (State.DEAD, "unreachable")

    def test_a_leaver_is_refused_by_wecom_and_tried_again(self, box: Sandboxed) -> None:
        box.company.fire("lina")
        make.notice(employee())
        sending.send_due()
        row = Notice.objects.get()
        assert (row.state, row.attempts, row.error_code) == (State.WAITING, 1, 81013)
        assert row.due_at > now()


class TestBeingKilled:
    """A process may end at any line. What it had taken is due again when its lease has run out."""

    @pytest.mark.parametrize("point", ["notice.taken", "notice.sent"])
    def test_it_is_sent_by_the_next_one_and_read_once(
        self, box: Sandboxed, monkeypatch: pytest.MonkeyPatch, point: str
    ) -> None:
        make.notice(employee(), customer_id=customer(box).pk)

        def dies(name: str) -> None:
            if name == point:
                raise Killed

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(sending, "failpoint", dies)
            sending.send_due()
        # Its lease holds others off.
        assert sending.send_due() == 0
        due_again()
        assert sending.send_due() == 1
        assert states() == [State.SENT]
        assert len(texts(box)) == 1

    def test_one_whose_lease_ran_out_marks_nothing_of_the_next_ones(self, box: Sandboxed) -> None:
        make.notice(employee())
        late = sending._take(box.corp.pk, employee().pk)
        due_again()
        (mine,) = sending._take(box.corp.pk, employee().pk)
        sending._settle(late, State.DEAD, error="late")
        assert states() == [State.WAITING]
        sending._later(late, now(), None, "late", counted=True)
        assert Notice.objects.get().taken_by == mine.taken_by
        sending._settle([mine], State.SENT)
        assert states() == [State.SENT]

    def test_two_who_look_at_once_take_it_once(self, box: Sandboxed) -> None:
        make.notice(employee())
        first = sending._take(box.corp.pk, employee().pk)
        assert len(first) == 1
        assert sending._take(box.corp.pk, employee().pk) == []


class TestWords:
    @pytest.mark.parametrize("kind", sorted(words._KINDS))
    def test_each_kind_has_a_sentence_with_names(self, box: Sandboxed, kind: str) -> None:
        notice = make.notice(employee(), kind=kind, customer_id=customer(box).pk, owner_id=employee("wang").pk)
        text = words.message([notice])
        assert "张三" in text or "wang" in text
        assert "%(" not in text

    def test_a_kind_of_later_is_told_by_its_name(self, box: Sandboxed) -> None:
        assert words.message([make.notice(employee(), kind="new_kind")]).endswith("· new_kind")

    def test_who_is_gone_is_a_dash(self, box: Sandboxed) -> None:
        assert "–" in words.message([make.notice(employee(), customer_id=10**9)])


def _raising(*, passing: bool) -> Any:
    def refuse(*_args: Any, **_kwargs: Any) -> list[str]:
        error = Gone(81013, "message/send")
        error.passes = passing
        raise error

    return refuse
