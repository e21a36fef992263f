"""A made-up past: each of its days looks the same whether or not what came later has happened yet."""

import random
from typing import Any

import pytest

from core.time import day_range
from customers.models import Customer, RelationEpisode
from followups.models import FollowUp
from groups.models import GroupMember
from insights.churn import backtest, facts
from insights.churn.known import Facts
from insights.churn.model import judge
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import day

LAST = 300
CUSTOMERS, CHATS = 12, 3


def spans(dice: random.Random) -> list[tuple[float, float | None]]:
    """Some stays one after the other, the last of which may go on."""
    found: list[tuple[float, float | None]] = []
    at: float = dice.randrange(60)
    while at < LAST and len(found) < 4:
        end = at + dice.randint(1, 120)
        found.append((at, end if end < LAST else None))
        at = end + dice.randint(1, 40)
    return found


@pytest.fixture
def past(cast: Cast) -> list[Customer]:
    """Customers of two employees over 300 days, with follow-ups, some noted late, and group chats."""
    dice = random.Random(11)
    customers = [make.customer(cast.corp, name=f"客户{n}") for n in range(CUSTOMERS)]
    RelationEpisode.objects.all().delete()
    chats = [make.chat(cast.corp, cast.owner, opened_at=day(0)) for _n in range(CHATS)]
    for customer in customers:
        for employee in (cast.owner, cast.colleague):
            live(customer, employee, dice)
        for chat in chats:
            stay_in(chat, customer, dice)
    return customers


def live(customer: Customer, employee: Any, dice: random.Random) -> None:
    both: dict[str, Any] = {"corp_id": customer.corp_id, "customer": customer, "employee": employee}
    for began, ended in spans(dice):
        over = {"ended_at": day(ended), "ended_by": dice.choice([2, 3, 3, 4, None])} if ended else {}
        RelationEpisode.objects.create(**both, began_at=day(began), **over)
    for _n in range(dice.randrange(8)):
        at = dice.random() * LAST
        row = FollowUp.objects.create(**both, content="电话", happened_at=day(at))
        FollowUp.objects.filter(pk=row.pk).update(create_time=day(at + dice.choice([0, 0, 20])))


def stay_in(chat: Any, customer: Customer, dice: random.Random) -> None:
    for joined, left in spans(dice)[: dice.randrange(3)]:
        over = {"left_at": day(left), "quit_scene": dice.choice([0, 1])} if left else {}
        ident = {"userid": customer.external_userid, "type": 2, "customer": customer}
        GroupMember.objects.create(corp_id=customer.corp_id, chat=chat, join_time=day(joined), **ident, **over)


def forget_what_came_after(at: float) -> None:
    """The tables as they stood at that moment."""
    moment = day(at)
    RelationEpisode.objects.filter(began_at__gt=moment).delete()
    RelationEpisode.objects.filter(ended_at__gt=moment).update(ended_at=None, ended_by=None)
    FollowUp.objects.filter(create_time__gt=moment).delete()
    GroupMember.objects.filter(join_time__gt=moment).delete()
    GroupMember.objects.filter(left_at__gt=moment).update(left_at=None, quit_scene=None)


def known(cast: Cast, customers: list[Customer], at: float) -> dict[facts.Pair, Facts]:
    ids = [customer.pk for customer in customers]
    return facts.of_customers(cast.corp.pk, ids, day(at), tags=False)


def test_the_past_is_the_same_without_its_future(cast: Cast, past: list[Customer]) -> None:
    seen = {at: known(cast, past, at) for at in range(0, LAST, 15)}
    assert sum(map(len, seen.values())) > 100
    for at in sorted(seen, reverse=True):
        forget_what_came_after(at)
        assert known(cast, past, at) == seen[at], at


def test_a_backtest_counts_what_a_plain_count_finds(cast: Cast, past: list[Customer]) -> None:
    report = backtest.run(corp_id=cast.corp.pk, first=day(40).date(), last=day(160).date(), within=30)
    found: dict[int, list[int]] = {}
    for began in backtest.days(day(40).date(), day(160).date(), 30):
        moment = day_range(began, cast.corp.zone)[0]
        ids = [customer.pk for customer in past]
        for pair, one in facts.of_customers(cast.corp.pk, ids, moment, tags=False).items():
            stay = RelationEpisode.objects.filter(customer=pair[0], employee=pair[1], began_at__lte=moment).latest(
                "began_at"
            )
            soon = stay.ended_at is not None and (stay.ended_at - moment).days < 30
            if not soon or stay.ended_by in (2, 3):
                figures = found.setdefault(judge(one).score, [0, 0])
                figures[0] += 1
                figures[1] += soon
    counted = {n: [seen, gone] for n, (seen, gone) in enumerate(zip(report.seen, report.gone, strict=True)) if seen}
    assert counted == found
    assert report.losses > 5


def test_every_one_of_its_facts_is_within_reason(cast: Cast, past: list[Customer]) -> None:
    for at in range(0, LAST, 30):
        for one in known(cast, past, at).values():
            assert 0 <= one.silent <= one.kept <= at
            assert one.groups <= CHATS
            assert one.colleagues <= 1
            assert one.tags is None
