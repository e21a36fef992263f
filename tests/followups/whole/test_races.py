"""Rivals over one follow-up, on a database that has real row locks: nothing is lost, doubled or left half."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.errors import Conflict, PreconditionFailed
from core.retry import atomic_retry
from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import attaching, communications, importing, revising, templates, writing
from followups.communications.facts import Told
from followups.models import (
    Communication,
    FollowUp,
    FollowUpAttachment,
    FollowUpTemplate,
    FollowUpVersion,
    Reminder,
)
from messaging.models import OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}


@pytest.fixture
def customer(db: None) -> Customer:
    corp = make.corp()
    return make.customer(corp, make.employee(corp), external_userid="wmA")


def editing(row: FollowUp, text: str, **more: Any) -> Callable[[], object]:
    return lambda: atomic_retry(revising.edit)(follow_up=FollowUp.objects.get(pk=row.pk), content=text, **AS, **more)


def test_each_of_many_changes_keeps_the_words_before_it(customer: Customer) -> None:
    row = make.follow_up(customer, content="零")
    assert at_once([editing(row, str(n)) for n in range(8)]) == []
    kept = list(FollowUpVersion.objects.order_by("number").values_list("number", "content"))
    assert [number for number, _words in kept] == list(range(1, 9))
    stored = FollowUp.objects.get()
    assert stored.version == 9
    assert {words for _number, words in kept} | {stored.content} == {"零", *map(str, range(8))}


def test_of_those_who_saw_one_version_one_changes_it(customer: Customer) -> None:
    row = make.follow_up(customer)
    raised = at_once([editing(row, str(n), if_version=1) for n in range(6)])
    assert [type(error) for error in raised] == [PreconditionFailed] * 5
    assert (FollowUp.objects.get().version, FollowUpVersion.objects.count()) == (2, 1)


def test_a_change_and_a_deletion_leave_it_changed_and_deleted_or_deleted(customer: Customer) -> None:
    for n in range(4):
        row = make.follow_up(customer, next_at=now() + dt.timedelta(days=1))

        def gone(row: FollowUp = row) -> None:
            atomic_retry(revising.delete)(follow_up=FollowUp.objects.get(pk=row.pk), **AS)

        raised = at_once([editing(row, str(n)), gone])
        assert all(isinstance(error, FollowUp.DoesNotExist) for error in raised)
        assert not FollowUp.objects.filter(pk=row.pk).exists()
        assert FollowUpVersion.objects.filter(follow_up_id=row.pk, revision="deleted").count() == 1
        assert not Reminder.objects.open().exists()


def test_two_who_write_at_once_leave_one_plan_of_the_last(customer: Customer) -> None:
    def wrote(day: int) -> Callable[[], object]:
        return lambda: atomic_retry(writing.write)(
            customer=Customer.objects.get(), content="x", next_at=now() + dt.timedelta(days=day), **AS
        )

    assert at_once([wrote(day) for day in range(1, 6)]) == []
    # One that began before another, and was written after it, has done nothing of its plan.
    assert FollowUp.objects.count() == 5
    assert Reminder.objects.count() == 5
    assert Reminder.objects.open().count() >= 1


def test_nothing_is_changed_of_a_customer_who_has_been_deleted(customer: Customer) -> None:
    row = make.follow_up(customer)

    def deleted() -> None:
        atomic_retry(lifecycle.delete)(customer=Customer.objects.get(), **AS)

    raised = at_once([deleted, editing(row, "一"), editing(row, "二")])
    assert all(isinstance(error, Conflict) for error in raised)
    names = list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))
    assert "customer.followup.updated" not in names[names.index("customer.deleted") :]


def test_no_more_files_than_it_may_have(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST", 3)
    row = make.follow_up(customer)
    raised = at_once([lambda: make.attachment(FollowUp.objects.get(pk=row.pk)) for _n in range(6)])
    assert FollowUpAttachment.objects.filter(follow_up=row).count() == 3
    assert {getattr(error, "code", error) for error in raised} == {"too_many_files"}
    FollowUpAttachment.objects.update(create_time=now() - dt.timedelta(hours=2))
    attaching.sweep()
    assert FollowUpAttachment.objects.count() == 3


def test_calls_that_two_tell_of_at_once_are_kept_once(customer: Customer) -> None:
    talks = [
        Told(external_id=f"c-{n}", kind="call", direction="in", at=now(), external_userid="wmA") for n in range(30)
    ]

    def told(some: list[Told]) -> Callable[[], object]:
        return lambda: atomic_retry(communications.record)(corp_id=customer.corp_id, talks=some, **AS)

    assert at_once([told(talks[:20]), told(talks[10:]), told(talks[::-1])]) == []
    assert Communication.objects.count() == 30
    assert OutboxEvent.objects.filter(name="customer.communication.recorded").count() == 30


def test_a_file_that_two_bring_in_at_once_is_there_once(customer: Customer) -> None:
    lines = [f"wmA,2026-03-01 09:{n:02},第{n}次" for n in range(30)]
    data = "\n".join(["externalUserid,happenedAt,content", *lines]).encode()
    raised = at_once([lambda: importing.bring_in(corp_id=customer.corp_id, data=data, by=SYSTEM) for _n in range(3)])
    # Whoever was late is told so, or found them.
    assert all(getattr(error, "code", "") == "import_twice" or "Deadlock" in str(error) for error in raised)
    assert FollowUp.objects.count() == 30
    assert OutboxEvent.objects.filter(name="customer.followup.created").count() == 30


def test_a_name_among_templates_is_had_by_one(customer: Customer) -> None:
    given = {"corp_id": customer.corp_id, "name": "首次电话", "content": "x"}
    raised = at_once([lambda: atomic_retry(templates.create_template)(**given, **AS) for _n in range(4)])
    assert [getattr(error, "code", error) for error in raised] == ["template_exists"] * 3
    assert FollowUpTemplate.objects.count() == 1
