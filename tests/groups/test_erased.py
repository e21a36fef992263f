"""Whoever was erased is counted in their groups under a name that is nobody's, and comes back by no reading."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps import tickets
from corps.actors import SYSTEM
from customers.models import Customer
from customers.privacy import erasing, tombstones
from groups import linking
from groups.facts import ChatFacts
from groups.mirroring import apply_chats, apply_departures
from groups.mirroring.erased import called_now, without_erased
from groups.models import GroupChat, GroupMember
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

UNIONID = "oUnionAbcdefghij9876"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmErasedOne")


@pytest.fixture
def chat(cast: Cast, customer: Customer) -> GroupChat:
    row = make.chat(cast.corp, cast.owner, cast.owner, customer, "wmNobody", chat_id="wrChat")
    GroupMember.objects.filter(customer=customer).update(name="张三丰", group_nickname="三丰", unionid=UNIONID)
    return row


def erase(customer: Customer) -> Customer:
    erasing.erase(customer=customer, reason="r", by=SYSTEM, source="api")
    return Customer.objects.get(pk=customer.pk)


def shown(cast: Cast, chat: GroupChat, *userids: str) -> ChatFacts:
    """The group as WeCom shows it now, each member joined when they are known to have."""
    joined = dict(GroupMember.objects.filter(chat=chat).values_list("userid", "join_time"))
    moment = chat.opened_at
    people = [
        make.chat_member(who, joined.get(who, moment), name=f"name of {who}", group_nickname="n", unionid=UNIONID)
        for who in userids
    ]
    return ChatFacts(chat.chat_id, chat.name, cast.owner.userid, moment, members=tuple(people))


def read(cast: Cast, facts: ChatFacts) -> Any:
    ticket = tickets.draw(cast.corp.pk)
    return apply_chats(corp_id=cast.corp.pk, chats=[facts], ticket=ticket, by=SYSTEM, source="sync")


def test_the_stay_goes_on_without_a_person(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    before = GroupMember.objects.get(customer=customer)
    left = erase(customer)
    stay = GroupMember.objects.get(pk=before.pk)
    assert (stay.userid, stay.name, stay.group_nickname, stay.unionid) == (left.external_userid, "", "", None)
    assert (stay.join_time, stay.left_at, stay.customer_id) == (before.join_time, None, customer.pk)


def test_a_past_stay_is_emptied_too(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    GroupMember.objects.filter(customer=customer).update(left_at=now(), quit_scene=0)
    erase(customer)
    assert not GroupMember.objects.filter(userid="wmErasedOne").exists()
    assert not GroupMember.objects.filter(name="张三丰").exists()


def test_a_stay_that_nobody_has_linked_is_found_by_its_userid(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    GroupMember.objects.filter(customer=customer).update(customer=None)
    left = erase(customer)
    stay = GroupMember.objects.get(userid=left.external_userid)
    assert (stay.name, stay.customer_id) == ("", None)


def test_other_members_are_left_as_they_are(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    others = list(GroupMember.objects.exclude(customer=customer).order_by("pk").values())
    erase(customer)
    assert list(GroupMember.objects.exclude(customer=customer).order_by("pk").values()) == others


def test_a_reading_that_shows_them_changes_nothing(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    joined = GroupMember.objects.get(customer=customer).join_time
    left = erase(customer)
    facts = shown(cast, chat, "wmNobody")
    them = make.chat_member("wmErasedOne", joined, name="张三丰", group_nickname="三丰", unionid=UNIONID)
    owner = make.chat_member(cast.owner, GroupMember.objects.get(employee=cast.owner).join_time)
    facts = ChatFacts(chat.chat_id, chat.name, cast.owner.userid, chat.opened_at, members=(*facts.members, them, owner))
    read(cast, facts)
    told = OutboxEvent.objects.count()
    read(cast, facts)
    assert OutboxEvent.objects.count() == told
    stay = GroupMember.objects.get(customer=left, left_at=None)
    assert (stay.userid, stay.name, stay.unionid) == (left.external_userid, "", None)
    assert not GroupMember.objects.filter(userid="wmErasedOne").exists()


def test_they_are_counted_as_before(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    before = (chat.member_count, chat.customer_count)
    erase(customer)
    row = GroupChat.objects.get(pk=chat.pk)
    assert (row.member_count, row.customer_count) == before == (3, 2)


def test_joining_another_group_is_a_stay_without_a_name(cast: Cast, customer: Customer) -> None:
    left = erase(customer)
    moment = now().replace(microsecond=0)
    them = make.chat_member("wmErasedOne", moment, name="张三丰", unionid=UNIONID)
    facts = ChatFacts("wrOther", "二群", cast.owner.userid, moment, members=(them,))
    read(cast, facts)
    stay = GroupMember.objects.get(chat__chat_id="wrOther")
    assert (stay.userid, stay.name, stay.unionid, stay.customer_id) == (left.external_userid, "", None, left.pk)
    event = OutboxEvent.objects.get(name="group.member.joined", aggregate_id=stay.chat_id)
    assert "wmErasedOne" not in str(event.payload)


def test_an_event_that_they_left_ends_their_stay(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    erase(customer)
    at = GroupMember.objects.get(customer=customer).join_time + dt.timedelta(hours=1)
    apply_departures(
        corp_id=cast.corp.pk,
        chat_id=chat.chat_id,
        userids=["wmErasedOne"],
        quit_scene=0,
        at=at,
        by=SYSTEM,
        source="callback",
    )
    stay = GroupMember.objects.get(customer=customer)
    assert (stay.left_at, stay.quit_scene) == (at, 0)
    event = OutboxEvent.objects.get(name="group.member.left")
    assert "wmErasedOne" not in str(event.payload)


def test_linking_later_finds_nobody(cast: Cast, customer: Customer, chat: GroupChat) -> None:
    erase(customer)
    assert not linking.link_customer(customer_id=customer.pk)


class TestNames:
    def test_where_nobody_was_erased_nobody_is_hashed(
        self, cast: Cast, chat: GroupChat, django_assert_num_queries: Any
    ) -> None:
        facts = [shown(cast, chat, "wmNobody")]
        with django_assert_num_queries(1):
            assert without_erased(cast.corp.pk, facts) == facts

    def test_a_page_of_groups_is_one_look_up_more(
        self, cast: Cast, customer: Customer, django_assert_num_queries: Any
    ) -> None:
        erase(customer)
        people = tuple(make.chat_member(f"wm{n}", now()) for n in range(300))
        facts = [ChatFacts(f"wr{n}", "", "", now(), members=people) for n in range(3)]
        with django_assert_num_queries(2):
            assert without_erased(cast.corp.pk, facts) == facts

    def test_colleagues_are_never_taken_for_somebody_erased(self, cast: Cast, customer: Customer) -> None:
        erase(customer)
        member = make.chat_member(cast.owner, now(), name="王小明")
        (facts,) = without_erased(cast.corp.pk, [ChatFacts("wr", "", "", now(), members=(member,))])
        assert facts.members == (member,)

    def test_the_name_is_the_one_of_the_row_that_is_left(self, cast: Cast, customer: Customer) -> None:
        left = erase(customer)
        assert called_now(cast.corp.pk, ["wmErasedOne", "wmOther"]) == [left.external_userid, "wmOther"]
        assert called_now(cast.corp.pk, []) == []

    def test_in_another_company_they_are_who_they_were(self, cast: Cast, customer: Customer) -> None:
        erase(customer)
        assert called_now(cast.other_corp.pk, ["wmErasedOne"]) == ["wmErasedOne"]
        assert not tombstones.any_of(cast.other_corp.pk)
        assert tombstones.any_of(cast.corp.pk)
