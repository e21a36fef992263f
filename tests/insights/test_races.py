"""Two who settle, handle or take at once, on a database that really has two connections."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from core.errors import Conflict
from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from customers import blacklist
from customers.models import BlacklistEntry, Customer, RelationEpisode
from insights import losses
from insights.models import Loss, RiskAlert
from insights.risks import handling, settling
from messaging.models import OutboxEvent
from tests import make
from wecom.models import Notice
from wecom.notices import sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
AT_ONCE = 4


def together(act: Callable[[], Any]) -> list[Any]:
    """What each of several threads got that did it at the same moment; a refusal is its code."""
    found: list[Any] = []
    ready = threading.Barrier(AT_ONCE)

    def run() -> None:
        try:
            ready.wait(20)
            found.append(act())
        except Conflict as refusal:
            found.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == AT_ONCE
    return found


@pytest.fixture
def lost() -> Customer:
    """A customer who has just deleted an employee."""
    corp = make.corp()
    employee = make.employee(corp)
    customer = make.customer(corp, employee)
    RelationEpisode.objects.filter(customer=customer).update(
        began_at=now() - dt.timedelta(days=9), ended_at=now() - dt.timedelta(minutes=1), ended_by=3
    )
    return customer


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


def test_the_same_end_heard_at_once_is_one_record_and_one_warning(lost: Customer) -> None:
    ids = {"corp_id": lost.corp_id, "customer_ids": [lost.pk]}
    together(lambda: atomic_retry(losses.settle)(**ids))
    together(lambda: atomic_retry(settling.settle_customers)(**ids))
    assert (Loss.objects.count(), RiskAlert.objects.count(), told("risk.opened")) == (1, 1, 1)


def test_several_deletions_of_a_day_make_one_alarm(lost: Customer) -> None:
    employee = lost.follow_user_id
    RelationEpisode.objects.filter(customer=lost).update(ended_by=2)
    for n in range(12):
        other = make.customer(lost.corp, lost.follow_user)
        RelationEpisode.objects.filter(customer=other).update(ended_at=now() - dt.timedelta(seconds=n), ended_by=2)
    settle = atomic_retry(settling.settle_employees)
    together(lambda: settle(corp_id=lost.corp_id, employee_ids=[employee]))
    assert RiskAlert.objects.filter(kind="bulk_deletion").count() == 1


def test_one_of_those_who_handle_it_is_told_so_and_the_others_that_it_is_over(lost: Customer) -> None:
    alert = make.alert(lost, lost.follow_user)
    people = iter(["won_back", "lost", "false_alarm", "other"])

    def handle() -> str:
        outcome = next(people)
        return atomic_retry(handling.handle)(alert=alert, outcome=outcome, by=SYSTEM, source="api").outcome

    found = together(handle)
    assert sorted(found).count("risk_closed") == AT_ONCE - 1
    assert RiskAlert.objects.get().outcome in found
    assert told("risk.closed") == 1


def test_put_on_the_blacklist_at_once_is_one_entry(lost: Customer) -> None:
    together(lambda: atomic_retry(blacklist.put)(customer=lost, reason="骚扰", by=SYSTEM, source="api").pk)
    assert (BlacklistEntry.objects.count(), told("customer.blacklisted")) == (1, 1)
    together(lambda: atomic_retry(blacklist.lift)(customer=lost, by=SYSTEM, source="api"))
    assert told("customer.blacklist.lifted") == 1


def test_a_notice_is_taken_by_one(lost: Customer) -> None:
    make.notice(lost.follow_user)
    taken = together(lambda: len(sending._take(lost.corp_id, lost.follow_user_id or 0)))
    assert sum(taken) == 1
    assert Notice.objects.exclude(taken_by="").count() == 1


def test_the_database_itself_refuses_a_second_open_warning_of_a_kind_and_subject(lost: Customer) -> None:
    from django.db import IntegrityError

    make.alert(lost, lost.follow_user)
    with pytest.raises(IntegrityError):
        make.alert(lost, lost.follow_user)
    assert connection.vendor
    make.alert(lost, lost.follow_user, closed_at=now(), state="passed")
    make.alert(lost, lost.follow_user, closed_at=now(), state="handled")
    assert RiskAlert.objects.count() == 3
