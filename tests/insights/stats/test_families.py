"""What the other figures count, each by a small story: work, tags, stages, transfers, warnings, groups, talk."""

import datetime as dt
from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import talk_figures
from customers.models import StageChange, TransferItem
from customers.talk_figures import Figures
from followups import writing
from groups import mirroring
from groups.models import GroupChat
from insights.stats import computing
from insights.stats.terms import Dim, Metric, Span
from tests import make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats import model
from tests.insights.stats.world import World, day

YESTERDAY, TODAY = day(4), day(5)


def counted(world: World, *metrics: Metric, span: Span = Span.DAY, on: dt.date = YESTERDAY) -> dict[Any, Any]:
    """(dim, metric, ident, detail) → the two numbers of a span, after it was counted."""
    world.at(TODAY)
    computing.compute_day(corp=world.corp, day=on, today=TODAY)
    first = on if span == Span.DAY else (on - on.weekday() * model.DAY if span == Span.WEEK else on.replace(day=1))
    rows = model.stored(world.corp, metrics)
    return {key[2:]: pair for key, pair in rows.items() if key[:2] == (span, first)}


def everywhere(world: World, metric: Metric, employee: Any, pair: tuple[int, int]) -> dict[Any, Any]:
    """One number of an employee of the sales department, in each of the places that it counts for."""
    root = world.cast.department.parent_id
    idents = [(Dim.CORP, 0), (Dim.EMPLOYEE, employee.pk), (Dim.DEPARTMENT, world.cast.department.pk)]
    return {(dim, metric, ident, 0): pair for dim, ident in [*idents, (Dim.DEPARTMENT, root)]}


class TestWork:
    def wrote(self, world: World, at: float, who: str = "wmA", employee: Any = None) -> None:
        whose = (employee or world.cast.owner).pk
        how: Any = {"by": SYSTEM, "source": "api", "employee_id": whose, "happened_at": moment(at)}
        writing.write(customer=the(who), content="电话", **how)

    def test_follow_ups_count_on_the_day_of_which_they_tell_and_their_customers_once(self, world: World) -> None:
        world.begin(0)
        world.begin(0, "wmB")
        for at, who in ((4.1, "wmA"), (4.2, "wmA"), (4.2, "wmB"), (3.1, "wmA"), (4.3, "wmB")):
            self.wrote(world, at, who)
        found = counted(world, Metric.FOLLOWUPS)
        assert found == everywhere(world, Metric.FOLLOWUPS, world.cast.owner, (4, 2))

    def test_a_customer_of_two_days_is_one_of_the_week(self, world: World) -> None:
        world.begin(0)
        for at in (2.1, 3.1, 4.1):
            self.wrote(world, at)
        found = counted(world, Metric.FOLLOWUPS, span=Span.WEEK)
        assert found[Dim.CORP, Metric.FOLLOWUPS, 0, 0] == (3, 1)

    def test_warnings_count_when_they_open_and_when_they_are_over(self, world: World) -> None:
        world.begin(0)
        make.alert(the("wmA"), world.cast.owner, opened_at=moment(4.1))
        make.alert(
            the("wmA"), world.cast.owner, subject="s", opened_at=moment(2), closed_at=moment(4.2), state="passed"
        )
        opened, closed = (counted(world, metric) for metric in (Metric.WARNINGS_OPENED, Metric.WARNINGS_CLOSED))
        assert opened == everywhere(world, Metric.WARNINGS_OPENED, world.cast.owner, (1, 1))
        assert closed == everywhere(world, Metric.WARNINGS_CLOSED, world.cast.owner, (1, 1))

    def test_transfers_count_when_they_are_sent_and_when_they_are_settled(self, world: World) -> None:
        world.begin(0)
        job = make.transfer(the("wmA"), world.cast.owner, world.cast.colleague)
        item = TransferItem.objects.get(job=job)
        TransferItem.objects.filter(pk=item.pk).update(state="done", sent_at=moment(4), settled_at=moment(4.3))
        for n, state in enumerate(("refused", "failed", "full", "no_record", "waiting", "cancelled")):
            world.begin(0, f"wm{n}")
            made = {"job": job, "customer": the(f"wm{n}"), "handover": world.cast.owner, "state": state}
            TransferItem.objects.create(corp=world.corp, settled_at=moment(4.1), **made)
        found = counted(world, Metric.TRANSFERS_ASKED, Metric.TRANSFERS_DONE, Metric.TRANSFERS_REFUSED)
        numbers = {Metric.TRANSFERS_ASKED: 1, Metric.TRANSFERS_DONE: 1, Metric.TRANSFERS_REFUSED: 4}
        for metric, n in numbers.items():
            mine = {key: pair for key, pair in found.items() if key[1] == metric}
            assert mine == everywhere(world, metric, world.cast.owner, (n, n))


class TestTags:
    def test_acts_are_counted_from_the_timeline_which_remembers_tags_taken_away(self, world: World) -> None:
        world.begin(0)
        for kind, at in (
            ("tag_added", 4.1),
            ("tag_added", 4.2),
            ("tag_removed", 4.3),
            ("tag_added", 2),
            ("created", 4),
        ):
            make.entry(the("wmA"), world.cast.owner, kind=kind, at=moment(at))
        found = counted(world, Metric.TAGS_PUT, Metric.TAGS_TAKEN)
        put = everywhere(world, Metric.TAGS_PUT, world.cast.owner, (2, 1))
        assert found == put | everywhere(world, Metric.TAGS_TAKEN, world.cast.owner, (1, 1))

    def test_who_has_a_tag_is_counted_of_yesterday_and_never_again(self, world: World) -> None:
        world.begin(0)
        customer, tag = the("wmA"), make.tag(make.group(world.corp))
        make.tag_row(customer, tag, world.cast.owner)
        make.tag_row(customer, tag, world.cast.colleague)
        key = (Dim.CORP, Metric.TAGGED, 0, tag.pk)
        assert counted(world, Metric.TAGGED) == {key: (2, 1)}
        customer.tag_rows.all().delete()
        assert counted(world, Metric.TAGGED, on=day(3)) == {}
        world.at(day(6))
        computing.compute_day(corp=world.corp, day=YESTERDAY, today=day(6))
        assert model.stored(world.corp, [Metric.TAGGED]) == {(Span.DAY, YESTERDAY, *key): (2, 1)}


class TestStages:
    def step(self, world: World, at: float, stage: Any, who: str = "wmA") -> None:
        given = {"customer": the(who), "to_stage": stage, "at": moment(at), "actor": "system", "source": "system"}
        StageChange.objects.create(corp=world.corp, **given)

    def test_a_step_counts_for_the_company_once_and_for_whoever_had_the_customer_then(self, world: World) -> None:
        stage = make.stage(world.corp)
        world.begin(0)
        world.begin(1, employee=world.cast.colleague)
        world.begin(4.9, employee=world.loner)
        world.end(3, employee=world.cast.colleague)
        world.begin(1, employee=world.both)
        for at in (4.1, 4.2):
            self.step(world, at, stage)
        found = counted(world, Metric.STAGE_ENTERED)
        metric, sales = Metric.STAGE_ENTERED, world.cast.department.pk
        assert found == {
            (Dim.CORP, metric, 0, stage.pk): (2, 1),
            (Dim.EMPLOYEE, metric, world.cast.owner.pk, stage.pk): (2, 1),
            (Dim.EMPLOYEE, metric, world.both.pk, stage.pk): (2, 1),
            (Dim.DEPARTMENT, metric, sales, stage.pk): (4, 1),
            (Dim.DEPARTMENT, metric, world.support.pk, stage.pk): (2, 1),
            (Dim.DEPARTMENT, metric, world.cast.department.parent_id, stage.pk): (4, 1),
        }

    def test_who_is_in_a_stage_is_counted_of_yesterday_without_the_deleted(self, world: World) -> None:
        stage = make.stage(world.corp)
        for name in ("wmA", "wmB", "wmC"):
            world.begin(0, name)
            make.staged(the(name), stage)
        make.staged(the("wmC"), None)
        assert counted(world, Metric.IN_STAGE) == {(Dim.CORP, Metric.IN_STAGE, 0, stage.pk): (2, 2)}


class TestGroups:
    def test_external_contacts_join_and_leave_and_colleagues_are_not_counted(self, world: World) -> None:
        owner = world.cast.owner
        chat = make.chat(world.corp, owner, world.cast.colleague, "wmX", "wmY", opened_at=moment(4))
        other = make.chat(world.corp, owner, "wmX", opened_at=moment(2))
        gone: Any = {"corp_id": world.corp.pk, "quit_scene": 0, "by": SYSTEM, "source": "callback"}
        mirroring.apply_departures(chat_id=chat.chat_id, userids=["wmY"], at=moment(4.3), **gone)
        found = counted(world, Metric.GROUPS_NEW, Metric.GROUP_JOINS, Metric.GROUP_LEAVES, Metric.GROUP_MEMBERS)
        numbers = [(Metric.GROUPS_NEW, (1, 0)), (Metric.GROUP_JOINS, (2, 2)), (Metric.GROUP_LEAVES, (1, 1))]
        expected = [everywhere(world, metric, owner, pair) for metric, pair in numbers]
        # Somebody in two groups is two stays and one person.
        assert found == {
            key: pair
            for some in [*expected, everywhere(world, Metric.GROUP_MEMBERS, owner, (2, 1))]
            for key, pair in some.items()
        }
        assert other.owner == owner

    def test_a_dismissed_group_and_one_without_an_owner(self, world: World) -> None:
        chat = make.chat(world.corp, world.cast.owner, opened_at=moment(1))
        make.chat(world.corp, None, opened_at=moment(1))
        GroupChat.objects.filter(pk=chat.pk).update(dismissed_at=moment(4.1))
        assert counted(world, Metric.GROUPS) == {(Dim.CORP, Metric.GROUPS, 0, 0): (1, 0)}
        before = counted(world, Metric.GROUPS, on=day(3))
        assert before[Dim.EMPLOYEE, Metric.GROUPS, world.cast.owner.pk, 0] == (1, 0)
        assert before[Dim.CORP, Metric.GROUPS, 0, 0] == (2, 0)


class TestTalk:
    def talked(self, world: World, employee: Any, on: dt.date, figures: Figures) -> None:
        told = {on: figures}
        talk_figures.store(corp_id=world.corp.pk, employee_id=employee.pk, days=told, today=TODAY)

    def test_sums_add_up_and_means_carry_of_how_many_they_are(self, world: World) -> None:
        self.talked(world, world.cast.owner, YESTERDAY, Figures(12, 80, 66.67, 0, 1, 6, 5))
        self.talked(world, world.cast.colleague, YESTERDAY, Figures(3, 20, 100.0, 9, 0, 0, 0))
        self.talked(world, world.both, YESTERDAY, Figures())
        metrics = [metric for metric in Metric if metric >= Metric.TALK_CHATS]
        found = counted(world, *metrics)
        company = {metric: pair for (dim, metric, *_rest), pair in found.items() if dim == Dim.CORP}
        assert company == {
            Metric.TALK_CHATS: (15, 2),
            Metric.TALK_MESSAGES: (100, 2),
            Metric.TALK_REPLY_PERCENTAGE: (16667, 2),
            Metric.TALK_REPLY_MINUTES: (9, 2),
            Metric.TALK_FEEDBACK: (1, 1),
            Metric.TALK_APPLICATIONS: (6, 1),
            Metric.TALK_NEW: (5, 1),
        }
        # An answer at once is known, and not nothing.
        assert found[Dim.EMPLOYEE, Metric.TALK_REPLY_MINUTES, world.cast.owner.pk, 0] == (0, 1)
        # Of a day without a chat WeCom tells nothing, and no zeros are kept.
        assert not [key for key in found if key[2] == world.both.pk]

    def test_a_week_is_of_employees_once_and_of_means_by_the_day(self, world: World) -> None:
        for on in (day(3), YESTERDAY):
            self.talked(world, world.cast.owner, on, Figures(2, 10, 50.0, 4, 0, 0, 0))
        found = counted(world, Metric.TALK_CHATS, Metric.TALK_REPLY_MINUTES, span=Span.WEEK)
        who = world.cast.owner.pk
        assert found[Dim.EMPLOYEE, Metric.TALK_CHATS, who, 0] == (4, 1)
        assert found[Dim.EMPLOYEE, Metric.TALK_REPLY_MINUTES, who, 0] == (8, 2)


@pytest.mark.parametrize("metric", [Metric.NEW, Metric.TOTAL, Metric.GROUPS, Metric.FOLLOWUPS])
def test_another_companys_are_not_counted(world: World, metric: Metric) -> None:
    theirs, stranger = world.cast.other_corp, world.cast.stranger
    customer = make.customer(theirs, stranger, add_time=moment(4))
    make.chat(theirs, stranger, opened_at=moment(4))
    writing.write(customer=customer, content="电话", by=SYSTEM, source="api", happened_at=moment(4))
    assert counted(world, metric) == {}
