"""A small company whose customers differ in all that can be asked, with the values that databases like to confuse."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from core.time import now
from corps.models import Corp, Department, Employee
from customers.models import Channel, Customer, CustomerTag, CustomField, FollowRelation, Stage
from groups.models import GroupChat, GroupTag
from segments.conditions.nodes import Moment
from segments.models import Segment
from tags.models import Tag, TagGroup
from tests import make
from tests.segments import history, own_fields

# Early in the morning of the first of April in Shanghai, still March in UTC.
AT = dt.datetime(2026, 3, 31, 18, 30, tzinfo=dt.UTC)
MOMENT = Moment(AT, ZoneInfo("Asia/Shanghai"))
# Instants at both sides of the midnights that questions are about, and far from them.
TIMES = [
    None,
    AT,
    dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 31, 15, 59, 59, 999_999, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 24, 16, tzinfo=dt.UTC),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    dt.datetime(2025, 12, 31, 15, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 3, 3, tzinfo=dt.UTC),
]
TEXTS = [
    "北京",
    "北京 ",
    "ABC",
    "abc",
    "Abc公司",
    "é",
    "É",
    "e",
    "100%_",
    "100",
    "😀",
    "😁",
    "a.b*c\\",
    "[x]",
    "ß",
    "İ",
    "",
]


@dataclass
class Scene:
    corp: Corp
    departments: list[Department]
    employees: list[Employee]
    groups: list[TagGroup]
    tags: list[Tag]
    channels: list[Channel]
    stages: list[Stage]
    chats: list[GroupChat]
    chat_tags: list[GroupTag]
    own: list[CustomField] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [customer.pk for customer in self.customers]

    def ids_of(self, model: str) -> list[int]:
        """Ids that a condition may name, of rows that live and of such as have ended."""
        rows: dict[str, list[Any]] = {
            "corps.Employee": self.employees,
            "corps.Department": self.departments,
            "tags.Tag": self.tags,
            "tags.TagGroup": self.groups,
            "customers.Channel": self.channels,
            "customers.Stage": self.stages,
            "groups.GroupChat": self.chats,
            "groups.GroupTag": self.chat_tags,
            "segments.Segment": self.segments,
        }
        return [row.pk for row in rows[model]]


def build(*, customers: int = 24, seed: int = 7) -> Scene:
    """The company: tags of which one was deleted and one merged, departments in each other, and so many customers."""
    chance = random.Random(seed)
    corp = make.corp()
    top = make.department(corp)
    departments = [top, make.department(corp, top), make.department(corp)]
    employees = [make.employee(corp, departments[n % 3]) for n in range(3)] + [make.employee(corp)]
    groups = [make.group(corp), make.group(corp)]
    tags = [make.tag(groups[n % 2]) for n in range(4)]
    tags.append(make.tag(groups[0], deleted_at=now()))
    tags.append(make.tag(groups[1], deleted_at=now(), merged_into=tags[1]))
    channels = [make.channel(corp, "ABC", "展会"), make.channel(corp, "abc", add_ways=[1, 3])]
    stages = [make.stage(corp), make.stage(corp)]
    chats, chat_tags = history.chats_of(corp, employees)
    scene = Scene(corp, departments, employees, groups, tags, channels, stages, chats, chat_tags)
    scene.customers = Customer.objects.bulk_create(_customer(scene, n, chance) for n in range(customers))
    scene.customers = list(Customer.objects.filter(corp=corp).order_by("pk"))
    for customer in scene.customers:
        _add_relations(scene, customer, chance)
        _add_tags(scene, customer, chance)
        history.add(scene, customer, chance, times=[at for at in TIMES if at])
    scene.own = own_fields.of(corp)
    for customer in scene.customers:
        own_fields.fill(scene.own, customer, chance)
    scene.segments = history.segments_of(corp, chance.sample(scene.customers, len(scene.customers) // 2))
    return scene


def _customer(scene: Scene, number: int, chance: random.Random) -> Customer:
    def text() -> str:
        return chance.choice(TEXTS)

    return Customer(
        corp=scene.corp,
        external_userid=f"wm{number}",
        name=chance.choice([None, *TEXTS]),
        type=chance.choice([1, 2]),
        gender=chance.choice([None, 0, 1, 2]),
        unionid=chance.choice([None, "oA", "oa"]),
        mobile=chance.choice([None, "", "13800138000"]),
        province=chance.choice([None, "北京", ""]),
        city=chance.choice([None, *TEXTS]),
        position=text(),
        corp_name=text(),
        corp_full_name=text(),
        channel=chance.choice([None, "ABC", "abc", "abc "]),
        status=chance.choice([0, 1, 1, 1, 2]),
        blacklisted=chance.random() < 0.2,
        follow_user=chance.choice([None, *scene.employees]),
        stage=chance.choice([None, *scene.stages]),
        add_time=chance.choice(TIMES),
    )


def _add_relations(scene: Scene, customer: Customer, chance: random.Random) -> None:
    for employee in chance.sample(scene.employees, chance.randint(0, 3)):
        FollowRelation.objects.create(
            corp=scene.corp,
            customer=customer,
            employee=employee,
            remark=chance.choice(TEXTS),
            description=chance.choice(TEXTS),
            remark_corp_name=chance.choice(TEXTS),
            add_way=chance.choice([None, 0, 1, 3, 99]),
            state=chance.choice(["", "ABC", "abc", "ABC ", "展会", "Z"]),
            add_time=chance.choice(TIMES),
            ended_at=chance.choice(TIMES),
            status=chance.choice([1, 1, 2, 3, 4]),
        )


def _add_tags(scene: Scene, customer: Customer, chance: random.Random) -> None:
    for tag in chance.sample(scene.tags, chance.randint(0, 4)):
        for follower in chance.sample([None, *scene.employees], chance.randint(1, 2)):
            CustomerTag.objects.create(
                corp=scene.corp,
                customer=customer,
                tag=tag,
                follower=follower,
                source=chance.choice(["api", "rule", "operator"]),
                actor=chance.choice(["system", "user:7", ""]),
            )
