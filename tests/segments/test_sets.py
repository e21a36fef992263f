"""What each set of rows means, said by example."""

import datetime as dt
from typing import Any

import pytest

from customers.models import BlacklistEntry, Customer, RelationEpisode, StageChange, TransferItem, TransferJob
from followups.models import FollowUp
from groups.models import ChatTag, GroupChat, GroupMember
from tests import make
from tests.conftest import Cast
from tests.segments.scene import AT
from tests.segments.test_questions import found

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def asked(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def some(key: str, *where: dict[str, Any], count: tuple[str, int] | None = None) -> dict[str, Any]:
    node: dict[str, Any] = {"some": key}
    if where:
        node["where"] = {"all": list(where)}
    if count:
        node["count"] = {"op": count[0], "value": count[1]}
    return node


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    """``a``, ``b`` and ``c``, of whom nothing is known."""
    return [make.customer(cast.corp, name=name) for name in "abc"]


def test_how_often_somebody_came_went_and_came_again(cast: Cast, people: list[Customer]) -> None:
    for customer, days in zip(people, [[6, 7], [7], []], strict=True):
        for number, lasted in enumerate(days):
            began = AT - (100 - 20 * number) * DAY
            RelationEpisode.objects.create(
                corp=cast.corp,
                customer=customer,
                employee=cast.owner,
                began_at=began,
                ended_at=began + lasted * DAY,
                ended_by=3,
            )
    RelationEpisode.objects.create(corp=cast.corp, customer=people[1], employee=cast.colleague, began_at=AT)
    by_them = asked("endedBy", "is", 3)
    assert found(cast, some("episode", by_them, count=("atLeast", 2))) == ["a"]
    assert found(cast, some("episode", count=("exactly", 2))) == ["a", "b"]
    assert found(cast, some("episode", asked("days", "lt", 7))) == ["a"]
    assert found(cast, some("episode", asked("days", "gte", 7))) == ["a", "b"]
    # What lasts has no length yet: it answers to the opposite of every length.
    assert found(cast, some("episode", asked("days", "unset"))) == ["b"]
    assert found(cast, some("episode", {"not": asked("days", "gte", 0)})) == ["b"]
    assert found(cast, some("episode", asked("beganAt", "within", {"days": 1}), asked("endedAt", "unset"))) == ["b"]
    assert found(cast, some("episode", count=("atMost", 0))) == ["c"]


def test_who_was_followed_up_when_and_by_whom(cast: Cast, people: list[Customer]) -> None:
    for customer, days, employee in [
        (people[0], 3, cast.owner),
        (people[0], 40, cast.colleague),
        (people[1], 40, None),
    ]:
        FollowUp.objects.create(
            corp=cast.corp,
            customer=customer,
            employee=employee,
            actor="user:7",
            content="x",
            happened_at=AT - days * DAY,
        )
    lately = asked("happenedAt", "within", {"days": 30})
    assert found(cast, some("followUp", lately)) == ["a"]
    assert found(cast, {"not": some("followUp", lately)}) == ["b", "c"]
    assert found(cast, some("followUp", lately, asked("employee", "is", cast.colleague.pk))) == []
    assert found(cast, some("followUp", asked("employee", "unset"))) == ["b"]
    assert found(cast, some("followUp", asked("departments", "any", [cast.department.pk]))) == ["a"]
    assert found(cast, some("followUp", count=("atLeast", 2))) == ["a"]


def test_by_what_means_customers_were_followed_up_and_what_came_of_it(cast: Cast, people: list[Customer]) -> None:
    for customer, kind, outcome, days in [
        (people[0], "call", "agreed", 1),
        (people[0], "visit", "agreed", 40),
        (people[0], "call", "", 2),
        (people[1], "call", "no_answer", 3),
        (people[1], "visit", "declined", 3),
    ]:
        at = AT - days * DAY
        words: dict[str, Any] = {"kind": kind, "outcome": outcome, "next_at": AT + DAY if outcome == "agreed" else None}
        row = FollowUp.objects.create(
            corp=cast.corp, customer=customer, actor="user:7", content="x", happened_at=at, **words
        )
        FollowUp.objects.filter(pk=row.pk).update(create_time=at)
    called, agreed = asked("kind", "in", ["call", "message"]), asked("outcome", "in", ["agreed", "declined"])
    assert found(cast, some("followUp", called, agreed)) == ["a"]
    assert found(cast, some("followUp", agreed, count=("atLeast", 2))) == ["a"]
    assert found(cast, some("followUp", agreed, asked("createTime", "within", {"days": 7}))) == ["a", "b"]
    assert found(cast, some("followUp", agreed, asked("actor", "is", "user:8"))) == []
    assert found(cast, some("followUp", called, agreed, count=("atMost", 0))) == ["b", "c"]
    # That nothing was said of what came of it is no outcome.
    assert found(cast, some("followUp", asked("outcome", "unset"))) == ["a"]
    assert found(cast, some("followUp", asked("outcome", "notIn", ["agreed", "declined"]))) == ["a", "b"]
    assert found(cast, some("followUp", asked("nextAt", "next", {"days": 2}), count=("exactly", 2))) == ["a"]


def test_who_is_in_which_group_chat(cast: Cast, people: list[Customer]) -> None:
    chats = [GroupChat.objects.create(corp=cast.corp, chat_id=f"wr{n}", owner=cast.owner) for n in range(2)]
    vip = make.group_tag(make.group_tag_set(cast.corp))
    ChatTag.objects.create(corp=cast.corp, chat=chats[0], tag=vip, source="api", actor="system")
    for customer, chat, left in [(people[0], chats[0], None), (people[1], chats[0], AT), (people[1], chats[1], None)]:
        GroupMember.objects.create(
            corp=cast.corp,
            chat=chat,
            customer=customer,
            userid=customer.external_userid,
            type=2,
            join_time=AT - 9 * DAY,
            left_at=left,
        )
    # Somebody who is nobody's customer is a member too, and in nobody's answer.
    GroupMember.objects.create(corp=cast.corp, chat=chats[0], userid="wmUnknown", type=2, join_time=AT)
    present, first = asked("leftAt", "unset"), asked("chat", "is", chats[0].pk)
    assert found(cast, some("group", first)) == ["a", "b"]
    assert found(cast, some("group", first, present)) == ["a"]
    assert found(cast, {"not": some("group", first, present)}) == ["b", "c"]
    assert found(cast, some("group", asked("chatTags", "any", [vip.pk]), asked("leftAt", "this", "month"))) == ["b"]
    assert found(cast, some("group", asked("chatTags", "none", [vip.pk]))) == ["b"]
    assert found(cast, some("group", asked("owner", "isNot", cast.owner.pk))) == []
    assert found(cast, some("group", count=("exactly", 2))) == ["b"]


def test_stages_that_were_passed(cast: Cast, people: list[Customer]) -> None:
    first, second = make.stage(cast.corp), make.stage(cast.corp)
    for customer, before, after in [(people[0], None, first), (people[0], first, second), (people[1], None, second)]:
        StageChange.objects.create(
            corp=cast.corp, customer=customer, from_stage=before, to_stage=after, at=AT, actor="user:7", source="api"
        )
    assert found(cast, some("stageChange", asked("toStage", "is", second.pk))) == ["a", "b"]
    assert found(cast, some("stageChange", asked("fromStage", "is", first.pk))) == ["a"]
    assert found(cast, some("stageChange", asked("fromStage", "unset"), asked("toStage", "is", second.pk))) == ["b"]
    assert found(cast, some("stageChange", asked("source", "isNot", "api"))) == []


def test_transfers_blacklist_and_scores(cast: Cast, people: list[Customer]) -> None:
    job = TransferJob.objects.create(corp=cast.corp, kind="leaver", handover=cast.owner)
    TransferItem.objects.create(
        corp=cast.corp,
        job=job,
        customer=people[0],
        handover=cast.owner,
        taker=cast.colleague,
        state="waiting",
        takeover_time=AT + DAY,
    )
    BlacklistEntry.objects.create(
        corp=cast.corp, customer=people[1], reason="广告", actor="user:7", since=AT - DAY, ended_at=AT, ending="lifted"
    )
    make.churn(people[2], cast.owner, score=80, level="high")
    make.churn(people[1], cast.owner, score=20, level="calm")
    assert found(cast, some("transfer", asked("kind", "is", "leaver"), asked("state", "in", ["waiting", "done"]))) == [
        "a"
    ]
    assert found(cast, some("transfer", asked("takeoverTime", "next", {"days": 2}))) == ["a"]
    assert found(cast, some("transfer", asked("takeoverTime", "within", {"days": 2}))) == []
    assert found(cast, some("blacklist", asked("ending", "is", "lifted"), asked("reason", "contains", "广"))) == ["b"]
    assert found(cast, some("churn", asked("level", "is", "high"))) == ["c"]
    assert found(cast, some("churn", asked("score", "between", [0, 50]))) == ["b"]
    assert found(cast, {"not": some("churn", asked("score", "gt", 50))}) == ["a", "b"]
