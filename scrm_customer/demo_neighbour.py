"""The demo's second company: a small neighbour that no colleague may see."""

import datetime as dt
import random

from core.time import now
from corps import staffing
from corps.actors import SYSTEM
from corps.models import Corp, DepartmentMember, Employee
from customers import lifecycle, tagging
from scrm_customer import demo_words as words
from tags.models import Tag, TagGroup

NEIGHBOURS = 12


def add(dice: random.Random) -> None:
    """Two people, a group of tags and a dozen customers, made by the rules; nobody of it can log in."""
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
