"""When a reminder is overdue: open, and its time is over."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers.models import Customer
from followups.models import Reminder
from tests import make
from tests.conftest import Cast


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.mark.parametrize(
    ("state", "hours", "overdue"),
    [
        ("open", -1, True),
        ("open", 1, False),
        ("open", None, False),
        ("done", -1, False),
        ("cancelled", -1, False),
    ],
)
def test_a_row_and_the_set_of_rows_say_the_same(
    customer: Customer, state: str, hours: int | None, overdue: bool
) -> None:
    due: Any = None if hours is None else now() + dt.timedelta(hours=hours)
    row = make.reminder(customer, state=state, due_at=due)
    assert row.overdue is overdue
    assert Reminder.objects.overdue(now()).exists() is overdue
