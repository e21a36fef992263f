"""What is known of a relation as of a moment, and that nothing later is."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import CustomerTag
from followups.models import Communication, FollowUp
from groups.models import GroupMember
from insights.churn import facts
from insights.churn.known import Facts
from tests import make
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene


def written(scene: Scene, at: float, who: str = "wmA", employee: Any = "owner", noted: float | None = None) -> None:
    """A follow-up that happened, and was written down, on that day."""
    whose = scene.cast.owner if employee == "owner" else employee
    row = FollowUp.objects.create(
        corp=scene.cast.corp, customer=readings.the(who), employee=whose, content="电话", happened_at=day(at)
    )
    FollowUp.objects.filter(pk=row.pk).update(create_time=day(at if noted is None else noted))


def said(scene: Scene, at: float, employee: str | None = "owner", noted: float | None = None) -> None:
    """A message of that day, which became known on that day or on another one."""
    whose = getattr(scene.cast, employee) if employee else None
    row = make.communication(readings.the("wmA"), whose, kind="message", at=day(at))
    Communication.objects.filter(pk=row.pk).update(create_time=day(at if noted is None else noted))


def known(scene: Scene, at: float, who: str = "wmA", employee: Any = None, **options: Any) -> Facts | None:
    customer = readings.the(who).pk
    found = facts.of_customers(scene.cast.corp.pk, [customer], day(at), **{"tags": False} | options)
    return found.get((customer, (employee or scene.cast.owner).pk))


def sure(scene: Scene, at: float, **options: Any) -> Facts:
    found = known(scene, at, **options)
    assert found is not None
    return found


class TestStays:
    def test_days_count_from_the_beginning_in_whole_ones(self, scene: Scene) -> None:
        scene.begin(1)
        assert known(scene, 1) == Facts(kept=0, silent=0)
        assert known(scene, 10.9) == Facts(kept=9, silent=9)

    def test_there_is_nothing_before_it_began_or_after_it_ended(self, scene: Scene) -> None:
        scene.begin(5)
        scene.end(20)
        assert known(scene, 4.9) is None
        assert known(scene, 19.9) is not None
        assert known(scene, 20) is None

    def test_a_stay_that_was_begun_anew_counts_from_there(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(10)
        scene.begin(20)
        assert known(scene, 25) == Facts(kept=5, silent=5, left_before=1)

    def test_earlier_stays_count_with_anybody_if_the_customer_ended_them(self, scene: Scene) -> None:
        scene.begin(1, employee=scene.cast.colleague)
        scene.end(3, employee=scene.cast.colleague)
        scene.begin(4)
        scene.end(6, how="employee")
        scene.begin(8)
        assert sure(scene, 9).left_before == 1
        assert sure(scene, 9).colleagues == 0

    def test_a_colleague_counts_while_the_customer_is_their_friend(self, scene: Scene) -> None:
        scene.begin(1)
        scene.begin(2, employee=scene.cast.colleague)
        scene.end(9, employee=scene.cast.colleague)
        assert [sure(scene, at).colleagues for at in (1.5, 5, 9)] == [0, 1, 0]
        assert sure(scene, 5, employee=scene.cast.colleague).colleagues == 1

    def test_deleted_customers_have_none_from_then_on(self, scene: Scene) -> None:
        scene.begin(1)
        lifecycle.delete(customer=readings.the("wmA"), by=SYSTEM, source="api")
        assert known(scene, 10) is not None
        assert (
            facts.of_customers(scene.cast.corp.pk, [readings.the("wmA").pk], now() + dt.timedelta(days=1), tags=False)
            == {}
        )


class TestTalk:
    def test_the_last_contact_ends_the_silence(self, scene: Scene) -> None:
        scene.begin(0)
        written(scene, 12)
        written(scene, 7)
        assert (sure(scene, 20).silent, sure(scene, 20).kept) == (8, 20)

    def test_the_month_and_the_two_before_are_counted_apart(self, scene: Scene) -> None:
        scene.begin(0)
        for at in (5, 11, 60, 69.9, 70, 70.1, 99, 100):
            written(scene, at)
        # 90 days back is the 10th, 30 days back the 70th.
        found = sure(scene, 100)
        assert (found.recent, found.earlier) == (3, 4)

    def test_another_employees_work_is_theirs_and_nobodys_is_everybodys(self, scene: Scene) -> None:
        scene.begin(0)
        scene.begin(0, employee=scene.cast.colleague)
        written(scene, 5, employee=scene.cast.colleague)
        written(scene, 3, employee=None)
        mine, theirs = sure(scene, 10), sure(scene, 10, employee=scene.cast.colleague)
        assert (mine.recent, mine.silent) == (1, 7)
        assert (theirs.recent, theirs.silent) == (2, 5)

    def test_what_was_written_down_later_was_not_known(self, scene: Scene) -> None:
        scene.begin(0)
        written(scene, 5, noted=15)
        assert sure(scene, 10).recent == 0
        assert sure(scene, 15).recent == 1

    def test_a_day_of_messages_is_one_contact_and_ends_the_silence(self, scene: Scene) -> None:
        scene.begin(0)
        written(scene, 80)
        for at, employee in ((60, "owner"), (95, "owner"), (95.1, "owner"), (96, None), (97, "colleague")):
            said(scene, at, employee=employee)
        found = sure(scene, 100)
        assert (found.recent, found.earlier, found.silent) == (3, 1, 4)

    def test_messages_that_became_known_later_were_not_known(self, scene: Scene) -> None:
        scene.begin(0)
        said(scene, 5, noted=15)
        assert (sure(scene, 10).recent, sure(scene, 10).silent) == (0, 10)
        assert (sure(scene, 15).recent, sure(scene, 15).silent) == (1, 10)

    def test_another_customers_follow_ups_are_not_counted(self, scene: Scene) -> None:
        scene.begin(0)
        scene.begin(0, "wmB")
        written(scene, 5, "wmB")
        assert sure(scene, 10).recent == 0


class TestGroups:
    def test_who_is_in_a_chat_and_since_when(self, scene: Scene) -> None:
        scene.begin(0)
        scene.in_chat("wrA", ("wmA", 5))
        scene.in_chat("wrB", ("wmA", 8))
        assert (sure(scene, 4).groups, sure(scene, 6).groups, sure(scene, 20).groups) == (0, 1, 2)
        # Joining one is a sign of life.
        assert sure(scene, 20).silent == 12

    def test_leaving_is_counted_for_90_days(self, scene: Scene) -> None:
        scene.begin(0)
        scene.in_chat("wrA", ("wmA", 5))
        scene.left_chat("wrA", "wmA", 10)
        found = [sure(scene, at) for at in (9.9, 10, 99, 100)]
        assert [(one.groups, one.groups_left) for one in found] == [(1, 0), (0, 1), (0, 1), (0, 0)]

    def test_to_be_removed_is_not_to_leave(self, scene: Scene) -> None:
        scene.begin(0)
        scene.in_chat("wrA", ("wmA", 5))
        GroupMember.objects.filter(customer__isnull=False).update(left_at=day(10), quit_scene=1)
        assert (sure(scene, 20).groups, sure(scene, 20).groups_left) == (0, 0)


class TestTags:
    def test_those_of_the_employee_and_of_nobody_count(self, scene: Scene) -> None:
        scene.begin(0)
        tags, customer = [make.tag(make.group(scene.cast.corp)) for _n in range(3)], readings.the("wmA")
        for tag, follower in zip(tags, (scene.cast.owner, None, scene.cast.colleague), strict=True):
            CustomerTag.objects.create(corp=scene.cast.corp, customer=customer, tag=tag, follower=follower)
        assert sure(scene, 5, tags=True).tags == 2
        type(tags[0]).objects.filter(pk=tags[0].pk).update(deleted_at=day(2))
        assert sure(scene, 5, tags=True).tags == 1

    def test_none_and_not_known_are_two_things(self, scene: Scene) -> None:
        scene.begin(0)
        assert (sure(scene, 5, tags=True).tags, sure(scene, 5, tags=False).tags) == (0, None)


class TestNoLeak:
    """Whatever happens later, a past moment looks the same."""

    @pytest.mark.parametrize("at", [10, 30, 50])
    def test_rows_of_later_change_nothing(self, scene: Scene, at: float) -> None:
        scene.begin(0)
        scene.begin(4, employee=scene.cast.colleague)
        written(scene, 6)
        scene.in_chat("wrA", ("wmA", 7))
        before = sure(scene, at)
        written(scene, at + 1)
        written(scene, at - 1, noted=at + 2)
        said(scene, at + 1)
        said(scene, at - 1, noted=at + 2)
        scene.in_chat("wrB", ("wmA", at + 1))
        scene.left_chat("wrA", "wmA", at + 2)
        scene.end(at + 3, employee=scene.cast.colleague)
        scene.end(at + 4)
        scene.begin(at + 6)
        CustomerTag.objects.create(
            corp=scene.cast.corp, customer=readings.the("wmA"), tag=make.tag(make.group(scene.cast.corp))
        )
        lifecycle.delete(customer=readings.the("wmA"), by=SYSTEM, source="api")
        assert sure(scene, at) == before
        # And they do show later.
        assert known(scene, at + 6.5) != before


class TestPages:
    def test_customers_come_in_the_order_of_their_ids(self, scene: Scene) -> None:
        for n in range(5):
            scene.begin(0, f"wm{n}")
        ids = sorted(readings.the(f"wm{n}").pk for n in range(5))
        corp = scene.cast.corp.pk
        assert facts.page(corp, after=0, size=2) == ids[:2]
        assert facts.page(corp, after=ids[1], size=9) == ids[2:]
        assert facts.page(corp, after=ids[-1], size=9) == []
        assert facts.page(scene.cast.other_corp.pk, after=0, size=9) == []

    def test_many_cost_as_much_as_one(self, scene: Scene, django_assert_num_queries: Any) -> None:
        for n in range(6):
            scene.begin(0, f"wm{n}")
            written(scene, 1, f"wm{n}")
        ids = facts.page(scene.cast.corp.pk, after=0, size=9)
        with django_assert_num_queries(5):
            found = facts.of_customers(scene.cast.corp.pk, ids, day(3), tags=True)
        assert [one.recent for one in found.values()] == [1] * 6
        with django_assert_num_queries(4):
            facts.of_customers(scene.cast.corp.pk, ids, day(3), tags=False)

    def test_nobody_is_no_facts(self, db: None) -> None:
        assert facts.of_customers(1, [], day(0), tags=True) == {}
