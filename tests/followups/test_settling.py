"""Many reminders are settled each for itself, with a result for each."""

from typing import Any

import pytest

from core.errors import Forbidden, NotFound
from customers import collaborating
from customers.models import Customer
from followups import reminding, settling
from followups.models import Reminder
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

SETTLED = ("reminder.done", "reminder.cancelled")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def rows(cast: Cast, customer: Customer) -> list[Reminder]:
    return [make.reminder(customer, cast.owner) for _n in range(3)]


def settled(cast: Cast, ids: list[int], act: Any = reminding.done, who: str = "owner") -> list[dict[str, Any]]:
    return settling.settle_each(reminder_ids=ids, act=act, by=cast.actor(who), source="operator")


def states() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("state", flat=True))


def told() -> list[str]:
    return list(OutboxEvent.objects.filter(name__in=SETTLED).order_by("pk").values_list("name", flat=True))


def test_each_is_settled_and_told_of(cast: Cast, rows: list[Reminder]) -> None:
    found = settled(cast, [row.pk for row in rows])
    assert found == [{"reminderId": row.pk, "status": "changed"} for row in rows]
    assert states() == ["done"] * 3
    assert told() == ["reminder.done"] * 3
    row = Reminder.objects.first()
    assert row
    assert (row.settled_by, row.version) == (cast.actor("owner").label, 2)
    assert row.settled_at


def test_a_second_time_changes_nothing(cast: Cast, rows: list[Reminder]) -> None:
    ids = [row.pk for row in rows[:2]]
    settled(cast, ids)
    assert [one["status"] for one in settled(cast, ids)] == ["unchanged"] * 2
    assert told() == ["reminder.done"] * 2


def test_one_that_was_called_off_spoils_no_other(cast: Cast, rows: list[Reminder]) -> None:
    settled(cast, [rows[1].pk], reminding.cancel)
    found = settled(cast, [row.pk for row in rows])
    assert [one["status"] for one in found] == ["changed", "failed", "changed"]
    assert found[1]["code"] == "reminder_settled"
    assert states() == ["done", "cancelled", "done"]


def test_calling_off_is_told_by_its_own_event(cast: Cast, rows: list[Reminder]) -> None:
    settled(cast, [rows[0].pk], reminding.cancel)
    assert states() == ["cancelled", "open", "open"]
    assert told() == ["reminder.cancelled"]


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_of_others_customers_there_is_none(cast: Cast, rows: list[Reminder], who: str) -> None:
    found = settled(cast, [row.pk for row in rows], who=who)
    assert [one["code"] for one in found] == ["not_found"] * 3
    assert states() == ["open"] * 3
    assert told() == []


def test_the_manager_settles_what_their_people_have_to_do(cast: Cast, rows: list[Reminder]) -> None:
    assert [one["status"] for one in settled(cast, [rows[0].pk], who="manager")] == ["changed"]


def test_who_may_only_read_the_customer_settles_none(cast: Cast, customer: Customer, rows: list[Reminder]) -> None:
    by: dict[str, Any] = {"by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, employee_ids=[cast.colleague.pk], **by)
    (found,) = settled(cast, [rows[0].pk], who="colleague")
    assert found["code"] == "collaborator_reads"
    assert states() == ["open"] * 3


def test_one_alone_is_refused_aloud(cast: Cast, customer: Customer, rows: list[Reminder]) -> None:
    given: dict[str, Any] = {"reminder_id": rows[0].pk, "act": reminding.done, "source": "operator"}
    with pytest.raises(NotFound):
        settling.settle(by=cast.actor("colleague"), **given)
    with pytest.raises(NotFound):
        settling.settle(by=cast.actor("owner"), **given | {"reminder_id": 2**70})
    by: dict[str, Any] = {"by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, employee_ids=[cast.colleague.pk], **by)
    with pytest.raises(Forbidden):
        settling.settle(by=cast.actor("colleague"), **given)
    assert settling.settle(by=cast.actor("owner"), **given) is True
    assert settling.settle(by=cast.actor("owner"), **given) is False
