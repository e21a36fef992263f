"""What the customer list should hold, computed by reading every customer in plain Python."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from corps.actors import SYSTEM, Actor
from corps.choices import Masking
from customers import lifecycle, search, tagging
from customers.models import Customer, FollowRelation
from customers.selection import Wanted
from tests import make
from tests.conftest import Cast

DAWN = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
MOMENTS = [DAWN + dt.timedelta(hours=n // 2, microseconds=7 * (n % 2)) for n in range(8)]
CHANNELS = ["qrcode", "QRCODE", "qrcode 2", "名片", "100%_"]
NAMES = [
    "张三",
    "张三丰",
    "三张",
    "李四",
    "Ann 张",
    "ann",
    "ＡＮＮ",
    "é",
    "e",
    "😀李",
    "😁李",
    "100%",
    "a_b",
    "张三李四三李",
    None,
    "",
]
MOBILES = ["13800138000", "13800138001", None, None]
REMARKS = ["万科 采购", "张总", "vip", ""]
WORDS = [
    "张",
    "张三",
    "三张",
    "张三丰",
    "ann",
    "Ａnn张",
    "é",
    "😀",
    "%",
    "_b",
    "0013",
    "科采",
    "三李四",
    "vip",
    "李四三李四",
    "zz",
]


@dataclass
class Person:
    """One customer as the model knows it."""

    pk: int
    corp_id: int
    name: str | None
    mobile: str | None
    follower: int | None
    add_time: dt.datetime | None
    update_time: dt.datetime
    channel: str | None
    status: int
    gender: int | None
    type: int
    blacklisted: bool
    stage: int | None = None
    tags: set[int] = field(default_factory=set)
    # employee → (living, add way, remark)
    relations: dict[int, tuple[bool, int | None, str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        remarks = [remark for _living, _way, remark in self.relations.values()]
        return [search.normalise(part) for part in (self.name, self.mobile, *remarks) if part]


@dataclass
class World:
    """The population, and who may see whom."""

    people: list[Person]
    tags: list[int]
    employees: list[int]
    stages: list[int]
    departments: dict[int, set[int]]
    actors: dict[str, Actor]
    # actor's name → the employees whose customers it sees; None for the whole company
    sees: dict[str, set[int] | None]

    def visible(self, who: str) -> list[Person]:
        actor, of = self.actors[who], self.sees[who]
        mine = [p for p in self.people if p.corp_id == actor.corp_id]
        if of is None:
            return mine
        return [p for p in mine if any(living and e in of for e, (living, *_rest) in p.relations.items())]

    def expected(self, wanted: Wanted, who: str) -> list[int]:
        """The ids that the list must hold, in its order."""
        found = self.visible(who)
        if not {"status", "updatedAfter"} & set(wanted.filters):
            found = [p for p in found if p.status != 0]
        for name, value in wanted.filters.items():
            found = [p for p in found if self._passes(p, name, value)]
        return [p.pk for p in sorted(found, key=_ORDERS[wanted.sort], reverse=wanted.sort.startswith("-"))]

    def _passes(self, p: Person, name: str, value: Any) -> bool:
        if name == "departmentId":
            return p.follower in self.departments.get(value, set())
        return _PASSES[name](p, value)


_UNKNOWN = dt.datetime.min.replace(tzinfo=dt.UTC)
_ORDERS: dict[str, Callable[[Person], Any]] = {
    "id": lambda p: p.pk,
    "-id": lambda p: p.pk,
    "addTime": lambda p: (p.add_time or _UNKNOWN, p.pk),
    "-addTime": lambda p: (p.add_time or _UNKNOWN, p.pk),
    "updateTime": lambda p: (p.update_time, p.pk),
}
_PASSES: dict[str, Callable[[Person, Any], bool]] = {
    "status": lambda p, v: p.status == v,
    "channel": lambda p, v: p.channel == v,
    "followUserId": lambda p, v: p.follower == v,
    "stageId": lambda p, v: p.stage == v,
    "gender": lambda p, v: p.gender == v,
    "type": lambda p, v: p.type == v,
    "blacklisted": lambda p, v: p.blacklisted is v,
    "updatedAfter": lambda p, v: p.update_time > v,
    "addTimeFrom": lambda p, v: p.add_time is not None and p.add_time >= v,
    "addTimeTo": lambda p, v: p.add_time is not None and p.add_time < v,
    "tagIdsAll": lambda p, v: set(v) <= p.tags,
    "tagIdsAny": lambda p, v: bool(set(v) & p.tags),
    "tagIdsNone": lambda p, v: not set(v) & p.tags,
    "untagged": lambda p, v: not (v and p.tags),
    "addWay": lambda p, v: any(way in v for _living, way, _remark in p.relations.values()),
    "keyword": lambda p, v: any(search.normalise(v) in line for line in p.lines),
}


def build(cast: Cast, *, seed: int, size: int = 36) -> World:
    """A company of ``size`` customers of every kind, a few of another company, and who sees whom among them."""
    rng = random.Random(seed)
    # What is starred out can't be searched for by a part; that has tests of its own.
    cast.corp.masking = Masking.OFF
    cast.corp.save()
    for user in cast.users.values():
        user.refresh_from_db()
    below = make.department(cast.corp, cast.department, name="一组")
    junior = make.employee(cast.corp, below, name="小组员")
    aside = make.employee(cast.corp, cast.department.parent, name="总部的人")
    group = make.group(cast.corp)
    tags = [make.tag(group).pk for _ in range(5)]
    employees = [e.pk for e in (cast.owner, cast.colleague, cast.manager, junior, aside)]
    people = [_person(rng, cast.corp, employees, tags) for _ in range(size)]
    stages = _stage(rng, cast.corp, people)
    people += [_person(rng, cast.other_corp, [cast.stranger.pk], []) for _ in range(4)]
    led = {cast.owner.pk, cast.colleague.pk, cast.manager.pk, junior.pk}
    names = ("owner", "colleague", "manager", "admin", "stranger")
    return World(
        people=people,
        tags=tags,
        employees=[*employees, cast.stranger.pk],
        stages=stages,
        departments={cast.department.pk: led, below.pk: {junior.pk}, cast.department.parent_id: {*led, aside.pk}},
        actors={name: cast.actor(name) for name in names} | {"service": make.service(cast.corp)},
        sees={"owner": {cast.owner.pk}, "colleague": {cast.colleague.pk}, "manager": led}
        | {"admin": None, "service": None, "stranger": None},
    )


def _person(rng: random.Random, corp: Any, employees: list[int], tags: list[int]) -> Person:
    fields = {
        "name": rng.choice(NAMES),
        "mobile": rng.choice(MOBILES),
        "add_time": rng.choice([None, *MOMENTS]),
        "channel": rng.choice([None, *CHANNELS]),
        "status": rng.choice([1, 1, 2]),
        "gender": rng.choice([None, 0, 1, 2]),
        "type": rng.choice([1, 2]),
        "blacklisted": rng.random() < 0.3,
    }
    follower = rng.choice([None, *employees])
    row = make.customer(corp, follow_user_id=follower, **fields)
    p = Person(pk=row.pk, corp_id=corp.pk, follower=follower, update_time=row.update_time, **fields)
    _relate(rng, row, p, employees)
    if chosen := rng.sample(tags, rng.randint(0, min(3, len(tags)))):
        tagging.add_tags(customer=Customer(pk=row.pk), tag_ids=chosen, by=SYSTEM, source="system")
        p.tags = set(chosen)
    if rng.random() < 0.15:
        p.status = lifecycle.delete(customer=Customer(pk=row.pk), by=SYSTEM, source="system").status
    p.update_time = rng.choice(MOMENTS)
    Customer.objects.filter(pk=row.pk).update(update_time=p.update_time)
    return p


def _stage(rng: random.Random, corp: Any, people: list[Person]) -> list[int]:
    """Put some of the people into two stages, by the table alone."""
    stages = [make.stage(corp).pk, make.stage(corp).pk]
    for p in people:
        p.stage = rng.choice([None, *stages])
        Customer.objects.filter(pk=p.pk).update(stage=p.stage)
    return stages


def _relate(rng: random.Random, row: Customer, p: Person, employees: list[int]) -> None:
    """Give the customer relations, living and ended, and let the search hear of their remarks."""
    for employee in {*rng.sample(employees, rng.randint(0, min(2, len(employees)))), *filter(None, [p.follower])}:
        living, way, remark = rng.random() < 0.7, rng.choice([None, 0, 3, 202]), rng.choice(REMARKS)
        values = {"status": 1 if living else 2, "add_way": way, "remark": remark}
        found = FollowRelation.objects.filter(customer=row, employee_id=employee)
        if not found.update(**values):
            FollowRelation.objects.create(corp_id=row.corp_id, customer=row, employee_id=employee, **values)
        p.relations[employee] = (living, way, remark)
    # A change of the name reads the remarks anew.
    lifecycle.update(customer=Customer(pk=row.pk), by=SYSTEM, source="system", name="先前的名字")
    lifecycle.update(customer=Customer(pk=row.pk), by=SYSTEM, source="system", name=p.name)
