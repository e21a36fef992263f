"""A person is found by ids and numbers that are theirs alone, in columns and within texts, and nobody else is."""

from typing import Any

import orjson
import pytest

from core import personal
from core.personal import Table
from core.time import now
from corps.models import IdempotencyKey
from customers.models import Customer, FollowRelation, TransferItem
from customers.privacy import emptying, person
from customers.privacy.person import Person
from followups.models import FollowUp
from messaging.models import Command, DeadLetter, InboxDelivery, InboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import MOBILE, NOTED, UNIONID, numbered

ALIAS = "erased-0123456789"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return numbered(cast, external_userid="wmThe_One%")


@pytest.fixture
def whose(customer: Customer) -> Person:
    return person.of(customer)


def inbox(corp_id: int, payload: Any, name: str = "x.y") -> InboxEvent:
    number = InboxEvent.objects.count()
    return InboxEvent.objects.create(event_id=f"event{number}", corp_id=corp_id, name=name, payload=payload)


def named(whose: Person, model: Any) -> list[int]:
    return [pk for some in person.named_in(whose, model, personal.tables()[model]) for pk in some]


def test_their_words_are_ids_and_numbers(customer: Customer, whose: Person) -> None:
    assert whose.words == ("wmThe_One%", UNIONID, MOBILE, NOTED)
    assert (whose.id, whose.corp_id, whose.lane) == (customer.pk, customer.corp_id, f"customer:{customer.pk}")


def test_a_word_counts_once(cast: Cast) -> None:
    customer = numbered(cast)
    FollowRelation.objects.filter(customer=customer).update(remark_mobiles=[MOBILE, MOBILE, NOTED])
    assert person.of(Customer.objects.get(pk=customer.pk)).words.count(MOBILE) == 1


class TestWithin:
    def payloads(self, customer: Customer) -> list[Any]:
        return [
            {"data": {"customerId": customer.pk}},
            {"data": {"customerId": customer.pk, "more": 1}},
            {"data": {"externalUserid": "wmThe_One%"}},
            {"data": {"deep": [{"list": ["x", {"of": f"call {MOBILE} please"}]}]}},
            {"data": {"unionid": UNIONID}},
        ]

    def others(self, customer: Customer) -> list[Any]:
        return [
            {"data": {"customerId": customer.pk * 10}},
            {"data": {"customerId": int(f"9{customer.pk}")}},
            # What LIKE would take for any letter, or for all.
            {"data": {"externalUserid": "wmTheXOne1"}},
            {"data": {"externalUserid": "wmThe_OneX"}},
            {"data": {"text": "13812345679"}},
            {"data": {"employeeId": customer.pk}},
            {},
        ]

    def test_whoever_is_named_is_found(self, customer: Customer, whose: Person) -> None:
        rows = [inbox(customer.corp_id, payload) for payload in self.payloads(customer)]
        assert named(whose, InboxEvent) == [row.pk for row in rows]

    def test_who_only_looks_like_it_is_not(self, customer: Customer, whose: Person) -> None:
        for payload in self.others(customer):
            inbox(customer.corp_id, payload)
        assert named(whose, InboxEvent) == []

    def test_another_company_is_not_looked_through(self, cast: Cast, customer: Customer, whose: Person) -> None:
        inbox(cast.other_corp.pk, {"data": {"customerId": customer.pk, "externalUserid": "wmThe_One%"}})
        assert named(whose, InboxEvent) == []

    def test_bytes_are_looked_through_too(self, customer: Customer, whose: Person) -> None:
        told = {"corp_id": customer.corp_id, "principal": "api:1", "fingerprint": "f"}
        body = orjson.dumps({"id": 1, "externalUserid": "wmThe_One%"})
        kept = IdempotencyKey.objects.create(key="1", body=body, **told)
        IdempotencyKey.objects.create(key="2", body=b"\xff\xfe nothing", **told)
        IdempotencyKey.objects.create(key="3", body=None, **told)
        assert named(whose, IdempotencyKey) == [kept.pk]

    def test_a_letter_whose_company_nobody_could_read_is_looked_at(self, customer: Customer, whose: Person) -> None:
        row = DeadLetter.objects.create(corp_id=0, digest="d", queue="q", body=f"garbage {MOBILE}".encode())
        assert named(whose, DeadLetter) == [row.pk]

    def test_long_tables_are_looked_through_piece_by_piece(
        self, customer: Customer, whose: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [inbox(customer.corp_id, {"data": {"customerId": customer.pk}}) for _n in range(7)]
        monkeypatch.setattr(person, "STRIDE", 2)
        pieces = list(person.named_in(whose, InboxEvent, personal.tables()[InboxEvent]))
        assert [pk for some in pieces for pk in some] == [row.pk for row in rows]
        assert max(map(len, pieces)) <= 2

    def test_an_empty_table_names_nobody(self, whose: Person) -> None:
        InboxEvent.objects.all().delete()
        assert list(person.named_in(whose, InboxEvent, personal.tables()[InboxEvent])) == []


class TestByColumn:
    def test_each_table_gives_their_rows_and_no_others(self, cast: Cast, customer: Customer, whose: Person) -> None:
        other = make.customer(cast.corp, cast.owner)
        for row in (customer, other):
            make.entry(row)
            make.reminder(row, cast.owner)
            make.transfer(row, cast.owner, cast.colleague)
        for model, table in personal.of_customers():
            if table.by and any(field.name == "customer" for field in model._meta.concrete_fields):
                found = person.rows_of(whose, model, table)
                assert {row.customer_id for row in found} <= {customer.pk}, model
        assert person.rows_of(whose, TransferItem, personal.tables()[TransferItem]).count() == 1

    def test_commands_are_found_by_their_lane(self, customer: Customer, whose: Person) -> None:
        told: dict[str, Any] = {"corp_id": customer.corp_id, "kind": "k", "due_at": now(), "source": "api"}
        kept = Command.objects.create(lane=f"customer:{customer.pk}", key="a", **told)
        Command.objects.create(lane=f"customer:{customer.pk}0", key="b", **told)
        found = person.rows_of(whose, Command, personal.tables()[Command])
        assert kept in found
        assert {row.lane for row in found} == {f"customer:{customer.pk}"}


class TestEmptying:
    def empty(self, whose: Person, model: Any, table: Table | None = None) -> None:
        emptying.empty(whose, model, table or personal.tables()[model], alias=ALIAS)

    def test_texts_become_empty_and_lists_their_default(self, customer: Customer, whose: Person) -> None:
        relation = FollowRelation.objects.get(customer=customer)
        FollowRelation.objects.filter(pk=relation.pk).update(
            remark="老张", description="要报价", wechat_channels={"nickname": "x"}, personal_tags=[["a", "b"]]
        )
        self.empty(whose, FollowRelation)
        relation.refresh_from_db()
        assert (relation.remark, relation.description, relation.oper_userid) == ("", "", "")
        assert (relation.remark_mobiles, relation.personal_tags, relation.wechat_channels) == ([], [], None)
        assert relation.add_time is not None

    def test_who_it_is_becomes_the_alias(self, customer: Customer, whose: Person) -> None:
        self.empty(whose, Customer)
        row = Customer.objects.get(pk=customer.pk)
        assert (row.external_userid, row.name, row.gender, row.external_profile) == (ALIAS, None, None, None)
        assert (row.position, row.search_text) == ("", "")
        assert row.follow_user_id == customer.follow_user_id

    def test_words_in_texts_become_the_alias_and_the_rest_stays(self, customer: Customer, whose: Person) -> None:
        event = inbox(customer.corp_id, {"eventId": "e", "aggregateType": "customer", "data": {"n": [MOBILE, 1, None]}})
        delivery = InboxDelivery.objects.create(
            corp_id=customer.corp_id, event=event, handler="h", due_at=now(), last_error=f"no {MOBILE} or wmThe_One%!"
        )
        for model in (InboxEvent, InboxDelivery):
            self.empty(whose, model)
        event.refresh_from_db()
        delivery.refresh_from_db()
        assert event.payload == {"eventId": "e", "aggregateType": "customer", "data": {"n": [ALIAS, 1, None]}}
        assert delivery.last_error == f"no {ALIAS} or {ALIAS}!"

    @pytest.mark.parametrize("key", ["customerId", "externalUserid"])
    def test_what_another_service_said_about_them_goes_whole(self, customer: Customer, whose: Person, key: str) -> None:
        value = customer.pk if key == "customerId" else customer.external_userid
        event = inbox(customer.corp_id, {"eventId": "e", "data": {key: value, "text": "what they said"}})
        self.empty(whose, InboxEvent)
        event.refresh_from_db()
        assert event.payload == {"eventId": "e", "data": {"customerId": customer.pk}}

    def test_an_event_about_many_loses_their_words_alone(self, customer: Customer, whose: Person) -> None:
        members = [{"userid": "wmThe_One%"}, {"userid": "wmOther"}]
        event = inbox(customer.corp_id, {"aggregateType": "group_chat", "data": {"members": members}})
        self.empty(whose, InboxEvent)
        event.refresh_from_db()
        assert event.payload["data"]["members"] == [{"userid": ALIAS}, {"userid": "wmOther"}]

    def test_a_table_that_only_refers_to_them_stays(self, cast: Cast, customer: Customer, whose: Person) -> None:
        stage = make.stage(cast.corp)
        change = make.staged(customer, stage).stage_changes.get()
        before = type(change).objects.filter(pk=change.pk).values().get()
        self.empty(whose, type(change))
        assert type(change).objects.filter(pk=change.pk).values().get() == before

    def test_rows_are_dropped_for_them_alone(self, cast: Cast, customer: Customer, whose: Person) -> None:
        letters = [
            DeadLetter.objects.create(corp_id=cast.corp.pk, digest=digest, queue="q", body=body.encode())
            for digest, body in (("a", MOBILE), ("b", "13900000000"))
        ]
        self.empty(whose, DeadLetter)
        assert list(DeadLetter.objects.all()) == letters[1:]

    def test_what_somebody_wrote_of_another_is_left(self, cast: Cast, customer: Customer, whose: Person) -> None:
        other = make.customer(cast.corp, cast.owner)
        row = FollowUp.objects.create(
            corp=cast.corp, customer=other, actor="system", content="their words", happened_at=now()
        )
        self.empty(whose, FollowUp)
        row.refresh_from_db()
        assert row.content == "their words"
