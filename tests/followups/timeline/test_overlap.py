"""An event and a row of the record are one entry, whichever comes first."""

import datetime as dt
from typing import Any

import pytest

from core.time import now, to_wire
from customers.models import Customer
from followups import handlers
from followups.models import TimelineEntry
from followups.timeline import overlap
from followups.timeline.overlap import BESIDE, LATE, Known
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast

LONG_AGO = now() - dt.timedelta(days=3)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def tagged(
    customer: Customer, *tags: int, at: dt.datetime = LONG_AGO, follower: int | None = 7, ident: str = "e"
) -> Any:
    data = {"customerId": customer.pk, "tagIds": list(tags), "followUserId": follower}
    return Incoming(ident, "customer.tag.added", customer.corp_id, data, 0, timestamp=to_wire(at) or "")


def recorded(customer: Customer, *tags: int, at: dt.datetime = LONG_AGO, **fields: Any) -> TimelineEntry:
    """As a row of the record would have told of it."""
    facts = {"tagIds": list(tags), "followUserId": 7}
    given: dict[str, Any] = {"kind": "tag_added", "at": at, "facts": facts, "event_id": f"record:tag_added:{tags[0]}"}
    return make.entry(customer, **given | fields)


def entry(customer: Customer, **fields: Any) -> TimelineEntry:
    """One that is not stored."""
    given: dict[str, Any] = {"kind": "blacklisted", "at": LONG_AGO, "event_id": "new", "facts": {}}
    return TimelineEntry(corp_id=customer.corp_id, customer_id=customer.pk, **given | fields)


def told() -> list[list[int]]:
    return [one.facts["tagIds"] for one in TimelineEntry.objects.order_by("pk")]


class TestALateEvent:
    def test_of_what_the_record_has_told_adds_nothing(self, customer: Customer) -> None:
        recorded(customer, 1, 2)
        handlers.customer_changed(tagged(customer, 1, 2))
        assert told() == [[1, 2]]

    def test_adds_what_the_record_did_not_know(self, customer: Customer) -> None:
        recorded(customer, 1)
        handlers.customer_changed(tagged(customer, 1, 2))
        assert told() == [[1], [2]]

    def test_of_another_follower_is_another_thing(self, customer: Customer) -> None:
        recorded(customer, 1)
        handlers.customer_changed(tagged(customer, 1, follower=8))
        assert told() == [[1], [1]]

    @pytest.mark.parametrize(("apart", "count"), [(BESIDE, 1), (BESIDE + dt.timedelta(seconds=1), 2)])
    def test_is_the_same_thing_only_beside_it_in_time(
        self, customer: Customer, apart: dt.timedelta, count: int
    ) -> None:
        at = LONG_AGO.replace(microsecond=0)
        recorded(customer, 1, at=at)
        handlers.customer_changed(tagged(customer, 1, at=at + apart))
        assert len(told()) == count

    def test_beside_one_that_an_event_told_of_is_another_thing(self, customer: Customer) -> None:
        recorded(customer, 1, event_id="some-event")
        handlers.customer_changed(tagged(customer, 1))
        assert told() == [[1], [1]]

    def test_of_another_customer_is_another_thing(self, cast: Cast, customer: Customer) -> None:
        recorded(make.customer(cast.corp), 1)
        handlers.customer_changed(tagged(customer, 1))
        assert len(told()) == 2

    def test_takes_the_customers_lock_before_it_looks(
        self, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken: list[int] = []
        lock = overlap.find_locked
        monkeypatch.setattr(
            overlap, "find_locked", lambda model, **where: taken.append(where["id"]) or lock(model, **where)
        )
        handlers.customer_changed(tagged(customer, 1))
        assert taken == [customer.pk]


def test_an_event_of_the_last_hour_is_not_looked_for(customer: Customer, django_assert_num_queries: Any) -> None:
    soon = now() - LATE + dt.timedelta(minutes=1)
    # The customer, whether an SOP is to be stopped, and the entry.
    with django_assert_num_queries(3):
        handlers.customer_changed(tagged(customer, 1, at=soon))


def test_an_event_with_a_name_is_not_looked_for_however_late(
    customer: Customer, django_assert_num_queries: Any
) -> None:
    data = {"customerId": customer.pk, "followUpId": 5, "employeeId": None, "happenedAt": to_wire(LONG_AGO)}
    event = Incoming("e", "customer.followup.created", customer.corp_id, data, 0, timestamp=to_wire(LONG_AGO) or "")
    with django_assert_num_queries(2):
        handlers.customer_changed(event)
    assert TimelineEntry.objects.get().event_id == f"follow_up:{customer.pk}:5"


def test_a_named_thing_that_was_made_from_the_record_stays_as_it_is(customer: Customer) -> None:
    made = make.entry(customer, kind="follow_up", event_id=f"follow_up:{customer.pk}:5", facts={"followUpId": 5})
    data = {"customerId": customer.pk, "followUpId": 5, "employeeId": None, "happenedAt": to_wire(now())}
    handlers.customer_changed(Incoming("e", "customer.followup.created", customer.corp_id, data, 0))
    assert TimelineEntry.objects.get() == made


class TestKnown:
    def test_knows_by_the_name(self, customer: Customer) -> None:
        row = make.entry(customer, kind="risk_opened", event_id=f"risk_opened:{customer.pk}:3", facts={"riskId": 3})
        assert Known([row]).untold(entry(customer, kind="risk_opened", facts={"riskId": 3})) is None

    def test_knows_by_the_facts_what_an_older_event_called_by_its_id(self, customer: Customer) -> None:
        row = make.entry(customer, kind="follow_up", event_id="some-uuid", facts={"followUpId": 3})
        fresh = entry(customer, kind="follow_up", event_id=f"follow_up:{customer.pk}:3", facts={"followUpId": 3})
        assert Known([row]).untold(fresh) is None

    def test_knows_another_name_for_another_thing(self, customer: Customer) -> None:
        row = make.entry(customer, kind="follow_up", event_id="some-uuid", facts={"followUpId": 3}, at=LONG_AGO)
        fresh = entry(customer, kind="follow_up", event_id=f"follow_up:{customer.pk}:4", facts={"followUpId": 4})
        assert Known([row]).untold(fresh) is fresh

    def test_of_a_list_it_leaves_what_is_not_told(self, customer: Customer) -> None:
        rows = [recorded(customer, 1), recorded(customer, 2)]
        fresh = Known(rows).untold(entry(customer, kind="tag_added", facts={"tagIds": [1, 2, 3], "followUserId": 7}))
        assert fresh
        assert fresh.facts["tagIds"] == [3]

    def test_nobody_is_no_follower_of_anybody(self, customer: Customer) -> None:
        known = Known([recorded(customer, 1)])
        assert known.untold(entry(customer, kind="tag_added", facts={"tagIds": [1]}))

    def test_a_step_of_an_sop_is_the_same_at_any_time(self, customer: Customer) -> None:
        facts = {"enrolmentId": 4, "step": 2}
        row = make.entry(customer, kind="sop_step_due", event_id="op-1", facts=facts | {"reminderId": 9})
        known = Known([row])
        assert known.untold(entry(customer, kind="sop_step_due", facts=facts)) is None
        assert known.untold(entry(customer, kind="sop_step_due", facts=facts | {"step": 3}))

    def test_an_end_that_was_told_of_at_another_time_is_found_between(self, cast: Cast, customer: Customer) -> None:
        row = make.entry(customer, cast.owner, kind="unfollowed", at=LONG_AGO)
        known, day = Known([row]), dt.timedelta(days=1)
        fresh = entry(customer, kind="unfollowed", employee_id=cast.owner.pk, at=LONG_AGO - day / 2)
        assert known.told_between(fresh, LONG_AGO - day, LONG_AGO + day)
        assert not known.told_between(fresh, LONG_AGO + day, LONG_AGO + 2 * day)
        fresh.employee_id = cast.colleague.pk
        assert not known.told_between(fresh, LONG_AGO - day, LONG_AGO + day)
