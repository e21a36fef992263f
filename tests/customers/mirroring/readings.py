"""Facts as WeCom's answers give them, and short ways to apply them."""

import datetime as dt
from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from corps.tally import Tally
from customers import mirroring
from customers.choices import RelationStatus
from customers.facts import Ending, FollowFacts, PersonFacts
from customers.models import Customer, FollowRelation, RelationEpisode
from messaging.models import OutboxEvent

START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
ENDED_BY = {
    "employee": RelationStatus.ENDED_BY_EMPLOYEE,
    "customer": RelationStatus.ENDED_BY_CUSTOMER,
    "transfer": RelationStatus.ENDED_BY_TRANSFER,
}


def day(number: float) -> dt.datetime:
    """The moment so many days after the beginning of time here."""
    return START + dt.timedelta(days=number)


def person(ident: str, **fields: Any) -> PersonFacts:
    """``person("wmA")`` is called "Name of wmA"."""
    return PersonFacts(ident, **{"name": f"Name of {ident}", "gender": 1} | fields)


def follow(customer: str, userid: str, added: float = 0, **fields: Any) -> FollowFacts:
    return FollowFacts(customer, userid, day(added), **{"add_way": 1} | fields)


def read(corp: Corp, *follows: FollowFacts, ticket: int, source: str = "sync", **options: Any) -> Tally:
    """Apply a page of these pairs and of their customers."""
    people = options.pop("people", None)
    if people is None:
        people = [person(name) for name in dict.fromkeys(follow.external_userid for follow in follows)]
    return mirroring.apply_page(
        corp_id=corp.pk, people=people, follows=follows, ticket=ticket, by=SYSTEM, source=source, **options
    )


def end(corp: Corp, customer: str, userid: str, how: str, at: float, *, ticket: int, source: str = "callback") -> Tally:
    ending = Ending(customer, userid, ENDED_BY[how], day(at))
    return mirroring.end_pairs(corp_id=corp.pk, endings=[ending], ticket=ticket, by=SYSTEM, source=source)


def pair(customer: str, userid: str) -> FollowRelation:
    return FollowRelation.objects.get(customer__external_userid=customer, employee__userid=userid)


def the(customer: str) -> Customer:
    return Customer.objects.get(external_userid=customer)


def stays(customer: str, userid: str) -> list[tuple[float, float | None, int | None, bool]]:
    """The pair's episodes, oldest first: began and ended in days, by whom, whether noticed later."""
    rows = RelationEpisode.objects.filter(customer__external_userid=customer, employee__userid=userid)
    return [(_days(r.began_at), _days(r.ended_at), r.ended_by, r.noticed) for r in rows.order_by("began_at")]


def told(customer: str) -> list[str]:
    """Names of the customer's events in the order of their versions, without "customer."."""
    return [name for name, _data in told_in_full(customer)]


def told_in_full(customer: str) -> list[tuple[str, dict[str, Any]]]:
    row = the(customer)
    events = list(OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=row.pk).order_by("id"))
    # Each has a version of its own, in the order in which they were recorded, up to the row's.
    assert [event.aggregate_version for event in events] == list(range(1, row.version + 1))
    return [(event.name.removeprefix("customer."), event.payload["data"]) for event in events]


def _days(moment: dt.datetime | None) -> Any:
    return None if moment is None else (moment - START) / dt.timedelta(days=1)
