"""Who has left with customers or group chats that wait, and until when."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now, to_wire
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from groups import leavers
from groups.choices import ChatStatus
from groups.models import GroupChat
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/transfers/leavers"
LEFT = now().replace(microsecond=0) - dt.timedelta(days=10)


def leave(employee: Employee, **fields: Any) -> Employee:
    Employee.objects.filter(pk=employee.pk).update(status=EmployeeStatus.LEFT, left_at=LEFT, **fields)
    return employee


def chat(cast: Cast, owner: Employee, status: int = ChatStatus.OWNER_LEFT) -> None:
    row = make.chat(cast.corp, owner, owner)
    GroupChat.objects.filter(pk=row.pk).update(status=status)


@pytest.fixture
def left(cast: Cast) -> Employee:
    """The owner has left with two customers and a group chat."""
    for _n in range(2):
        make.customer(cast.corp, cast.owner)
    make.customer(cast.corp, cast.colleague)
    chat(cast, cast.owner)
    return leave(cast.owner)


def test_a_leaver_is_listed_with_what_waits_and_until_when(cast: Cast, left: Employee) -> None:
    answer = api.client(cast.corp).get(URL).json()
    assert answer == {
        "list": [
            {
                "employeeId": left.pk,
                "userid": left.userid,
                "name": "王小明",
                "leftAt": to_wire(LEFT),
                "deadline": to_wire(LEFT + dt.timedelta(days=365)),
                "customers": 2,
                "refused": 0,
                "groups": 1,
            }
        ],
        "total": 1,
        "totalExact": True,
        "page": 1,
        "size": 20,
    }


def test_whose_customers_and_groups_are_all_taken_over_is_not_listed(cast: Cast, left: Employee) -> None:
    FollowRelation.objects.filter(employee=left).update(status=RelationStatus.ENDED_BY_TRANSFER)
    assert leavers.leavers(cast.actor("admin")).count() == 1
    GroupChat.objects.update(status=ChatStatus.INHERITED)
    assert leavers.leavers(cast.actor("admin")).count() == 0


def refuse(customer: Customer, cast: Cast) -> None:
    job = make.transfer(customer, Employee.objects.get(pk=cast.owner.pk), cast.colleague)
    job.items.update(state="refused", reason="customer_refused", settled_at=now())


def test_who_refused_waits_no_more_though_the_relation_is_ended_by_the_next_sync(cast: Cast, left: Employee) -> None:
    refuse(Customer.objects.filter(follow_user=left).order_by("pk")[0], cast)
    (row,) = leavers.wired(leavers.leavers(cast.actor("admin")))
    assert (row["customers"], row["refused"]) == (1, 1)
    assert leavers.waiting(cast.actor("admin")) == leavers.Waiting(1, 1, 1)
    # What the sync does later changes no number.
    FollowRelation.objects.filter(customer__transfers__state="refused").update(status=RelationStatus.ENDED_BY_TRANSFER)
    assert leavers.wired(leavers.leavers(cast.actor("admin"))) == [row]


def test_of_whom_nobody_is_left_but_who_refused_is_not_listed(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    leave(cast.owner)
    refuse(customer, cast)
    assert not leavers.leavers(cast.actor("admin")).exists()
    assert leavers.waiting(cast.actor("admin")) == leavers.Waiting(0, 0, 0)


def test_who_refused_before_the_leaving_stayed_and_waits(cast: Cast) -> None:
    refuse(make.customer(cast.corp, cast.owner), cast)
    leave(cast.owner)
    (row,) = leavers.wired(leavers.leavers(cast.actor("admin")))
    assert (row["customers"], row["refused"]) == (1, 0)


def test_who_has_only_group_chats_is_listed_too(cast: Cast) -> None:
    chat(cast, cast.colleague)
    leave(cast.colleague)
    (row,) = leavers.wired(leavers.leavers(cast.actor("admin")))
    assert (row["customers"], row["groups"]) == (0, 1)


def test_a_group_whose_owner_has_left_waits_before_wecoms_mark_of_it_is_read(cast: Cast) -> None:
    chat(cast, cast.colleague, ChatStatus.NORMAL)
    chat(cast, cast.colleague, ChatStatus.INHERITING)
    chat(cast, cast.colleague, ChatStatus.DISMISSED)
    leave(cast.colleague)
    (row,) = leavers.wired(leavers.leavers(cast.actor("admin")))
    assert row["groups"] == 1


def test_who_works_here_is_not_listed(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner)
    assert not leavers.leavers(cast.actor("admin")).exists()


def test_what_waits_is_summed_up(cast: Cast, left: Employee, settings: Any) -> None:
    assert leavers.waiting(cast.actor("admin")) == leavers.Waiting(1, 2, 1)
    assert leavers.waiting(cast.actor("stranger")) == leavers.Waiting(0, 0, 0)
    settings.TOTAL_BOUND = 1
    assert leavers.waiting(cast.actor("admin")) == leavers.Waiting(1, None, 1)


def test_managers_see_their_own_people_and_strangers_nobody(cast: Cast, left: Employee) -> None:
    other = make.employee(cast.corp)
    make.customer(cast.corp, other)
    leave(other)

    def seen(name: str) -> set[int]:
        return set(leavers.leavers(cast.actor(name)).values_list("pk", flat=True))

    assert (seen("admin"), seen("manager"), seen("stranger")) == ({left.pk, other.pk}, {left.pk}, set())
    assert api.client(cast.other_corp).get(URL).json()["list"] == []


def test_the_latest_comes_first_and_pages_are_bounded(cast: Cast, left: Employee) -> None:
    other = make.employee(cast.corp)
    make.customer(cast.corp, other)
    leave(other)
    Employee.objects.filter(pk=other.pk).update(left_at=now())
    client = api.client(cast.corp)
    assert [row["employeeId"] for row in client.get(f"{URL}?size=1").json()["list"]] == [other.pk]
    assert client.get(f"{URL}?size=1&page=2").json()["list"][0]["employeeId"] == left.pk
    for query in ("size=0", "page=x", "nope=1", "cursor="):
        assert client.get(f"{URL}?{query}").status_code == 400


def test_the_list_costs_the_same_however_many_have_left(cast: Cast, left: Employee) -> None:
    client = api.client(cast.corp)

    def statements() -> int:
        client.get(URL)
        with CaptureQueriesContext(connection) as seen:
            client.get(URL)
        return len(seen)

    few = statements()
    for _n in range(5):
        other = make.employee(cast.corp)
        make.customer(cast.corp, other)
        leave(other)
    assert statements() == few <= 5


def test_without_a_time_of_leaving_there_is_no_deadline() -> None:
    assert leavers.deadline(None) is None
