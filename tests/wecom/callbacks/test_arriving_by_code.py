"""From a scan to everything the code promises: callback, mirror, event, reader, and back to WeCom."""

from contextlib import closing
from typing import Any

import pytest

from corps import mirrored
from corps.actors import SYSTEM
from corps.models import Employee
from customers import contact_ways
from customers.channels import figures
from customers.models import ContactWay, Customer, CustomerTag, FollowRelation
from messaging import dispatch
from messaging.loopback import LoopbackPublisher
from messaging.models import Command, InboxDelivery
from messaging.relay import Relay
from tags.models import Tag
from tests import make
from tests.wecom.callbacks.live import Live
from wecom.push import executing, lanes

# A relay that ends closes its connection, which a test's own transaction wouldn't survive.
pytestmark = pytest.mark.django_db(transaction=True)

WELCOME = "您好，欢迎来到展位。"


@pytest.fixture
def tag(live: Live) -> Tag:
    live.company.add_tag_group("来源", ["展会"])
    live.box.sync("tags")
    return Tag.objects.get(name="展会")


@pytest.fixture
def way(live: Live, tag: Tag) -> ContactWay:
    mirrored.forget()
    lina = Employee.objects.get(userid="lina")
    row = make.contact_way(
        live.box.corp, lina, tag_ids=[tag.pk], remark_template="{name}-展会", welcome_text=WELCOME, name="展位"
    )
    push()
    row.refresh_from_db()
    assert row.status == "active"
    return row


def push() -> None:
    """What WeCom has to be told is told."""
    while found := [hold for at in lanes.due() if (hold := lanes.take(*at))]:
        for hold in found:
            executing.work(hold)


def react() -> None:
    """What the service has said is heard by its own readers."""
    with closing(Relay(LoopbackPublisher())) as relay:
        while relay.pump():
            pass
    dispatch.sweep()


def arrive(live: Live, way: ContactWay, **fields: Any) -> str:
    external = live.company.scan(way.config_id or "", **fields)
    live.settle()
    react()
    return external


def follow(live: Live, external: str, userid: str = "lina") -> Any:
    """The pair as WeCom has it."""
    return live.company.follows[userid][external]


def test_who_scans_is_greeted_tagged_and_noted_down_here_and_there(live: Live, way: ContactWay, tag: Tag) -> None:
    external = arrive(live, way)
    relation = FollowRelation.objects.get(customer__external_userid=external)
    name = relation.customer.name
    assert (relation.state, relation.add_way, relation.remark) == (way.state, 1, f"{name}-展会")
    assert list(CustomerTag.objects.values_list("tag_id", "source")) == [(tag.pk, "rule")]
    assert [said.said for said in live.company.welcomes.values() if said.used] == [WELCOME]
    push()
    assert follow(live, external).remark == f"{name}-展会"
    assert follow(live, external).tags == [tag.wecom_id]
    assert not Command.objects.filter(settled_at=None).exists()


def test_what_was_written_back_is_read_again_without_a_change(live: Live, way: ContactWay) -> None:
    external = arrive(live, way)
    push()
    version = Customer.objects.get(external_userid=external).version
    live.settle()
    live.box.sync("customers")
    react()
    push()
    assert Customer.objects.get(external_userid=external).version == version


def test_an_event_told_twice_promises_once(live: Live, way: ContactWay) -> None:
    external = live.company.scan(way.config_id or "")
    events = live.happen()
    for _time in range(2):
        live.tell(events)
        live.work()
        react()
    push()
    assert CustomerTag.objects.count() == 1
    assert len(follow(live, external).tags) == 1


def test_one_whose_callback_was_lost_gets_tags_and_remark_from_the_sync(live: Live, way: ContactWay) -> None:
    external = live.company.scan(way.config_id or "")
    live.happen()
    live.box.sync("customers")
    react()
    assert FollowRelation.objects.get(customer__external_userid=external).remark.endswith("-展会")
    assert CustomerTag.objects.count() == 1


def test_one_who_came_back_keeps_what_the_employee_had_written(live: Live, way: ContactWay) -> None:
    external = arrive(live, way)
    push()
    live.company.edit_follow("lina", external, remark="老朋友")
    live.company.delete_by_customer("lina", external)
    live.settle()
    live.company.advance(60)
    live.company.scan(way.config_id or "", external)
    live.settle()
    react()
    push()
    assert FollowRelation.objects.get(customer__external_userid=external).remark == "老朋友"
    assert follow(live, external).remark == "老朋友"


def test_who_was_added_otherwise_gets_nothing_of_it(live: Live, way: ContactWay) -> None:
    live.company.befriend("lina", "wmOther", add_way=3)
    live.settle()
    react()
    assert not CustomerTag.objects.exists()
    assert FollowRelation.objects.get().remark == ""


def test_a_code_that_was_ended_promises_nothing_any_more(live: Live, way: ContactWay) -> None:
    config_id = way.config_id or ""
    fields = live.company.contact_ways[config_id].fields
    contact_ways.delete_way(way=way, by=SYSTEM, source="operator")
    push()
    assert config_id not in live.company.contact_ways
    # Scanned before it was ended, confirmed after.
    live.company.befriend("lina", "wmLate", state=fields["state"])
    live.settle()
    react()
    assert not CustomerTag.objects.exists()


def test_they_are_counted_for_the_code_and_for_its_channel(live: Live, way: ContactWay) -> None:
    arrive(live, way)
    arrive(live, way)
    day = FollowRelation.objects.first().add_time.astimezone(live.box.corp.zone).date()  # type: ignore[union-attr]
    days = figures.days_of(live.box.corp, day, day)
    assert figures.by_way(live.box.corp, days)[way.pk].added == 2
    channel = next(row for row in figures.by_channel(live.box.corp, days) if row.channel)
    assert (channel.added, channel.added_people) == (2, 2)
    assert figures.unknown_states(live.box.corp, days) == []


def test_a_reader_that_failed_is_tried_again_and_does_the_whole(
    live: Live, way: ContactWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **fields: Any) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr("customers.contact_ways.receiving._note", broken)
        external = arrive(live, way)
        assert not CustomerTag.objects.exists(), "half of a promise was kept"
    InboxDelivery.objects.filter(state="pending").update(due_at=live.box.corp.create_time)
    dispatch.sweep()
    assert CustomerTag.objects.count() == 1
    assert FollowRelation.objects.get(customer__external_userid=external).remark.endswith("-展会")
