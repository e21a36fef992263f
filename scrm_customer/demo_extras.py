"""What the demo has and no WeCom has: follow-ups, where customers live, and a neighbour no colleague may see."""

import datetime as dt
import random

from django.db import transaction

from core.time import now
from corps import staffing
from corps.actors import SYSTEM
from corps.models import Corp, DepartmentMember, Employee
from customers import lifecycle, tagging
from customers.models import Customer
from followups.models import FollowUp
from scrm_customer import demo_words as words
from tags.models import Tag, TagGroup

FOLLOW_UPS, NEIGHBOURS = 600, 12
_BATCH = 500


def stand() -> bool:
    """Whether all of it is there: it is added in one transaction."""
    return Corp.objects.filter(wecom_corpid=words.NEIGHBOUR[1]).exists()


@transaction.atomic
def add(corp: Corp) -> None:
    """Add it to a company that has been read. Rows go in by the hundred, as the rules would have made them."""
    dice = random.Random(corp.name)  # noqa: S311
    alive = list(Customer.objects.of_corp(corp.pk).alive().exclude(follow_user=None).order_by("external_userid"))
    for customer in alive:
        customer.province, customer.city = dice.choice(words.PLACES)
    Customer.objects.bulk_update(alive, ["province", "city"], batch_size=_BATCH)
    if alive:
        follow_ups = (_follow_up(dice, dice.choice(alive)) for _ in range(FOLLOW_UPS))
        FollowUp.objects.bulk_create(follow_ups, batch_size=_BATCH)
    _add_neighbour(dice)


def _follow_up(dice: random.Random, customer: Customer) -> FollowUp:
    last = now()
    since = customer.add_time or last
    return FollowUp(
        corp_id=customer.corp_id,
        customer=customer,
        employee_id=customer.follow_user_id,
        actor=SYSTEM.label,
        content=dice.choice(words.FOLLOW_UPS),
        happened_at=since + (last - since) * dice.random(),
    )


def _add_neighbour(dice: random.Random) -> None:
    name, corpid = words.NEIGHBOUR
    corp = Corp.objects.create(name=name, wecom_corpid=corpid)
    room = staffing.create_department(corp=corp, name=words.NEIGHBOUR_ROOM, wecom_id=1, by=SYSTEM)
    tags = _tags(corp)
    for n in range(2):
        employee = Employee.objects.create(corp=corp, userid=f"n{n + 1:03d}", name=_name(dice), can_follow=True)
        DepartmentMember.objects.create(corp=corp, department=room, employee=employee, is_leader=not n, is_main=True)
        for m in range(NEIGHBOURS // 2):
            customer = lifecycle.create(
                corp_id=corp.pk,
                external_userid=f"wmNeighbour{n}{m}",
                name=_name(dice),
                follow_user_id=employee.pk,
                add_time=now() - dt.timedelta(days=dice.randrange(1, 300)),
                by=SYSTEM,
                source="system",
            )
            tagging.add_tags(customer=customer, tag_ids=[dice.choice(tags).pk], by=SYSTEM, source="system")


def _tags(corp: Corp) -> list[Tag]:
    name, texts = next(iter(words.TAGS.items()))
    group = TagGroup.objects.create(corp=corp, name=name)
    return [Tag.objects.create(corp=corp, group=group, name=t, order=n) for n, t in enumerate(texts.split())]


def _name(dice: random.Random) -> str:
    return dice.choice(words.SURNAMES) + dice.choice(words.GIVEN)
