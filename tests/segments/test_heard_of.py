"""Whatever rule changes a customer, segments that ask about it hear of it: they are right without a refresh."""

from collections.abc import Callable
from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import blacklist, channels, lifecycle, remarks, tagging, upkeep
from customers.models import Customer
from followups import revising, told, writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from scrm_customer.subscriptions import SUBSCRIPTIONS
from segments import asking as answers
from segments import handlers
from segments.models import Segment
from segments.refreshing import questions
from tags import catalog
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import BY, asking, hear, ids, incoming, members, run_all, segment

Json = dict[str, Any]


def some(rows: str, field: str, op: str, value: Any) -> Json:
    where = {"field": field, "op": op} | ({} if value is None else {"value": value})
    return {"version": 1, "where": {"some": rows, "where": where}}


def asked_now(row: Segment) -> set[int]:
    """Who answers to the condition at this moment, by a reading of all."""
    return set(answers.ids(questions.condition_of(row)))


@pytest.fixture
def one(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def follow(cast: Cast, one: Customer) -> list[tuple[Json, Callable[[], object], bool]]:
    """(what is asked, the rule that is called, whether the customer is in it then), one after the other."""
    tag = make.tag(make.group(cast.corp))
    stage = make.stage(cast.corp)

    def row() -> Customer:
        return Customer.objects.get(pk=one.pk)

    def update(**fields: Any) -> Callable[[], object]:
        return lambda: lifecycle.update(customer=row(), **fields, **BY)

    def add() -> object:
        return tagging.add_tags(customer=row(), tag_ids=[tag.pk], follower_id=cast.owner.pk, **BY)

    def note() -> object:
        return remarks.change_remark(customer=row(), employee_id=cast.owner.pk, remark="大客户", **BY)

    return [
        (asking("city", "is", "深圳"), update(city="深圳"), True),
        (asking("name", "contains", "新"), update(name="新名"), True),
        (asking("gender", "is", 2), update(gender=2), True),
        (asking("channel", "is", "expo"), update(channel="expo"), True),
        (asking("mobile", "unset"), update(mobile="13800138000"), False),
        (asking("stage", "is", stage.pk), lambda: make.staged(row(), stage), True),
        (asking("tags", "any", [tag.pk]), add, True),
        (asking("tagGroups", "none", [tag.group_id]), lambda: None, False),
        (some("tag", "follower", "is", cast.owner.pk), lambda: None, True),
        (some("relation", "remark", "is", "大客户"), note, True),
        (asking("followUser", "is", cast.colleague.pk), update(follow_user_id=cast.colleague.pk), True),
        (asking("departments", "any", [cast.department.pk]), lambda: None, True),
        (asking("city", "is", "深圳"), lambda: blacklist.put(customer=row(), reason="r", **BY), False),
        (asking("blacklisted", "is", True), lambda: None, True),
        (asking("city", "is", "深圳"), lambda: blacklist.lift(customer=row(), **BY), True),
        (asking("tags", "all", [tag.pk]), lambda: tagging.remove_tags(customer=row(), tag_ids=[tag.pk], **BY), False),
        (asking("city", "is", "深圳"), lambda: lifecycle.delete(customer=row(), **BY), False),
    ]


def test_each_change_is_in_the_members_once_it_was_heard_of(cast: Cast, one: Customer) -> None:
    story = follow(cast, one)
    rows = [segment(cast.corp, condition, counted=False) for condition, _act, _member in story]
    run_all()
    hear(cast.corp)
    for number, (row, (condition, act, member)) in enumerate(zip(rows, story, strict=True)):
        act()
        hear(cast.corp)
        assert (one.pk in members(row)) == member, (number, condition)
        assert {each.pk: members(each) for each in rows} == {each.pk: asked_now(each) for each in rows}, number


def follow_ups(cast: Cast, one: Customer) -> list[tuple[Json, Callable[[], object], bool]]:
    def write(**fields: Any) -> Callable[[], object]:
        return lambda: writing.write(customer=one, content="回访", **fields, **BY)

    def row() -> FollowUp:
        return FollowUp.objects.latest("pk")

    called = some("followUp", "kind", "is", "call")
    agreed = some("followUp", "outcome", "in", ["agreed"])
    return [
        (called, write(kind="call"), True),
        (called, lambda: revising.edit(follow_up=row(), kind="visit", **BY), False),
        (some("followUp", "outcome", "unset", None), lambda: None, True),
        (agreed, lambda: revising.edit(follow_up=row(), outcome="agreed", **BY), True),
        (some("followUp", "nextAt", "set", None), lambda: None, False),
        (agreed, lambda: revising.delete(follow_up=row(), **BY), False),
    ]


def test_a_follow_up_is_heard_of_when_written_changed_and_deleted(cast: Cast, one: Customer) -> None:
    story = follow_ups(cast, one)
    rows = [segment(cast.corp, condition, counted=False) for condition, _act, _member in story]
    run_all()
    hear(cast.corp)
    for number, (row, (condition, act, member)) in enumerate(zip(rows, story, strict=True)):
        act()
        hear(cast.corp)
        assert (one.pk in members(row)) == member, (number, condition)
        assert {each.pk: members(each) for each in rows} == {each.pk: asked_now(each) for each in rows}, number
    for event in (told.CREATED, told.UPDATED, told.DELETED):
        assert "segments.handlers.customer_changed" in SUBSCRIPTIONS[event]


def test_a_tag_that_goes_or_becomes_another_takes_its_people_along(cast: Cast) -> None:
    group = make.group(cast.corp)
    old, new = make.tag(group), make.tag(group)
    customer = make.tagged(make.customer(cast.corp), old)
    of_new, of_old = (segment(cast.corp, asking("tags", "any", [tag.pk])) for tag in (new, old))
    assert (members(of_new), members(of_old)) == (set(), ids(customer))
    catalog.merge_tag(tag=old, into=new, by=SYSTEM, source="api")
    tell_all(cast, "tag.merged")
    assert (members(of_new), members(of_old)) == (asked_now(of_new), asked_now(of_old))
    while upkeep.sweep_tag(tag_id=old.pk):
        pass
    hear(cast.corp)
    assert members(of_new) == members(of_old) == ids(customer)
    catalog.delete_tag(tag=new, by=SYSTEM, source="api")
    tell_all(cast, "tag.deleted")
    assert members(of_new) == members(of_old) == set()


def tell_all(cast: Cast, name: str) -> None:
    event = OutboxEvent.objects.filter(name=name).latest("pk")
    handlers.many_changed(incoming(event))
    run_all()


def test_what_a_channel_is_called_is_asked_at_the_next_refresh(cast: Cast, one: Customer) -> None:
    channel = make.channel(cast.corp, "expo")
    one.relations.update(state="fair")
    row = segment(cast.corp, some("relation", "channel", "any", [channel.pk]))
    assert members(row) == set()
    channels.update_channel(channel=channel, states=["expo", "fair"], **BY)
    tell_all(cast, "channel.updated")
    assert members(row) == ids(one) == asked_now(row)
