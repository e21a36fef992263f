"""A small company whose customers change by the rules, and what bitmaps and record say of them."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from customers import blacklist, lifecycle, remarks, tagging, upkeep
from customers.choices import CustomerStatus
from customers.models import Customer, FollowRelation
from customers.stages import create_stage, set_stage
from segments.bitmaps import memory, reading
from segments.bitmaps.packing import Maps
from tags import catalog
from tags.models import Tag
from tests import make

BY: Any = {"by": SYSTEM, "source": "api"}
CITIES = ["北京", "上海", "Ab", "ab", None]


class World:
    """Three employees, six tags in two groups, and customers with something of everything."""

    def __init__(self, corp: Corp, *, seed: int = 1, customers: int = 12) -> None:
        self.corp, self.dice = corp, random.Random(seed)
        self.staff = [make.employee(corp) for _ in range(3)]
        groups = [make.group(corp), make.group(corp)]
        self.tags = [make.tag(groups[n % 2]) for n in range(6)]
        self.stages = [create_stage(corp_id=corp.pk, name=name, **BY) for name in ("意向", "成交")]
        self.customers = [self.newcomer() for _ in range(customers)]

    def newcomer(self) -> Customer:
        dice = self.dice
        added = dt.datetime(2026, 1, 1, 15, 30, tzinfo=dt.UTC) + dt.timedelta(hours=dice.randrange(96))
        given = {"city": dice.choice(CITIES), "gender": dice.choice([None, 0, 1, 2]), "add_time": added}
        given |= {"channel": dice.choice(["qr", "link", None]), "mobile": dice.choice([None, "", "13800000000"])}
        made = make.customer(self.corp, dice.choice([*self.staff, None]), **given)
        living = list(Tag.objects.filter(pk__in=self.some_tags())) if dice.random() < 0.8 else []
        return make.tagged(made, *living) if living else made

    def change(self) -> str:
        """One act of a person or of the service, by its rule. Returns its name."""
        act = self.dice.choice(ACTS)
        act(self)
        return act.__name__

    def one(self, **where: Any) -> Customer | None:
        rows = list(Customer.objects.filter(corp=self.corp, **where).order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def some_tags(self) -> list[int]:
        living = self.living_tags()
        return self.dice.sample(living, min(2, len(living)))

    def living_tags(self) -> list[int]:
        return list(Tag.objects.filter(corp=self.corp, deleted_at=None).order_by("pk").values_list("pk", flat=True))


def come(world: World) -> None:
    world.newcomer()


def edit(world: World) -> None:
    if row := world.one(alive=1):
        fields = {"city": world.dice.choice(CITIES), "gender": world.dice.choice([0, 1, 2])}
        lifecycle.update(customer=row, mobile=world.dice.choice(["1", None]), **fields, **BY)


def follow(world: World) -> None:
    if row := world.one(alive=1):
        lifecycle.update(customer=row, follow_user_id=world.dice.choice(world.staff).pk, **BY)


def lose(world: World) -> None:
    if row := world.one(alive=1):
        lifecycle.update(customer=row, status=world.dice.choice([CustomerStatus.LOST, CustomerStatus.NORMAL]), **BY)


def delete(world: World) -> None:
    if row := world.one(alive=1):
        lifecycle.delete(customer=row, **BY)


def restore(world: World) -> None:
    if row := world.one(alive=0):
        lifecycle.update(customer=row, status=CustomerStatus.NORMAL, **BY)


def tag(world: World) -> None:
    row, living = world.one(alive=1), world.living_tags()
    if row and len(living) > 1:
        add, remove = world.dice.sample(living, 2)
        tagging.change_tags(customer=row, add=[add], remove=[remove], **BY)


def list_or_lift(world: World) -> None:
    if row := world.one(alive=1):
        if row.blacklisted:
            blacklist.lift(customer=row, **BY)
        else:
            blacklist.put(customer=row, reason="恶意退单", **BY)


def step(world: World) -> None:
    if row := world.one(alive=1):
        set_stage(customer=row, stage=world.dice.choice([*world.stages, None]), **BY)


def note(world: World) -> None:
    pairs = list(FollowRelation.objects.filter(corp=world.corp, status=1, customer__alive=1).order_by("pk"))
    if pairs:
        pair = world.dice.choice(pairs)
        remarks.change_remark(customer=pair.customer, employee_id=pair.employee_id, remark="老客户", **BY)


def end_tag(world: World) -> None:
    """Deleted or merged; the customers follow in a second step, which may not have come yet."""
    living = world.living_tags()
    if len(living) > 2:
        gone, heir = (Tag.objects.get(pk=pk) for pk in world.dice.sample(living, 2))
        if world.dice.random() < 0.5:
            catalog.delete_tag(tag=gone, **BY)
        else:
            catalog.merge_tag(tag=gone, into=heir, **BY)


def sweep(world: World) -> None:
    for tag_id in upkeep.unswept():
        upkeep.sweep_tag(tag_id=tag_id, batch=2)


ACTS: list[Callable[[World], None]] = [
    *(come, edit, follow, lose, delete, restore, list_or_lift, note, step, sweep),
    *(tag, tag, tag),
]
RARE: list[Callable[[World], None]] = [end_tag]


def held(corp: Corp) -> Maps:
    """All that the bitmaps say, as a process reads them that knows nothing."""
    memory.forget()
    bitmaps = memory.current(corp.pk, corp.time_zone)
    assert bitmaps
    return {name: ids for name, ids in bitmaps.atoms(bitmaps.names).items() if ids}


def recorded(corp: Corp) -> Maps:
    """All that the record says."""
    return {name: ids for name, ids in reading.read(corp.pk, corp.zone, {"gt": 0}).items() if ids}
