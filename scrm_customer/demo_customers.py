"""The demo company's customers, with what belongs to them: the same each time."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from corps.actors import SYSTEM
from corps.models import Corp, Employee
from customers import search
from customers.choices import AddWay, CustomerStatus, Gender, RelationStatus, Source
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from followups.models import FollowUp
from scrm_customer import demo_words as words
from tags.models import Tag

LAST_DAY = dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)
DAYS = 730
_BATCH = 500


@dataclass
class Plan:
    """What one company is filled from: its people and tags, and the dice, loaded the same way each time."""

    corp: Corp
    employees: list[Employee]
    tags: list[Tag] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(7002))  # noqa: S311


def make_customers(plan: Plan, count: int) -> None:
    """So many customers with relation, tags and search grams."""
    drafts = [_customer(plan, n) for n in range(count)]
    remarks = {c.external_userid: _remark(plan, c) for c in drafts}
    picks = {c.external_userid: _pick_tags(plan) for c in drafts}
    for c in drafts:
        c.search_text = search.text_of(name=c.name, mobile=c.mobile, remarks=[remarks[c.external_userid]])
        # One step for the tags, one for a deletion or loss: what the rules would have counted.
        c.version += bool(picks[c.external_userid]) + (c.status != CustomerStatus.NORMAL)
    Customer.objects.bulk_create(drafts, batch_size=_BATCH)
    # Not every database gives the new ids back, so they are read by the natural key.
    rows = list(Customer.objects.of_corp(plan.corp.pk).order_by("external_userid"))
    FollowRelation.objects.bulk_create(
        (_relation(plan, c, remarks[c.external_userid]) for c in rows), batch_size=_BATCH
    )
    _put_tags(plan, {c: picks[c.external_userid] for c in rows})
    CustomerGram.objects.bulk_create(
        (
            CustomerGram(corp_id=c.corp_id, gram=gram, customer_id=c.pk)
            for c in rows
            for gram in sorted(search.grams(c.search_text))
        ),
        batch_size=5 * _BATCH,
    )


def _customer(plan: Plan, n: int) -> Customer:
    dice = plan.dice
    province, city = dice.choice(words.PLACES)
    return Customer(
        corp=plan.corp,
        external_userid=f"wmDemo{n + 1:05d}",
        name=dice.choice(words.SURNAMES) + dice.choice(words.GIVEN),
        gender=dice.choice(Gender.values),
        mobile=f"1990000{n + 1:04d}" if dice.random() < 0.7 else None,
        province=province,
        city=city,
        follow_user=dice.choice(plan.employees),
        add_time=LAST_DAY - dt.timedelta(minutes=dice.randrange(DAYS * 24 * 60)),
        channel=dice.choice(words.CHANNELS),
        status=dice.choices(CustomerStatus.values, weights=[2, 93, 5])[0],
    )


def _remark(plan: Plan, customer: Customer) -> str:
    if plan.dice.random() > 0.4:
        return ""
    return f"{customer.city}{plan.dice.choice(words.BUSINESSES)}{(customer.name or '')[0]}总"


def _pick_tags(plan: Plan) -> list[Tag]:
    """Up to eight different tags, the first of the catalogue far more often than the last."""
    weights = [1 / (n + 1) for n in range(len(plan.tags))]
    return list(dict.fromkeys(plan.dice.choices(plan.tags, weights, k=plan.dice.randrange(9))))


def _relation(plan: Plan, customer: Customer, remark: str) -> FollowRelation:
    lost = customer.status == CustomerStatus.LOST
    return FollowRelation(
        corp=plan.corp,
        customer=customer,
        employee_id=customer.follow_user_id,  # type: ignore[misc]
        remark=remark,
        add_way=plan.dice.choice([AddWay.QR_CODE, AddWay.MOBILE, AddWay.CARD, AddWay.GROUP_CHAT, AddWay.LINK]),
        add_time=customer.add_time,
        status=RelationStatus.ENDED_BY_CUSTOMER if lost else RelationStatus.ACTIVE,
        ended_at=LAST_DAY if lost else None,
    )


def _put_tags(plan: Plan, picks: dict[Customer, list[Tag]]) -> None:
    CustomerTag.objects.bulk_create(
        (
            CustomerTag(corp=plan.corp, customer=c, tag=tag, follower_id=c.follow_user_id, source=Source.OPERATOR)
            for c, tags in picks.items()
            for tag in tags
        ),
        batch_size=_BATCH,
    )
    counts = Counter(tag.pk for tags in picks.values() for tag in tags)
    for tag in plan.tags:
        tag.use_count, tag.counted_at = counts[tag.pk], LAST_DAY
    Tag.objects.bulk_update(plan.tags, ["use_count", "counted_at"])


def make_follow_ups(plan: Plan, count: int) -> None:
    """So many follow-ups of customers who are still there."""
    alive = list(Customer.objects.of_corp(plan.corp.pk).alive().order_by("external_userid"))
    FollowUp.objects.bulk_create((_follow_up(plan, plan.dice.choice(alive)) for _ in range(count)), batch_size=_BATCH)


def _follow_up(plan: Plan, customer: Customer) -> FollowUp:
    since = customer.add_time or LAST_DAY
    return FollowUp(
        corp=plan.corp,
        customer=customer,
        employee_id=customer.follow_user_id,
        actor=SYSTEM.label,
        content=plan.dice.choice(words.FOLLOW_UPS),
        happened_at=since + (LAST_DAY - since) * plan.dice.random(),
    )
