"""After an erasure nothing is left of the person but rows that count."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import cache, listing
from customers.choices import CustomerStatus, RelationStatus
from customers.models import (
    Customer,
    CustomerGram,
    CustomerTag,
    FollowRelation,
    RelationEpisode,
    StageChange,
    Tombstone,
)
from customers.privacy import erasing, person, tombstones
from customers.selection import Wanted
from groups.models import GroupMember
from insights.models import Loss
from messaging.models import InboxEvent, OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy import canaries
from tests.customers.privacy.people import MOBILE, NOTED, URL, client, numbered


def erase(customer: Customer, by: Any = SYSTEM) -> Customer:
    return erasing.erase(customer=customer, reason="客户要求删除", by=by, source="api")


@pytest.mark.usefixtures("db")
class TestCanary:
    def test_a_person_sings_in_every_table_before(self) -> None:
        canaries.person()
        sung = canaries.heard()
        assert {"customer.external_userid", "follow_up.content", "outbox_event.payload", "dead_letter.body"} <= sung
        assert {"django_admin_log.object_repr", "idempotency_key.body", "inbox_delivery.last_error"} <= sung
        assert {"group_member.name", "timeline_entry.facts", "command.last_error", "transfer_item.snapshot"} <= sung

    def test_and_nowhere_afterwards(
        self, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
    ) -> None:
        side = canaries.person()
        actor = make.service(side.corp)
        ident = side.rows["Customer"].pk
        versions = cache.versions(ident, actor)
        assert versions
        assert canaries.CANARY.encode() in cache.detail(ident, versions, actor)
        with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
            erase(side.rows["Customer"])
        assert canaries.heard() == set()
        assert canaries.cached() == []
        assert canaries.filed(Path(settings.DATA_DIR)) == []
        assert canaries.CANARY not in caplog.text
        now_seen = cache.versions(ident, actor)
        assert now_seen
        assert canaries.CANARY.encode() not in cache.detail(ident, now_seen, actor)

    def test_other_people_of_the_company_keep_everything(self) -> None:
        side = canaries.person()
        other = make.customer(side.corp, side.rows["Employee"], name="李四", mobile="13900001111")
        event = InboxEvent.objects.create(
            event_id="other", corp_id=side.corp.pk, name="x.y", payload={"data": {"customerId": other.pk, "text": "t"}}
        )
        erase(side.rows["Customer"])
        kept = Customer.objects.get(pk=other.pk)
        assert (kept.name, kept.mobile, kept.version) == ("李四", "13900001111", other.version)
        assert CustomerGram.objects.filter(customer=other).exists()
        event.refresh_from_db()
        assert event.payload["data"]["text"] == "t"

    def test_another_company_keeps_everything(self) -> None:
        side, other = canaries.person(), make.corp()
        twin = make.customer(other, external_userid=canaries.CANARY, name="同号", mobile="13900001111")
        erase(side.rows["Customer"])
        twin.refresh_from_db()
        assert (twin.external_userid, twin.name) == (canaries.CANARY, "同号")
        assert tombstones.among(other.pk, [canaries.CANARY]) == {}

    def test_what_counts_goes_on_counting(self) -> None:
        side = canaries.person()
        customer = side.rows["Customer"]
        tables = (FollowRelation, RelationEpisode, StageChange, CustomerTag, Loss, GroupMember)
        before = {table: table.objects.filter(customer=customer).count() for table in tables}
        chat = side.rows["GroupChat"]
        erase(customer)
        assert {table: table.objects.filter(customer=customer).count() for table in tables} == before
        assert all(before.values())
        chat.refresh_from_db()
        assert chat.members.filter(left_at=None, customer=customer).count() == 1

    def test_what_another_service_said_of_them_is_gone_whole(self) -> None:
        side = canaries.person()
        ident = side.rows["Customer"].pk
        erase(side.rows["Customer"])
        by_id = {e.event_id: e.payload["data"] for e in InboxEvent.objects.filter(event_id__in=["e0", "e1", "e2"])}
        assert by_id["e1"] == by_id["e2"] == {"customerId": ident}
        # Ours hold ids, and are still to be worked off.
        assert by_id["e0"] == {"customerId": ident, "status": 1, "externalUserid": self.alias(side)}

    def alias(self, side: Any) -> str:
        return str(Customer.objects.get(pk=side.rows["Customer"].pk).external_userid)


def test_the_row_that_is_left_is_a_deleted_customer_without_a_person(cast: Cast, recorded: Any) -> None:
    customer, before = numbered(cast), len(OutboxEvent.objects.all())
    named = customer.external_userid
    left = erase(customer, cast.actor("admin"))
    row = Customer.objects.get(pk=customer.pk)
    assert (row.status, row.name, row.mobile, row.unionid, row.search_text) == (
        CustomerStatus.DELETED,
        None,
        None,
        None,
        "",
    )
    assert row.external_userid.startswith("erased-")
    assert named not in row.external_userid
    assert row.version == left.version == customer.version + 2
    assert row.follow_user_id == cast.owner.pk
    told = recorded()[before:]
    alias = row.external_userid
    deleted = {"customerId": row.pk, "externalUserid": alias, "followUserId": cast.owner.pk}
    assert told == [("customer.deleted", row.pk, deleted), ("customer.erased", row.pk, {"customerId": row.pk})]


def test_relations_and_stays_end_and_nobody_is_warned_of_it(cast: Cast) -> None:
    customer = numbered(cast)
    erase(customer)
    pair = FollowRelation.objects.get(customer=customer)
    assert (pair.status, pair.remark_mobiles, pair.remark) == (RelationStatus.ENDED_BY_EMPLOYEE, [], "")
    stay = RelationEpisode.objects.get(customer=customer)
    assert stay.ended_at == pair.ended_at
    assert (stay.ended_by, stay.open_mark) == (RelationStatus.ENDED_BY_EMPLOYEE, None)
    assert not OutboxEvent.objects.filter(name="customer.unfollowed").exists()


def test_the_tombstone_says_who_by_a_keyed_hash_alone(cast: Cast) -> None:
    customer = numbered(cast)
    erase(customer, cast.actor("admin"))
    stone = Tombstone.objects.get()
    assert (stone.corp_id, stone.customer_id, stone.reason) == (cast.corp.pk, customer.pk, "客户要求删除")
    assert stone.actor == cast.actor("admin").label
    assert stone.digest == tombstones.digest_of(cast.corp.pk, customer.external_userid)
    assert customer.external_userid not in f"{stone.digest}{stone.reason}"


def test_twice_is_once(cast: Cast) -> None:
    customer = numbered(cast)
    erase(customer)
    before = (OutboxEvent.objects.count(), list(Customer.objects.values()), Tombstone.objects.count())
    erase(Customer.objects.get(pk=customer.pk))
    assert (OutboxEvent.objects.count(), list(Customer.objects.values()), Tombstone.objects.count()) == before


def test_they_are_found_by_no_word_and_in_no_list(cast: Cast) -> None:
    customer = numbered(cast)
    erase(customer)
    listing.forget_totals()
    for filters in ({}, {"keyword": "张三丰"}, {"keyword": MOBILE}, {"keyword": NOTED}):
        found = listing.page(Wanted(cast.actor("admin"), filters), number=1, size=20)
        assert found["list"] == []
    assert not CustomerGram.objects.filter(customer=customer).exists()


def test_a_deleted_customer_can_be_erased_and_is_not_deleted_again(cast: Cast, recorded: Any) -> None:
    customer = numbered(cast)
    Customer.objects.filter(pk=customer.pk).update(status=CustomerStatus.DELETED)
    before = len(recorded())
    erase(customer)
    assert [name for name, _id, _data in recorded()[before:]] == ["customer.erased"]


def test_an_old_key_still_knows_who_was_erased(cast: Cast, settings: Any) -> None:
    customer = numbered(cast)
    erase(customer)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of more than thirty-two characters"
    assert tombstones.among(cast.corp.pk, [customer.external_userid]) == {}
    settings.SECRET_KEY_FALLBACKS = [old]
    assert list(tombstones.among(cast.corp.pk, [customer.external_userid, "wmOther"])) == [customer.external_userid]


def test_nobody_is_hashed_to_find_nobody(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert tombstones.among(cast.corp.pk, []) == {}
    with django_assert_num_queries(1):
        assert tombstones.among(cast.corp.pk, [f"wm{n}" for n in range(500)]) == {}


def test_short_texts_are_no_words_to_search_for(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wmLongEnough", mobile="12345", unionid="o1")
    assert person.of(customer).words == ("wmLongEnough",)


class TestDoors:
    def test_the_api_erases_for_an_administrator_who_names_the_person(self, cast: Cast) -> None:
        customer = numbered(cast)
        body = {"reason": "客户要求删除", "externalUserid": customer.external_userid}
        answer = client(cast, "admin").post(f"{URL}/{customer.pk}/erase", body, format="json")
        assert (answer.status_code, answer.content) == (204, b"")
        assert Tombstone.objects.get().actor == cast.actor("admin").label

    def test_another_id_erases_nobody(self, cast: Cast) -> None:
        customer = numbered(cast)
        body = {"reason": "r", "externalUserid": "wmElse"}
        answer = client(cast, "admin").post(f"{URL}/{customer.pk}/erase", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "another_person")
        assert Customer.objects.get(pk=customer.pk).version == customer.version
        assert not Tombstone.objects.exists()
        with pytest.raises(RuleViolation):
            erasing.check_named(customer, "")

    @pytest.mark.parametrize("name", ["owner", "manager"])
    def test_nobody_else_may(self, cast: Cast, name: str) -> None:
        customer = numbered(cast)
        body = {"reason": "r", "externalUserid": customer.external_userid}
        assert client(cast, name).post(f"{URL}/{customer.pk}/erase", body, format="json").status_code == 403
        assert client(cast, name).post(f"{URL}/{customer.pk}/person", body, format="json").status_code == 403
        assert not Tombstone.objects.exists()

    def test_the_console_erases_after_asking_who(self, cast: Cast) -> None:
        customer = numbered(cast)
        seen, url = entered(cast.users["admin"]), page(customer, "change").replace("/change/", "/erase/")
        wrong = seen.post(url, {"reason": "r", "external_userid": "wmElse"})
        assert wrong.context["form"].errors
        assert not Tombstone.objects.exists()
        done = seen.post(url, {"reason": "客户要求", "external_userid": customer.external_userid}, follow=True)
        assert done.status_code == 200
        assert MOBILE not in done.content.decode()
        assert Tombstone.objects.get().reason == "客户要求"
        history = seen.get(page(customer, "history"))
        assert customer.name not in history.content.decode()
