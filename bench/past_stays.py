"""Stays of customers with employees: one for each relation, a tenth of them over, some of these begun again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from bench import clock, spread
from bench.spread import DAY, Row
from corps.models import Corp
from customers.choices import RelationStatus
from customers.models import Channel, ChannelKey, FollowRelation

EPISODE = "corp_id customer_id employee_id began_at ended_at ended_by noticed add_way state"
LOSS = f"{EPISODE} days tags"
# One stay in so many is over, one of so many of those was begun again. How they ended: one in five nobody told.
OVER, AGAIN = 10, 5
HOW = (
    RelationStatus.ENDED_BY_CUSTOMER,
    RelationStatus.ENDED_BY_EMPLOYEE,
    RelationStatus.ENDED_BY_CUSTOMER,
    RelationStatus.ENDED_BY_TRANSFER,
    None,
)
# The codes on posters, of which every second has a channel, and the ways that have one.
CODES, WAYS = 40, (2, 3, 4, 6, 10, 16)


class Stay(NamedTuple):
    corp: int
    customer: int
    employee: int
    began: dt.datetime
    ended: dt.datetime | None
    how: int | None
    noticed: bool
    way: int
    state: str


def write(corp: Corp) -> None:
    _channels(corp)
    spread.insert("relation_episode", EPISODE, stays(corp))
    spread.insert("relation_loss", LOSS, (_loss(stay) for stay in stays(corp) if stay.ended))


def stays(corp: Corp) -> Iterator[Stay]:
    rows = FollowRelation.objects.of_corp(corp.pk).order_by("pk")
    for n, row in enumerate(rows.values_list("customer_id", "employee_id", "add_time", "add_way").iterator()):
        yield from _of(corp.pk, n, row)


def _of(corp: int, n: int, row: Any) -> Iterator[Stay]:
    customer, employee, began, way = row
    # Codes are a matter of those who scanned one.
    state = f"code{n % CODES}" if way == 1 and n % 3 == 0 else ""
    ended = began + (n * 37 % 400) * DAY + dt.timedelta(hours=1)
    if n % OVER or ended >= clock.END:
        yield Stay(corp, customer, employee, began, None, None, False, way, state)
        return
    how = HOW[n // OVER % len(HOW)]
    yield Stay(corp, customer, employee, began, ended, how, how is None, way, state)
    again = ended + 20 * DAY
    if n // OVER % AGAIN == 1 and again < clock.END:
        yield Stay(corp, customer, employee, again, None, None, False, way, state)


def _loss(stay: Stay) -> Row:
    return (*stay, (stay.ended - stay.began).days, "[]") if stay.ended else ()


def _channels(corp: Corp) -> None:
    for order in range(0, CODES, 2):
        channel = Channel.objects.create(corp=corp, name=f"海报{order}", order=order)
        ChannelKey.objects.create(corp=corp, channel=channel, state=f"code{order}")
    for way in WAYS:
        channel = Channel.objects.create(corp=corp, name=f"方式{way}", order=CODES + way)
        ChannelKey.objects.create(corp=corp, channel=channel, add_way=way)
