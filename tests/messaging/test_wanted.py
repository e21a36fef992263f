import datetime as dt
from functools import partial

import pytest
from django.db import transaction

from core.time import now
from corps.models import Corp
from messaging import commands
from messaging.commands import Wanted
from messaging.models import Command
from tests import make
from tests.customers.test_concurrency import at_once


def mark(tag: int, customer: int = 1) -> Wanted:
    subject = {"customerId": customer, "employeeId": 2, "tagId": tag}
    return Wanted("customer.tag", f"customer:{customer}", f"tag:{customer}:2:{tag}", subject)


def want(corp: Corp, *wanted: Wanted, source: str = "api", actor: str = "api:3") -> None:
    with transaction.atomic():
        commands.want(corp_id=corp.pk, wanted=wanted, source=source, actor=actor)


def test_what_is_wanted_waits_in_the_order_it_was_named(corp: Corp) -> None:
    want(corp, mark(8), mark(7), mark(9, customer=4))
    rows = Command.objects.order_by("id")
    assert [(r.kind, r.lane, r.key, r.subject) for r in rows] == [
        ("customer.tag", "customer:1", "tag:1:2:8", {"customerId": 1, "employeeId": 2, "tagId": 8}),
        ("customer.tag", "customer:1", "tag:1:2:7", {"customerId": 1, "employeeId": 2, "tagId": 7}),
        ("customer.tag", "customer:4", "tag:4:2:9", {"customerId": 4, "employeeId": 2, "tagId": 9}),
    ]
    assert {(r.corp_id, r.state, r.revision, r.attempts, r.source, r.actor) for r in rows} == {
        (corp.pk, "waiting", 1, 0, "api", "api:3")
    }
    assert all(r.due_at <= now() and r.settled_at is None and r.open_mark == 1 for r in rows)


def test_the_same_wanted_again_is_the_same_command_with_a_higher_revision_due_at_once(corp: Corp) -> None:
    want(corp, mark(7))
    later = now() + dt.timedelta(hours=1)
    Command.objects.update(attempts=4, due_at=later, error_code=45033, last_error="busy")
    want(corp, mark(7), source="rule", actor="system")
    row = Command.objects.get()
    assert (row.revision, row.attempts, row.error_code, row.last_error) == (2, 0, None, "")
    assert (row.source, row.actor) == ("rule", "system")
    assert row.due_at <= now()


def test_a_settled_command_is_left_behind_and_a_new_one_begins(corp: Corp) -> None:
    want(corp, mark(7))
    Command.objects.update(state=Command.State.DONE, settled_at=now())
    want(corp, mark(7))
    assert list(Command.objects.order_by("id").values_list("state", "revision")) == [("done", 1), ("waiting", 1)]


def test_one_key_named_twice_in_one_call_is_one_command(corp: Corp) -> None:
    want(corp, mark(7), mark(7))
    assert Command.objects.get().revision == 1


def test_the_same_key_of_another_company_is_another_command(corp: Corp) -> None:
    other = make.corp()
    want(corp, mark(7))
    want(other, mark(7))
    assert Command.objects.filter(revision=1).count() == 2


def test_a_change_that_is_rolled_back_takes_its_command_along(corp: Corp) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        commands.want(corp_id=corp.pk, wanted=[mark(7)], source="api")
        raise ZeroDivisionError
    assert not Command.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_wanted() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        commands.want(corp_id=1, wanted=[mark(7)], source="api")
    assert not Command.objects.exists()


def test_a_thousand_are_wanted_in_few_statements(corp: Corp, django_assert_num_queries) -> None:
    with transaction.atomic(), django_assert_num_queries(5):
        commands.want(corp_id=corp.pk, wanted=[mark(n) for n in range(1_000)], source="api")
    assert Command.objects.count() == 1_000


def test_nothing_wanted_is_no_statement(corp: Corp, django_assert_num_queries) -> None:
    with transaction.atomic(), django_assert_num_queries(0):
        commands.want(corp_id=corp.pk, wanted=[], source="api")
        assert commands.open_keys(corp_id=corp.pk, lanes=[]) == set()


def test_open_keys_are_those_of_the_lanes_and_the_company_that_are_asked(corp: Corp, django_assert_num_queries) -> None:
    want(corp, mark(7), mark(8), mark(7, customer=4), mark(7, customer=5))
    want(make.corp(), mark(6))
    Command.objects.filter(key="tag:1:2:8").update(state=Command.State.DEAD, settled_at=now())
    with django_assert_num_queries(1):
        found = commands.open_keys(corp_id=corp.pk, lanes=["customer:1", "customer:4"])
    assert found == {"tag:1:2:7", "tag:4:2:7"}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_eight_who_want_the_same_at_once_make_one_command() -> None:
    corp = make.corp()
    assert at_once([partial(want, corp, mark(7))] * 8) == []
    row = Command.objects.get()
    assert (row.key, row.revision) == ("tag:1:2:7", 8)
