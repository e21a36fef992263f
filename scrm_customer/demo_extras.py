"""What the demo has and no WeCom has: follow-ups, places, stages, SOPs, and a neighbour no colleague may see."""

import random

from django.db import transaction

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers.models import Customer
from followups.models import FollowUp
from insights.timeline import rebuilding
from scrm_customer import demo_neighbour, demo_rules, demo_segments, demo_sops, demo_stages
from scrm_customer import demo_words as words

FOLLOW_UPS = 600
_BATCH = 500


def stand() -> bool:
    """Whether all of it is there: it is added in one transaction."""
    return Corp.objects.filter(wecom_corpid=words.NEIGHBOUR[1]).exists()


@transaction.atomic
def add(corp: Corp) -> None:
    """Add it to a company that has been read. Rows go in by the hundred, as the rules would have made them."""
    dice = random.Random(corp.name)  # noqa: S311
    alive = list(Customer.objects.of_corp(corp.pk).alive().exclude(follow_user=None).order_by("external_userid"))
    moment = now()
    for customer in alive:
        customer.province, customer.city = dice.choice(words.PLACES)
        customer.update_time = moment
    Customer.objects.bulk_update(alive, ["province", "city", "update_time"], batch_size=_BATCH)
    if alive:
        follow_ups = (_follow_up(dice, dice.choice(alive)) for _ in range(FOLLOW_UPS))
        FollowUp.objects.bulk_create(follow_ups, batch_size=_BATCH)
    demo_stages.add(corp, alive)
    demo_rules.add(corp)
    demo_segments.add(corp)
    demo_sops.add(corp, Employee.objects.of_corp(corp.pk).filter(can_follow=True).order_by("userid"))
    # What went in by the hundred, no event has told of.
    for _progress in rebuilding.rebuild(corp_id=corp.pk):
        pass
    demo_neighbour.add(dice)


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
