"""The welcome message: at once, once, and never in the way of anything else."""

from unittest import mock

import pytest

from corps.models import Employee
from tests import make
from tests.wecom.callbacks.live import Live, State
from wecom.callbacks import drain
from wecom.models import CallbackReceipt, WecomApp

WELCOME = "externalcontact/send_welcome_msg"


@pytest.fixture
def greeting(live: Live) -> Live:
    """The app has a welcome text."""
    WecomApp.objects.update(welcome_text="您好，我是林娜。")
    return live


def said(live: Live) -> list[str]:
    return [welcome.said for welcome in live.company.welcomes.values() if welcome.used]


def test_a_new_customer_is_greeted_at_once(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.tell()
    assert drain.once(urgent=True) == 1
    assert said(greeting) == ["您好，我是林娜。"]
    assert greeting.pairs() == {("lina", "wmA"): "ACTIVE"}
    assert greeting.states() == [State.DONE]


def test_without_a_text_nobody_is_greeted_and_nothing_is_asked(live: Live) -> None:
    live.company.befriend("lina", "wmA")
    live.settle()
    assert live.calls(WELCOME) == 0
    assert live.states() == [State.DONE]


def test_half_added_one_is_greeted_too_and_not_again_when_it_is_confirmed(greeting: Live) -> None:
    greeting.company.half_add("lina", "wmA")
    greeting.settle()
    greeting.company.befriend("lina", "wmA")
    greeting.settle()
    assert len(said(greeting)) == 1
    assert greeting.calls(WELCOME) == 1


def test_the_same_event_twice_greets_once(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    events = greeting.happen()
    greeting.tell(events)
    greeting.work()
    greeting.tell(events)
    greeting.work()
    assert greeting.calls(WELCOME) == 1


@pytest.mark.parametrize("code", [41051, 41050, 41053, 40201])
def test_what_wecom_refuses_for_good_is_not_tried_again(greeting: Live, code: int) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.box.server.faults.set(errors={WELCOME: {code: 1.0}})
    greeting.settle()
    assert greeting.calls(WELCOME) == 1
    assert greeting.states() == [State.DONE]
    assert greeting.pairs() == {("lina", "wmA"): "ACTIVE"}


def test_while_another_app_is_sending_it_is_tried_again_and_the_customer_is_here_meanwhile(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.tell()
    greeting.box.server.faults.set(errors={WELCOME: {41096: 1.0}})
    drain.once(urgent=True)
    assert greeting.pairs() == {("lina", "wmA"): "ACTIVE"}
    assert (greeting.states(), greeting.waiting()) == ([State.PENDING], [1])
    greeting.box.server.faults.off()
    greeting.let_pass(2)
    drain.once(urgent=True)
    assert len(said(greeting)) == 1
    assert greeting.states() == [State.DONE]


def test_after_twenty_seconds_it_is_not_tried_any_more(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.tell()
    greeting.let_pass(21)
    greeting.work()
    assert greeting.calls(WELCOME) == 0
    assert greeting.states() == [State.DONE]


def test_killed_after_it_was_sent_it_is_not_sent_twice(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.tell()
    killed = mock.patch("wecom.callbacks.customers.failpoint", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        drain.once(urgent=True)
    CallbackReceipt.objects.update(due_at=CallbackReceipt.objects.get().received_at)
    drain.once(urgent=True)
    assert len(said(greeting)) == 1
    assert greeting.states() == [State.DONE]


def test_a_customer_that_can_not_be_read_yet_has_been_greeted_all_the_same(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    greeting.tell()
    greeting.box.server.faults.set(errors={"externalcontact/get": {81026: 1.0}})
    drain.once(urgent=True)
    assert len(said(greeting)) == 1
    assert greeting.states() == [State.PENDING]


def test_consent_to_archiving_brings_a_code_and_no_reading(greeting: Live) -> None:
    greeting.company.befriend("lina", "wmA")
    (event,) = greeting.happen()
    greeting.tell([event | {"ChangeType": "msg_audit_approved"}])
    greeting.work()
    assert len(said(greeting)) == 1
    assert greeting.calls("externalcontact/get") == 0


class TestByACode:
    """A contact way can have a welcome text of its own."""

    def scan(self, live: Live, text: str) -> None:
        way = make.contact_way(live.box.corp, Employee.objects.get(userid="lina"), welcome_text=text)
        made = live.company.make_way({"type": 2, "scene": 2, "state": way.state, "user": ["lina"]})
        live.company.scan(made.config_id)
        live.tell()
        drain.once(urgent=True)

    def test_it_is_said_instead_of_the_apps(self, greeting: Live) -> None:
        self.scan(greeting, "欢迎来到展位")
        assert said(greeting) == ["欢迎来到展位"]

    def test_it_is_said_where_the_app_says_nothing(self, live: Live) -> None:
        self.scan(live, "欢迎来到展位")
        assert said(live) == ["欢迎来到展位"]

    def test_without_one_the_app_greets(self, greeting: Live) -> None:
        self.scan(greeting, "")
        assert said(greeting) == ["您好，我是林娜。"]
