"""Which events set which rules off, for whom; and the acts beside tags."""

from typing import Any

import pytest

from core.time import now
from customers.models import FollowRelation
from followups.models import FollowUp
from messaging.models import OutboxEvent
from segments.models import RuleEffect
from segments.rules.triggers import foreign, occasions
from segments.rules.triggers.occasions import Occasion
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import adds, followed, happen, outcome, rule, tags_of


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def reached(cast: Cast, tag: Any, trigger: dict[str, Any], name: str, **data: Any) -> set[int]:
    """The customers who get the tag by this event."""
    row = rule(cast.corp, adds(tag), trigger=trigger)
    happen(cast.corp, name, **data)
    return set(RuleEffect.objects.filter(rule=row).values_list("customer_id", flat=True))


def test_followed_by_a_channel_a_way_an_employee(cast: Cast, tag: Any) -> None:
    expo, ads = make.channel(cast.corp, "expo"), make.channel(cast.corp, "ads")
    customer = make.customer(cast.corp, cast.owner)
    FollowRelation.objects.update(state="expo", add_way=16)
    wanted = [
        ({}, True),
        ({"channelIds": [expo.pk]}, True),
        ({"channelIds": [ads.pk]}, False),
        ({"channelIds": [ads.pk, expo.pk], "addWays": [16], "employeeIds": [cast.owner.pk]}, True),
        ({"addWays": [1]}, False),
        ({"employeeIds": [cast.colleague.pk]}, False),
    ]
    rows = [rule(cast.corp, adds(tag), trigger={"kind": "followed"} | more) for more, _hears in wanted]
    followed(customer)
    assert [outcome(row, customer) is not None for row in rows] == [hears for _more, hears in wanted]


def test_who_is_made_with_a_follower_is_followed_and_without_one_not(cast: Cast, tag: Any) -> None:
    expo = make.channel(cast.corp, "expo")
    row = rule(cast.corp, adds(tag), trigger={"kind": "followed", "channelIds": [expo.pk]})
    with_one, without = make.customer(cast.corp, cast.owner, channel="expo"), make.customer(cast.corp)
    for customer in (with_one, without):
        data = {"customerId": customer.pk, "followUserId": customer.follow_user_id}
        happen(cast.corp, "customer.created", **data)
    assert (outcome(row, with_one), outcome(row, without)) == ("changed", None)


def test_tags_stages_and_follow_ups_set_rules_off(cast: Cast, tag: Any) -> None:
    other, stage = make.tag(tag.group), make.stage(cast.corp)
    customer = make.customer(cast.corp, cast.owner)
    said: list[tuple[dict[str, Any], str, dict[str, Any], dict[str, Any]]] = [
        ({"kind": "tagged", "tagIds": [other.pk]}, "customer.tag.added", {"tagIds": [other.pk]}, {"tagIds": [tag.pk]}),
        ({"kind": "untagged", "tagIds": [other.pk]}, "customer.tag.removed", {"tagIds": [other.pk, 1]}, {"tagIds": []}),
        (
            {"kind": "stageChanged", "stageIds": [stage.pk]},
            "customer.stage.changed",
            {"toStageId": stage.pk},
            {"toStageId": None},
        ),
        (
            {"kind": "followUpWritten", "employeeIds": [cast.owner.pk]},
            "customer.followup.created",
            {"employeeId": cast.owner.pk},
            {"employeeId": None},
        ),
    ]
    for trigger, name, hears, hears_not in said:
        row = rule(cast.corp, adds(tag), trigger=trigger)
        happen(cast.corp, name, customerId=customer.pk, **hears_not)
        assert outcome(row, customer) is None
        happen(cast.corp, name, customerId=customer.pk, **hears)
        assert outcome(row, customer) in ("changed", "same")


def test_of_a_group_chat_each_customer_is_concerned_once(cast: Cast, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
    chat = make.chat(cast.corp, cast.owner, *customers)
    members = [{"customerId": row.pk} for row in customers] * 2 + [{"customerId": None}]
    for kind, name in (("joinedGroup", "group.member.joined"), ("leftGroup", "group.member.left")):
        tag = make.tag(tag.group)
        trigger = {"kind": kind, "chatIds": [chat.pk]}
        assert reached(cast, tag, trigger, name, groupId=chat.pk, members=members) == {row.pk for row in customers}
    assert reached(cast, tag, trigger, name, groupId=chat.pk + 1, members=members) == set()


def test_another_services_event_names_the_customer_and_what_it_compares(cast: Cast, tag: Any) -> None:
    customer, stranger = make.customer(cast.corp, cast.owner), make.customer(cast.other_corp, cast.stranger)
    base = {"kind": "foreign", "event": "order.paid"}
    by_userid = base | {
        "customerPath": "order.buyer.id",
        "compare": {"path": "order.amount", "op": "gte", "value": 100},
    }
    by_id = base | {"customerPath": "customer", "customerBy": "customerId"}
    first, second = (rule(cast.corp, adds(tag), trigger=trigger) for trigger in (by_userid, by_id))
    happen(cast.corp, "order.paid", order={"buyer": {"id": customer.external_userid}, "amount": 99.5})
    assert (outcome(first, customer), outcome(second, customer)) == (None, None)
    happen(cast.corp, "order.paid", order={"buyer": {"id": customer.external_userid}, "amount": 100})
    happen(cast.corp, "order.paid", customer=str(customer.pk))
    assert (outcome(first, customer), outcome(second, customer)) == ("changed", "same")
    for named in (stranger.pk, "x", None, True, [1], 10**30, -1):
        happen(cast.corp, "order.paid", customer=named, order={"buyer": named})
    assert RuleEffect.objects.count() == 1


def test_payloads_are_compared_as_they_are() -> None:
    data = {"a": {"b": [3, "x"]}, "n": 5, "s": "北京市", "t": True, "z": None}
    said: list[tuple[str, str, Any, bool]] = [
        ("n", "is", 5, True),
        ("n", "is", 5.0, True),
        ("n", "is", "5", False),
        ("t", "is", 1, False),
        ("t", "is", True, True),
        ("n", "isNot", 5, False),
        ("missing", "is", 5, False),
        ("missing", "isNot", 5, True),
        ("n", "in", [4, 5], True),
        ("n", "gt", 4, True),
        ("n", "lt", 4, False),
        ("n", "lte", 5, True),
        ("s", "gte", 1, False),
        ("t", "gte", 0, False),
        ("s", "contains", "北京", True),
        ("n", "contains", "5", False),
        ("a.b", "contains", "x", True),
        ("a.b.0", "is", 3, True),
        ("a.b.9", "is", 3, False),
        ("a.b.x", "is", 3, False),
        ("z", "set", None, False),
        ("a", "set", None, True),
    ]
    for path, op, value, holds in said:
        assert foreign.compares(data, {"path": path, "op": op, "value": value}) is holds, (path, op, value)


def test_a_message_is_heard_by_its_words(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    trigger = {"kind": "keyword", "words": ["价格", "Price"]}
    told = {"externalUserid": customer.external_userid}
    row = rule(cast.corp, adds(tag), trigger=trigger)
    happen(cast.corp, "message.received", text="你好", **told)
    assert outcome(row, customer) is None
    happen(cast.corp, "message.received", text="what PRICE?", **told)
    assert outcome(row, customer) == "changed"
    exact = trigger | {"match": "is"}
    assert occasions.fires(exact, Occasion(1, data={"text": " 价格 "}))
    assert not occasions.fires(exact, Occasion(1, data={"text": "价格？"}))
    assert not occasions.fires(exact, Occasion(1, data={}))


def test_a_remark_is_written_from_its_template_and_fits(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, name="{city}" + "长" * 20, city="北京")
    row = rule(cast.corp, {"do": "remark", "template": "{date}·{name}", "for": "main"})
    for result in ("changed", "same"):
        followed(customer)
        assert outcome(row, customer) == result
    day = now().astimezone(cast.corp.zone)
    assert FollowRelation.objects.get().remark == f"{day:%m%d}·{{city}}{'长' * 9}"


def test_a_customer_without_a_follower_is_given_to_one_and_then_tagged_for_them(cast: Cast, tag: Any) -> None:
    make.assignment_rule(cast.corp, cast.colleague)
    customer = make.customer(cast.corp)
    order = {"kind": "foreign", "event": "order.paid", "customerPath": "c", "customerBy": "customerId"}
    row = rule(cast.corp, {"do": "assign"}, trigger=order)
    rule(cast.corp, adds(tag), {"do": "followUp", "content": "欢迎"}, trigger=order)
    happen(cast.corp, "order.paid", c=customer.pk)
    customer.refresh_from_db()
    assert customer.follow_user_id == cast.colleague.pk
    assert tags_of(customer) == {(tag.pk, cast.colleague.pk)}
    assert RuleEffect.objects.get(rule=row).changes == {"assigned": [cast.colleague.pk]}
    assert FollowUp.objects.get().employee_id == cast.colleague.pk


def test_a_stage_is_set_and_a_warning_told_once_for_an_event(cast: Cast, recorded: Any) -> None:
    customer, stage = make.customer(cast.corp, cast.owner), make.stage(cast.corp)
    row = rule(cast.corp, {"do": "setStage", "stageId": stage.pk}, {"do": "warn", "level": 3})
    followed(customer)
    followed(customer)
    customer.refresh_from_db()
    assert customer.stage_id == stage.pk
    first, second = RuleEffect.objects.order_by("pk")
    assert (first.changes, second.changes) == ({"stage": [None, stage.pk], "warned": [3]}, {"warned": [3]})
    told = [(name, data) for name, _subject, data in recorded() if name == "tag_rule.warned"]
    data = {"runId": first.run_id, "ruleId": row.pk, "customerId": customer.pk, "employeeId": cast.owner.pk, "level": 3}
    assert told == [("tag_rule.warned", data)] * 2


def test_what_one_rule_does_is_what_another_hears_of(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    rule(cast.corp, adds(tag))
    other = rule(cast.corp, adds(make.tag(tag.group)), trigger={"kind": "tagged", "tagIds": [tag.pk]})
    followed(customer)
    event = OutboxEvent.objects.get(name="customer.tag.added")
    assert event.payload["hops"] == 1
    happen(cast.corp, event.name, hops=1, **event.payload["data"])
    assert outcome(other, customer) == "changed"
    assert OutboxEvent.objects.filter(name="customer.tag.added").last().payload["hops"] == 2
