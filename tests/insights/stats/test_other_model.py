"""The other figures against a count by hand: random rows of every kind, in every dimension and span."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

from corps.models import DepartmentMember
from customers.models import StageChange, TalkFigures, TransferItem
from followups.models import FollowUp
from groups.models import GroupChat, GroupMember
from insights.models import DailyStat
from insights.stats.terms import Metric
from tests import make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats import engaged, model, other
from tests.insights.stats.world import FIRST, World, day

LAST = 4
NAMES = ["wmA", "wmB", "wmC"]
SNAPSHOTS = {Metric.TAGGED, Metric.IN_STAGE}
OTHERS = [metric for metric in Metric if metric not in model.EPISODES | SNAPSHOTS | set(engaged.STATES)]


class Dice:
    """Rows of the record at random moments, about random people."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        for name in NAMES:
            world.begin(self.when(), name, self.anybody())
            world.begin(self.when(), name, world.loner)
        world.end(LAST - 0.2, who="wmA", employee=world.loner)
        self.stages = [make.stage(world.corp) for _n in range(2)]
        self.chats = [make.chat(world.corp, owner, opened_at=self.at()) for owner in (*world.people[:3], None)]

    def when(self) -> float:
        return self.dice.randrange(LAST * 24) / 24

    def at(self) -> dt.datetime:
        return moment(self.when())

    def maybe(self) -> dt.datetime | None:
        return self.at() if self.dice.random() < 0.6 else None

    def anybody(self) -> Any:
        return self.dice.choice(self.world.people)

    def customer(self) -> Any:
        return the(self.dice.choice(NAMES))

    def rows(self) -> dict[str, Callable[[], None]]:
        return {
            "follow-up": self.follow_up,
            "tag": self.tag,
            "transfer": self.transfer,
            "warning": self.warning,
            "step": self.step,
            "member": self.member,
            "talk": self.talk,
        }

    def fill(self, count: int) -> None:
        kinds = list(self.rows().values())
        for _n in range(count):
            self.dice.choice(kinds)()

    def follow_up(self) -> None:
        employee = self.dice.choice([*self.world.people, None])
        about = {"customer": self.customer(), "employee": employee, "actor": "system", "content": "电话"}
        FollowUp.objects.create(corp=self.world.corp, happened_at=self.at(), **about)

    def tag(self) -> None:
        kind = self.dice.choice(["tag_added", "tag_removed", "created"])
        make.entry(self.customer(), self.dice.choice([self.anybody(), None]), kind=kind, at=self.at())

    def transfer(self) -> None:
        customer, handover = self.customer(), self.anybody()
        state = self.dice.choice(["done", "refused", "failed", "full", "no_record", "ready"])
        job = make.transfer(customer, handover, self.world.cast.manager)
        TransferItem.objects.filter(job=job).delete()
        about = {"customer": customer, "handover": handover, "state": state, "job": job}
        TransferItem.objects.create(corp=self.world.corp, sent_at=self.maybe(), settled_at=self.maybe(), **about)

    def warning(self) -> None:
        closed = self.maybe()
        about = {"opened_at": self.at(), "closed_at": closed, "state": "passed" if closed else "open"}
        make.alert(self.customer(), self.anybody(), subject=f"s{self.dice.random()}"[:20], **about)

    def step(self) -> None:
        about = {"customer": self.customer(), "to_stage": self.dice.choice([*self.stages, None]), "at": self.at()}
        StageChange.objects.create(corp=self.world.corp, actor="system", source="system", **about)

    def member(self) -> None:
        userid, chat = f"wm{self.dice.randrange(4)}", self.dice.choice(self.chats)
        joined, left = self.at(), self.maybe()
        if GroupMember.objects.filter(chat=chat, userid=userid).exists():
            return
        about = {"userid": userid, "type": self.dice.choice([1, 2]), "join_time": joined, "left_at": left}
        GroupMember.objects.create(corp=self.world.corp, chat=chat, **about)

    def talk(self) -> None:
        chats = self.dice.choice([0, 1, 7])
        figures: dict[str, Any] = {"chats": chats, "messages": chats * 3, "new_contacts": self.dice.randrange(2)}
        if chats:
            figures |= {"reply_percentage": self.dice.choice([0.0, 33.33, 66.67, 100.0])}
            figures |= {"reply_minutes": self.dice.choice([0, 5])}
        about = {"employee": self.anybody(), "day": day(self.dice.randrange(LAST))}
        TalkFigures.objects.update_or_create(**about, defaults={"corp": self.world.corp, **figures})


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_what_a_count_by_hand_finds(world: World, seed: int) -> None:
    Dice(world, seed).fill(60)
    world.zone(["Asia/Shanghai", "America/New_York"][seed % 2])
    world.at(day(LAST + 2))
    world.rebuild(day(-1), day(LAST + 1))
    assert model.stored(world.corp, OTHERS) == other.expected(world.corp, day(-1), day(LAST + 1))
    assert model.stored(world.corp, model.EPISODES) == model.expected(world.corp, day(-1), day(LAST + 1))


@pytest.mark.parametrize("kind", ["follow-up", "tag", "transfer", "warning", "step", "member", "talk"])
def test_one_row_more_or_less_is_found_by_a_rebuild(world: World, kind: str) -> None:
    dice = Dice(world, 9)
    dice.fill(12)
    world.at(day(LAST + 1))
    world.rebuild(FIRST, day(LAST))
    for _n in range(3):
        dice.rows()[kind]()
    world.rebuild(FIRST, day(LAST))
    assert model.stored(world.corp, OTHERS) == other.expected(world.corp, FIRST, day(LAST))
    for table in (FollowUp, TransferItem, StageChange, GroupMember, TalkFigures):
        table.objects.all().delete()
    world.rebuild(FIRST, day(LAST))
    assert model.stored(world.corp, OTHERS) == other.expected(world.corp, FIRST, day(LAST))


def test_groups_that_change_hands_count_for_todays_owner(world: World) -> None:
    dice = Dice(world, 3)
    for _n in range(10):
        dice.member()
    world.at(day(LAST + 1))
    world.rebuild(FIRST, day(LAST))
    GroupChat.objects.filter(owner=world.cast.owner).update(owner=world.loner)
    GroupChat.objects.filter(pk=dice.chats[1].pk).update(dismissed_at=moment(2))
    world.rebuild(FIRST, day(LAST))
    assert model.stored(world.corp, OTHERS) == other.expected(world.corp, FIRST, day(LAST))
    assert not DailyStat.objects.filter(metric=Metric.GROUPS, ident=world.cast.owner.pk, dim=1).exists()


def test_whoever_is_in_no_department_counts_for_the_company_alone(world: World) -> None:
    dice = Dice(world, 5)
    dice.fill(20)
    DepartmentMember.objects.all().delete()
    world.at(day(LAST + 1))
    world.rebuild(FIRST, day(LAST))
    assert model.stored(world.corp, OTHERS) == other.expected(world.corp, FIRST, day(LAST))
    assert not DailyStat.objects.filter(dim=2).exists()
