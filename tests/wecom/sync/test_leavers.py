"""Customers of who has left wait for a successor; what became of them is believed slowly."""

import datetime as dt

import pytest

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Department, Employee
from customers.choices import RelationStatus
from customers.models import FollowRelation
from tags.models import Tag
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import furnish
from wecom.models import SyncRun

State = SyncRun.State


@pytest.fixture
def left(box: Sandboxed) -> Sandboxed:
    """zhaoliu has left, with three customers and a group; nobody called."""
    furnish(box)
    box.sync()
    box.company.advance(60)
    box.company.fire("zhaoliu")
    return box


def statuses(userid: str) -> dict[str, int]:
    rows = FollowRelation.objects.filter(employee__userid=userid)
    return dict(rows.values_list("customer__external_userid", "status"))


def the_next_night(box: Sandboxed) -> SyncRun:
    """Another sync of the customers, the one before a day ago."""
    day = dt.timedelta(days=1)
    for run in SyncRun.objects.filter(kind="customers"):
        SyncRun.objects.filter(pk=run.pk).update(started_at=run.started_at - day)
    Employee.objects.filter(left_at__isnull=False).update(left_at=now() - 2 * day)
    return box.sync("customers")[0]


def test_a_leaver_is_found_and_the_customers_wait(left: Sandboxed) -> None:
    house, _tags, customers, _groups = left.sync()
    assert (house.report["ended"], customers.report["ended"]) == (1, 0)
    assert Employee.objects.get(userid="zhaoliu").status == EmployeeStatus.LEFT
    assert statuses("zhaoliu") == dict.fromkeys(["wmWest0", "wmWest1", "wmWest2"], RelationStatus.ACTIVE)
    assert the_next_night(left).report["ended"] == 0


def test_the_list_of_the_waiting_tells_of_a_leaver_and_when(left: Sandboxed) -> None:
    """Without the directory: the customers' own sync finds it out."""
    left.sync("customers")
    row = Employee.objects.get(userid="zhaoliu")
    assert row.status == EmployeeStatus.LEFT
    assert int(row.left_at.timestamp()) == left.company.employees["zhaoliu"].left_at


def test_one_who_was_taken_over_ends_as_transferred(left: Sandboxed) -> None:
    left.sync()
    left.company.start_transfer("zhaoliu", "lina", "wmWest1", resigned=True)
    left.company.finish_transfers()
    # The sandbox's clock stands in March: the successor's createtime is after the leaving there.
    leaving = dt.datetime.fromtimestamp(left.company.employees["zhaoliu"].left_at or 0, dt.UTC)
    Employee.objects.filter(userid="zhaoliu").update(left_at=leaving)
    (run,) = left.sync("customers")
    assert statuses("zhaoliu")["wmWest1"] == RelationStatus.ENDED_BY_TRANSFER
    assert statuses("zhaoliu")["wmWest0"] == RelationStatus.ACTIVE
    assert statuses("lina")["wmWest1"] == RelationStatus.ACTIVE
    assert run.report["ended"] == 1


def test_one_who_refused_is_believed_gone_after_two_nights(left: Sandboxed) -> None:
    left.sync()
    left.company.start_transfer("zhaoliu", "lina", "wmWest1", resigned=True)
    left.company.refuse_transfer("lina", "wmWest1")
    assert the_next_night(left).report["ended"] == 0
    assert the_next_night(left).report["ended"] == 1
    assert statuses("zhaoliu")["wmWest1"] == RelationStatus.ENDED_BY_TRANSFER


def test_one_empty_list_of_the_waiting_ends_nobody(left: Sandboxed) -> None:
    left.sync()
    left.server.faults.set(empty=1.0, only=["externalcontact/get_unassigned_list"])
    assert the_next_night(left).report["ended"] == 0
    left.server.faults.off()
    assert the_next_night(left).report["ended"] == 0
    assert set(statuses("zhaoliu").values()) == {RelationStatus.ACTIVE}


def test_without_the_right_to_that_list_leavers_stay_as_they_are(left: Sandboxed) -> None:
    left.sync()
    left.server.faults.set(errors={"externalcontact/get_unassigned_list": {60011: 1.0}})
    (run,) = left.sync("customers")
    assert (run.state, run.report["failed"], run.report["ended"]) == (State.DONE, 1, 0)


def test_a_leavers_groups_are_read_by_naming_the_leaver(left: Sandboxed) -> None:
    left.sync("house", "tags", "customers")
    (run,) = left.sync("groups")
    assert (run.state, run.report["ended"]) == (State.DONE, 0)


# --- The same caution elsewhere ---


def test_a_department_that_two_readings_lack_goes(left: Sandboxed) -> None:
    left.company.move_employee("wangwu", [2])
    left.company.delete_department(3)
    (run,) = left.sync("house")
    assert run.state == State.DONE
    assert not Department.objects.filter(wecom_id=3).exists()


def test_a_catalogue_that_lacks_living_tags_ends_none(left: Sandboxed) -> None:
    before = set(Tag.objects.filter(deleted_at=None).values_list("wecom_id", flat=True))
    left.company.add_tag_group("另一组", ["X", "Y"])
    left.sync("tags")
    assert len(before) == 2
    left.server.faults.set(short=1.0, only=["externalcontact/get_corp_tag_list"])
    left.sync("tags")
    left.server.faults.off()
    left.sync("tags")
    assert Tag.objects.filter(deleted_at=None).count() == 4


def test_a_catalogue_that_is_empty_for_good_is_emptied(left: Sandboxed) -> None:
    for group in list(left.company.living_groups()):
        left.company.delete_group(group.id)
    (run,) = left.sync("tags")
    assert run.state == State.DONE
    assert not Tag.objects.filter(deleted_at=None).exists()
