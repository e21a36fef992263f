"""Each list is answered by the key that was made for it, on every database."""

import datetime as dt
from typing import Any

import pytest

from core import newest
from core.time import now
from customers.models import Customer
from followups import attaching, diary
from followups.models import (
    Communication,
    FollowUp,
    FollowUpComment,
    FollowUpMention,
    FollowUpVersion,
)
from insights import talks
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_plans import plans


@pytest.fixture
def busy(cast: Cast) -> Customer:
    """Enough rows, of some customers and of two companies, that a key is worth it."""
    customers = [make.customer(cast.corp, who) for who in (cast.owner, cast.colleague, cast.owner)]
    for n in range(40):
        moment = now() - dt.timedelta(hours=n)
        about = {"corp": cast.corp, "customer": customers[n % 3], "actor": "system", "content": "x"}
        row = FollowUp.objects.create(**about, employee=(cast.owner, cast.colleague)[n % 2], happened_at=moment)
        FollowUpComment.objects.create(**about, follow_up=row)
        about.pop("content")
        FollowUpMention.objects.create(**about, follow_up=row, employee=cast.manager)
        make.communication(customers[n % 3], at=moment)
        make.reminder(customers[n % 3], cast.owner, due_at=moment)
    return customers[0]


def keyed(act: Any, table: str, key: str, columns: str) -> None:
    """Whether each statement reads along the key; SQLite calls one of a constraint by its columns."""
    for plan in plans(act, table):
        assert key in plan or columns in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def test_a_customers_history_is_read_along_its_key(busy: Customer) -> None:
    rows = FollowUp.objects.filter(customer=busy).order_by("-happened_at")
    keyed(lambda: list(rows[:20]), "follow_up", "ix_followup_customer", "customer_id=?")


def test_the_companys_is_read_along_its_key_from_any_cursor(busy: Customer) -> None:
    rows = FollowUp.objects.of_corp(busy.corp_id)
    _page, cursor = newest.after(rows, "happened_at", cursor="", size=5)
    for start in ("", cursor):
        keyed(
            lambda start=start: newest.after(rows, "happened_at", cursor=start or "", size=5),
            "follow_up",
            "ix_followup_",
            "corp_id=?",
        )


def test_ones_work_of_some_days_is_read_along_its_key(cast: Cast, busy: Customer) -> None:
    rows = FollowUp.objects.filter(employee=cast.owner, happened_at__gte=now() - dt.timedelta(hours=5))
    for plan in plans(lambda: list(rows.order_by("-happened_at", "-id")[:20]), "follow_up"):
        assert "ix_followup_" in plan or "employee_id" in plan, plan


@pytest.mark.parametrize(
    ("model", "table", "key"),
    [
        (FollowUpComment, "follow_up_comment", "ix_followup_comment"),
        (FollowUpMention, "follow_up_mention", "ix_mention"),
    ],
)
def test_what_belongs_to_a_follow_up_is_found_by_it(busy: Customer, model: Any, table: str, key: str) -> None:
    row = FollowUp.objects.all()[3]
    for plan in plans(lambda: list(model.objects.filter(follow_up=row)), table):
        assert key in plan, plan


def test_ones_mentions_and_the_versions_of_one_are_found_by_their_keys(cast: Cast, busy: Customer) -> None:
    mine = FollowUpMention.objects.filter(employee=cast.manager).order_by("-id")
    for plan in plans(lambda: list(mine[:20]), "follow_up_mention"):
        assert "ix_mention_employee" in plan or "PRIMARY" in plan, plan
    versions = FollowUpVersion.objects.filter(follow_up_id=7).order_by("-number")
    for plan in plans(lambda: list(versions), "follow_up_version"):
        assert "uk_followup_version" in plan or "follow_up_id=?" in plan, plan


def test_talks_are_found_by_customer_and_by_day(busy: Customer) -> None:
    rows = Communication.objects.filter(customer=busy).order_by("-at", "-id")
    for plan in plans(lambda: list(rows[:20]), "communication"):
        assert "ix_communication_" in plan, plan
    for plan in plans(lambda: list(talks.moments([busy.pk])), "communication"):
        assert "ix_communication_" in plan, plan


def test_the_calendar_of_one_reads_their_reminders_alone(cast: Cast, busy: Customer) -> None:
    admin = cast.actor("admin")
    asked = {"day": now().date(), "span": diary.WEEK, "zone": cast.corp.zone}
    for whose in (cast.owner.pk, None):
        for plan in plans(lambda whose=whose: diary.page(admin, **asked, employee_id=whose), "reminder"):
            assert "ix_reminder_" in plan, plan


def test_the_sweep_of_files_reads_those_of_no_follow_up(busy: Customer) -> None:
    row = FollowUp.objects.all()[0]
    for _n in range(5):
        make.attachment(FollowUp.objects.get(pk=row.pk))
    for plan in plans(attaching.sweep, "follow_up_attachment"):
        assert "ix_followup_attachment" in plan or "PRIMARY" in plan, plan
