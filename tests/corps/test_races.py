"""Keys, trees and follow-ups changed by two at the same moment, on a database with real row locks."""

import datetime as dt
from functools import partial

import pytest
from django.conf import settings

from core.errors import Conflict, RuleViolation
from core.time import now
from corps import accounts, staffing
from corps.actors import SYSTEM
from corps.models import ApiKey, Department
from customers import lifecycle
from customers.choices import CustomerStatus
from customers.models import Customer
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
ROUNDS = 5


def test_of_many_rotations_at_once_only_the_last_key_lives_on() -> None:
    account = make.account(make.corp())
    accounts.issue_key(account=account, by=SYSTEM)
    hour = dt.timedelta(hours=1)
    assert at_once([partial(accounts.rotate_key, account=account, by=SYSTEM, overlap=hour)] * 6) == []
    ends = list(ApiKey.objects.order_by("id").values_list("expires_at", flat=True))
    assert (len(ends), ends.count(None)) == (7, 1)
    assert all(end <= now() + hour for end in ends if end)


def test_a_key_revoked_by_many_at_once_has_one_moment_of_end() -> None:
    row, _text = accounts.issue_key(account=make.account(make.corp()), by=SYSTEM)
    moments: list[dt.datetime | None] = []

    def revoke() -> None:
        moments.append(accounts.revoke_key(key=ApiKey(pk=row.pk), by=SYSTEM).revoked_at)

    assert at_once([revoke] * 6) == []
    assert set(moments) == {ApiKey.objects.get().revoked_at}


def test_two_moves_that_cross_make_no_cycle() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        one, other = make.department(corp), make.department(corp)
        raised = at_once(
            [
                partial(staffing.move_department, department=one, parent=other, by=SYSTEM),
                partial(staffing.move_department, department=other, parent=one, by=SYSTEM),
            ]
        )
        assert [error.code for error in raised if isinstance(error, RuleViolation)] == ["department_cycle"]
        paths = {d.path for d in Department.objects.filter(pk__in=(one.pk, other.pk))}
        assert paths in (
            {f"/{one.pk}/", f"/{one.pk}/{other.pk}/"},
            {f"/{other.pk}/", f"/{other.pk}/{one.pk}/"},
        )


def test_a_department_made_below_one_that_moves_moves_along_or_comes_after() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        home, team = make.department(corp), make.department(corp)
        raised = at_once(
            [partial(staffing.move_department, department=team, parent=home, by=SYSTEM)]
            + [partial(staffing.create_department, corp=corp, name="x", parent=team, by=SYSTEM)] * 3
        )
        assert raised == []
        for row in Department.objects.filter(parent=team):
            assert row.path == f"/{home.pk}/{team.pk}/{row.pk}/"


def test_a_tree_that_many_rearrange_is_still_a_tree() -> None:
    corp = make.corp()
    rows = [make.department(corp) for _ in range(6)]
    jobs = [
        partial(staffing.move_department, department=rows[n], parent=rows[(n * 5 + k) % 6], by=SYSTEM)
        for n in range(6)
        for k in (1, 2)
    ]
    raised = at_once(jobs)
    assert {getattr(error, "code", error) for error in raised} <= {"department_cycle"}
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    for row in Department.objects.all():
        line, above = [row.pk], parents[row.pk]
        while above:
            assert above not in line
            line.append(above)
            above = parents[above]
        assert row.path == "/" + "".join(f"{pk}/" for pk in reversed(line))


def test_no_follow_up_is_written_to_a_customer_who_is_being_deleted() -> None:
    corp = make.corp()
    for _ in range(ROUNDS):
        customer = make.customer(corp)
        write = partial(writing.write, customer=Customer(pk=customer.pk), content="x", by=SYSTEM, source="api")
        raised = at_once(
            [write, partial(lifecycle.delete, customer=Customer(pk=customer.pk), by=SYSTEM, source="api"), write, write]
        )
        assert all(isinstance(error, Conflict) and error.code == "customer_deleted" for error in raised)
        assert FollowUp.objects.filter(customer=customer).count() == 3 - len(raised)
        names = OutboxEvent.objects.filter(corp_id=corp.pk).order_by("id").values_list("name", flat=True)
        # What was written was written before the end.
        assert list(names)[-1] == "customer.deleted"
        assert Customer.objects.get(pk=customer.pk).status == CustomerStatus.DELETED
