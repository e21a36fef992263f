from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from core import rows
from core.locks import find_locked
from corps.models import ApiAccount, Corp, Employee
from customers.models import Customer, FollowRelation
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast


def values_of(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def full_customer(cast: Cast) -> Customer:
    return make.customer(
        cast.corp, cast.owner, name="Ünï 🇨🇳", gender=None, mobile="13800000000", blacklisted=True, channel="qrcode"
    )


@pytest.mark.parametrize("model", [Customer, Corp, Employee, ApiAccount, FollowRelation, OutboxEvent])
def test_a_locked_row_is_what_the_orm_reads(cast: Cast, model: Any) -> None:
    make.account(cast.corp, "read", "tags", rate=7)
    full_customer(cast)
    kept = model.objects.order_by("pk").last()
    found = rows.locked(model, id=kept.pk)
    assert values_of(found) == values_of(kept)
    assert [type(v) for v in values_of(found).values()] == [type(v) for v in values_of(kept).values()]
    assert not found._state.adding
    assert found == kept


@pytest.mark.parametrize("where", [{"id": 0}, {"id": 10**18}, {"id": "1 OR 1=1"}, {"external_userid": "wm' OR ''='"}])
def test_a_row_that_is_not_there_is_said_not_to_be(cast: Cast, where: dict[str, Any]) -> None:
    full_customer(cast)
    with pytest.raises((Customer.DoesNotExist, ValueError)):
        rows.locked(Customer, **where)


def test_every_condition_narrows(cast: Cast) -> None:
    customer = full_customer(cast)
    assert rows.locked(Customer, id=customer.pk, corp_id=cast.corp.pk) == customer
    with pytest.raises(Customer.DoesNotExist):
        rows.locked(Customer, id=customer.pk, corp_id=cast.other_corp.pk)


def test_it_is_locked_where_the_database_can(cast: Cast) -> None:
    customer = full_customer(cast)
    with CaptureQueriesContext(connection) as queries:
        rows.locked(Customer, id=customer.pk)
    assert [q["sql"].endswith("FOR UPDATE") for q in queries] == [connection.features.has_select_for_update]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_locked() -> None:
    customer = make.customer(make.corp())
    with pytest.raises(transaction.TransactionManagementError):
        find_locked(Customer, id=customer.pk)


def test_an_inserted_row_is_what_the_orm_would_have_saved(cast: Cast) -> None:
    facts = {"corp": cast.corp, "name": "张三", "follow_user": cast.owner, "blacklisted": True}
    mine, orms = Customer(external_userid="wmA", **facts), Customer(external_userid="wmB", **facts)
    rows.insert(mine)
    orms.save(force_insert=True)
    own = {"id", "external_userid", "create_time", "update_time"}
    kept, saved = (values_of(Customer.objects.get(pk=row.pk)) for row in (mine, orms))
    assert {k: v for k, v in kept.items() if k not in own} == {k: v for k, v in saved.items() if k not in own}
    assert (kept["create_time"], kept["update_time"]) == (mine.create_time, mine.update_time)
    assert not mine._state.adding
    mine.name = "李四"
    mine.save()
    assert Customer.objects.get(pk=mine.pk).name == "李四"


def test_an_inserted_row_that_is_taken_is_refused(cast: Cast) -> None:
    customer = full_customer(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(Customer(corp=cast.corp, external_userid=customer.external_userid))
    assert Customer.objects.get() == customer


def test_an_update_writes_what_it_names_and_nothing_else(cast: Cast) -> None:
    customer = full_customer(cast)
    before = values_of(Customer.objects.get())
    customer.name, customer.mobile, customer.version = "新名", "13900000000", 9
    rows.update(customer, ["name", "version", "update_time"])
    after = values_of(Customer.objects.get())
    changed = {k for k in after if after[k] != before[k]}
    assert changed == {"name", "version", "update_time"}
    assert (after["name"], after["version"], after["update_time"]) == ("新名", 9, customer.update_time)


class TestBesideAnother:
    """An insert that asks in the same statement whether a row of another kind is there."""

    def test_it_inserts_what_an_insert_would(self, cast: Cast) -> None:
        one = Customer(corp=cast.corp, external_userid="wm1", name="甲", gender=None, blacklisted=True)
        two = Customer(corp=cast.corp, external_userid="wm2", name="甲", gender=None, blacklisted=True)
        assert rows.insert_beside(one, Employee, corp_id=cast.corp.pk, id=cast.owner.pk)
        rows.insert(two)
        own = {"id", "external_userid", "create_time", "update_time"}
        kept, other = (values_of(Customer.objects.get(pk=row.pk)) for row in (one, two))
        assert {k: v for k, v in kept.items() if k not in own} == {k: v for k, v in other.items() if k not in own}
        assert (one._state.adding, one.pk < two.pk) == (False, True)

    @pytest.mark.parametrize("whose", ["stranger", "nobody"])
    def test_where_the_other_is_not_there_nothing_is_inserted(self, cast: Cast, whose: str) -> None:
        one = Customer(corp=cast.corp, external_userid="wm1")
        who = {"stranger": cast.stranger.pk, "nobody": 10**12}[whose]
        assert not rows.insert_beside(one, Employee, corp_id=cast.corp.pk, id=who)
        assert (one.pk, one._state.adding, Customer.objects.count()) == (None, True, 0)

    def test_one_that_is_taken_is_refused(self, cast: Cast) -> None:
        taken = full_customer(cast)
        one = Customer(corp=cast.corp, external_userid=taken.external_userid)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.insert_beside(one, Employee, corp_id=cast.corp.pk, id=cast.owner.pk)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": 7, "gender": "2", "type": True, "version": "3"},
        {"name": "", "mobile": None, "follow_user_id": None},
        {"name": "a" * 100, "gender": 0},
    ],
)
def test_values_of_another_type_are_stored_as_the_orm_stores_them(cast: Cast, fields: dict[str, Any]) -> None:
    by_hand = Customer(corp=cast.corp, external_userid="wm1", **fields)
    by_orm = Customer(corp=cast.corp, external_userid="wm2", **fields)
    rows.insert(by_hand)
    by_orm.save(force_insert=True)
    stored = [Customer.objects.values(*fields).get(pk=row.pk) for row in (by_hand, by_orm)]
    assert stored[0] == stored[1]
