"""From what people do in WeCom to the message that a colleague reads there, through everything in between."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from core.rendering import dumps
from corps.models import DepartmentMember, Employee
from customers.models import CustomerTag
from groups.models import GroupMember
from insights.models import Loss, RiskAlert, RiskSetting
from messaging import dispatch, inbox
from messaging.models import InboxDelivery, OutboxEvent
from tests import make
from tests.customers.mirroring import readings
from tests.wecom import sandboxed
from tests.wecom.callbacks import live as living
from tests.wecom.callbacks.live import Live
from wecom import refreshing
from wecom.callbacks import keys
from wecom.client import pacing
from wecom.models import Notice
from wecom.notices import sending

# A little later than the sandbox's clock.
MOMENT = "2026-03-01T04:10:00Z"


@pytest.fixture
def live(db: None, settings: Any, time_machine: Any, monkeypatch: Any) -> Iterator[Live]:
    """A company of lina and wangwu; colleagues are told at once."""
    time_machine.move_to(MOMENT, tick=False)
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)
    settings.SYNC_CALLS_AT_ONCE = 1
    keys.forget()
    refreshing.forget()
    found = living.begin()
    RiskSetting.objects.create(corp=found.box.corp, deliver="now", quiet_from=0, quiet_until=0)
    yield found
    sandboxed.disconnect()


def spread(live: Live) -> None:
    """Let everything that is under way arrive: callbacks, events, their handlers, and what those record."""
    live.settle()
    for _round in range(4):
        events = OutboxEvent.objects.order_by("id")
        inbox.store([inbox.parse(event.name, dumps(event.payload)) for event in events])
        dispatch.sweep()


def kinds() -> list[tuple[str, str]]:
    return list(RiskAlert.objects.order_by("id").values_list("kind", "state"))


def texts(live: Live) -> list[tuple[str, str]]:
    return [(row["to"][0], row["text"]) for row in live.company.messages]


def test_a_customer_who_deletes_us_is_recorded_tagged_warned_of_and_told(live: Live) -> None:
    corp, company = live.box.corp, live.company
    tag = make.tag(make.group(corp), name="已删我")
    RiskSetting.objects.update(deserter_tag=tag)
    external = company.befriend("lina", name="大海", state="expo")
    spread(live)
    assert (Loss.objects.count(), kinds(), texts(live)) == (0, [], [])

    company.delete_by_customer("lina", external)
    spread(live)
    loss = Loss.objects.get()
    assert (loss.customer.external_userid, loss.employee.userid, loss.ended_by, loss.state) == (
        external,
        "lina",
        3,
        "expo",
    )
    assert CustomerTag.objects.get().tag == tag
    assert kinds() == [("customer_deleted", "open")]
    sending.send_due()
    assert texts(live) == [("lina", "1 条客户预警\n· 大海 删除了 林娜")]

    # Friends again: the warning passes by itself, and nobody is told twice.
    company.advance(60)
    company.befriend("lina", external)
    spread(live)
    assert kinds() == [("customer_deleted", "passed")]
    sending.send_due()
    assert (len(texts(live)), Loss.objects.count()) == (1, 1)


def test_the_leader_of_the_department_is_told_too(live: Live) -> None:
    corp = live.box.corp
    department = make.department(corp)
    for userid in ("lina", "wangwu"):
        employee = Employee.objects.get(corp=corp, userid=userid)
        DepartmentMember.objects.create(
            corp=corp, department=department, employee=employee, is_leader=userid == "wangwu"
        )
    external = live.company.befriend("lina", name="大海")
    spread(live)
    live.company.delete_by_employee("lina", external)
    spread(live)
    sending.send_due()
    assert sorted(to for to, _text in texts(live)) == ["lina", "wangwu"]


def test_a_warning_that_is_over_before_it_is_told_is_not_told(live: Live) -> None:
    RiskSetting.objects.update(deliver="daily", digest_hour=9)
    external = live.company.befriend("lina", name="大海")
    live.company.delete_by_customer("lina", external)
    spread(live)
    assert Notice.objects.get().state == Notice.State.WAITING
    live.company.advance(60)
    live.company.befriend("lina", external)
    spread(live)
    assert Notice.objects.get().state == Notice.State.WITHDRAWN
    assert sending.send_due() == 0


def test_out_of_the_last_group_chat(live: Live) -> None:
    external = live.company.befriend("lina", name="大海")
    chat = live.company.open_chat("lina", [external])
    spread(live)
    live.company.advance(60)
    live.company.leave(chat, external)
    spread(live)
    assert GroupMember.objects.filter(customer__external_userid=external, left_at=None).count() == 0
    assert kinds() == [("left_last_group", "open")]


def test_one_of_the_blacklist_whom_somebody_adds(live: Live, time_machine: Any) -> None:
    external = live.company.befriend("lina", name="大海")
    spread(live)
    make.blacklisted(readings.the(external))
    live.company.advance(3600)
    live.company.befriend("wangwu", external)
    time_machine.move_to("2026-03-01T06:00:00Z", tick=False)
    spread(live)
    assert kinds() == [("blacklisted_added", "open")]
    assert RiskAlert.objects.get().employee.userid == "wangwu"


def test_one_of_the_blacklist_who_joins_a_group_chat(live: Live, time_machine: Any) -> None:
    external = live.company.befriend("lina", name="大海")
    chat = live.company.open_chat("lina", ["wangwu"])
    spread(live)
    make.blacklisted(readings.the(external))
    live.company.advance(3600)
    time_machine.move_to("2026-03-01T06:00:00Z", tick=False)
    live.company.join(chat, external)
    spread(live)
    member = GroupMember.objects.get(customer__external_userid=external)
    assert kinds() == [("blacklisted_joined", "open")]
    assert RiskAlert.objects.get().opened_at == member.join_time
    sending.send_due()
    assert [to for to, text in texts(live) if "大海" in text] == ["lina"]
    live.company.advance(60)
    live.company.leave(chat, external)
    time_machine.move_to("2026-03-01T07:00:00Z", tick=False)
    spread(live)
    assert ("blacklisted_joined", "passed") in kinds()


def test_one_of_the_blacklist_with_whom_a_group_chat_begins_within_the_same_second(
    live: Live, time_machine: Any
) -> None:
    external = live.company.befriend("lina", name="大海")
    spread(live)
    # WeCom tells of whole seconds, and the entry's beginning has a part of one.
    live.company.advance(int(dt.datetime(2026, 3, 1, 6, tzinfo=dt.UTC).timestamp()) - live.company.clock.now())
    time_machine.move_to("2026-03-01T06:00:00.600Z", tick=False)
    make.blacklisted(readings.the(external))
    live.company.open_chat("wangwu", [external])
    spread(live)
    assert kinds() == [("blacklisted_joined", "open")]


def test_every_delivery_was_done_at_the_first_try(live: Live) -> None:
    external = live.company.befriend("lina")
    live.company.delete_by_employee("lina", external)
    live.company.befriend("wangwu", external)
    spread(live)
    states = set(InboxDelivery.objects.values_list("state", "attempts", "last_error"))
    assert states == {("done", 1, "")}
