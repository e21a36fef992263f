import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.locks import lock
from corps.models import Corp
from customers.models import Customer
from tests import make


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_an_error_and_not_an_illusion() -> None:
    row = make.corp()
    with pytest.raises(transaction.TransactionManagementError):
        lock(row)


def test_a_locked_row_is_read_after_the_lock_was_had(db: None) -> None:
    stale = make.corp(name="before")
    Corp.objects.filter(pk=stale.pk).update(name="after")
    assert lock(stale).name == "after"


def test_a_row_that_is_gone_is_said_to_be_gone(db: None) -> None:
    row = make.corp()
    Corp.objects.filter(pk=row.pk).delete()
    with pytest.raises(Corp.DoesNotExist):
        lock(row)


def test_a_row_found_locked_pays_no_second_statement(db: None) -> None:
    pk = make.customer(make.corp()).pk
    row = Customer.objects.all().locked(pk=pk)
    with CaptureQueriesContext(connection) as queries:
        assert lock(row) is row
    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_a_row_locked_in_an_earlier_transaction_is_locked_and_read_again() -> None:
    pk = make.customer(make.corp(), name="before").pk

    @transaction.atomic
    def act(row: Customer) -> Customer:
        return lock(row)

    first = act(Customer.objects.get(pk=pk))
    Customer.objects.filter(pk=pk).update(name="after")
    # The decorator's atomic block is the same object in every call: it can't stand for the transaction.
    assert act(first).name == "after"


@pytest.mark.django_db(transaction=True)
def test_a_row_locked_in_a_transaction_that_failed_is_locked_and_read_again() -> None:
    pk = make.customer(make.corp(), name="before").pk
    kept = []

    @transaction.atomic
    def act(row: Customer, *, fail: bool) -> Customer:
        kept.append(lock(row))
        if fail:
            raise ArithmeticError
        return kept[-1]

    with pytest.raises(ArithmeticError):
        act(Customer.objects.get(pk=pk), fail=True)
    Customer.objects.filter(pk=pk).update(name="after")
    assert act(kept[0], fail=False).name == "after"


def test_locking_a_queryset_finds_only_what_the_queryset_holds(db: None) -> None:
    mine, other = make.corp(), make.corp()
    foreign = make.customer(other)
    with pytest.raises(Customer.DoesNotExist):
        Customer.objects.filter(corp_id=mine.pk).locked(pk=foreign.pk)
