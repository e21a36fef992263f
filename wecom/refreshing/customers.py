"""Customers with everybody who follows them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.retry import atomic_retry
from corps import tickets
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.tally import Tally
from customers import mirroring
from customers.choices import RelationStatus
from customers.facts import FollowFacts, PersonFacts
from customers.models import FollowRelation
from wecom import mapping
from wecom.client import customers, house
from wecom.client.errors import Gone, NoRelation, OutOfRange, WecomError
from wecom.client.transport import Client, client_for
from wecom.refreshing import tags

NO_RELATION = 84061


@dataclass(slots=True)
class Reading:
    """Customers as they were read under one ticket.

    Attributes:
        whole: external userids whose ``follows`` are all that WeCom has.
        bare: external userids that were shown without any follower.
        failed: external userid → why it could not be read now.
    """

    corp_id: int
    ticket: int
    people: list[PersonFacts] = field(default_factory=list)
    follows: list[FollowFacts] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    failed: dict[str, WecomError] = field(default_factory=dict)

    def apply(
        self,
        *,
        source: str,
        without: Collection[tuple[str, str]] = (),
        hints: Mapping[str, int] = MappingProxyType({}),
    ) -> Tally:
        """Apply it in the caller's transaction, or one of its own.

        Args:
            without: (external userid, userid) of pairs to leave out.
            hints: external userid → the receipt of the callback that led here.
        """
        return mirroring.apply_page(
            corp_id=self.corp_id,
            people=self.people,
            follows=[f for f in self.follows if (f.external_userid, f.userid) not in without],
            ticket=self.ticket,
            by=SYSTEM,
            source=source,
            whole=self.whole,
            hints=hints,
        )


def read_customers(
    client: Client, external_userids: Iterable[str], *, over: Collection[tuple[str, str]] = ()
) -> Reading:
    """Read these customers one after the other, and the catalogue where they have tags that it lacks.

    Answers have been seen that were short. Who lacks a follower whom we know is asked for once more: only what both
    answers lack has ended.

    Args:
        over: (external userid, userid) of pairs that are known to have ended, so that nobody wonders where they are.
    """
    reading = Reading(client.corp_id, tickets.draw(client.corp_id))
    _read(client, external_userids, reading)
    if doubted := {external_userid for external_userid, _userid in _lacking(reading, over)}:
        again = Reading(client.corp_id, reading.ticket)
        _read(client, doubted, again)
        _correct(reading, again, doubted)
    _spare_leavers(client, reading)
    tags.learn(client, {tag for follow in reading.follows for tag in follow.tags})
    return reading


def _read(client: Client, external_userids: Iterable[str], reading: Reading) -> None:
    for external_userid in external_userids:
        try:
            _read_customer(client, external_userid, reading)
        except WecomError as error:
            reading.failed[external_userid] = error


def _read_customer(client: Client, external_userid: str, reading: Reading) -> None:
    try:
        person, follows = mapping.customer(customers.customer(client, external_userid))
    except NoRelation as error:
        # Nobody follows them. The other codes say that the app may not see who does, which proves nothing.
        if error.code == NO_RELATION:
            reading.whole.add(external_userid)
        return
    except (Gone, OutOfRange):
        return
    # An answer without a follower may come of what the app may not see.
    (reading.whole if follows else reading.bare).add(external_userid)
    reading.people.append(person)
    reading.follows += follows


def _lacking(reading: Reading, over: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """(external userid, userid) of the living pairs that the reading doesn't show."""
    if not (asked := reading.whole | reading.bare):
        return set()
    shown = {(follow.external_userid, follow.userid) for follow in reading.follows}
    living = (
        FollowRelation.objects.of_corp(reading.corp_id)
        .filter(
            customer__corp_id=reading.corp_id,
            customer__external_userid__in=asked,
            status=RelationStatus.ACTIVE,
            fetch_seq__gt=0,
        )
        .exclude(employee__status=EmployeeStatus.LEFT)
    )
    return set(living.values_list("customer__external_userid", "employee__userid")) - shown - set(over)


def _correct(reading: Reading, again: Reading, doubted: Collection[str]) -> None:
    """Take over what the second answer shows more."""
    shown = {(follow.external_userid, follow.userid) for follow in reading.follows}
    reading.follows += [follow for follow in again.follows if (follow.external_userid, follow.userid) not in shown]
    reading.people += again.people
    reading.whole = (reading.whole - set(doubted)) | again.whole


def _spare_leavers(client: Client, reading: Reading) -> None:
    """No answer shows an employee who has left: the customer waits for a successor, and nothing has ended (page 92124).
    Whether one has, is asked where a pair is missing: that event may be late or lost. So it is where another one tells
    of an end, which may be that of an earlier stay."""
    works: dict[str, bool] = {}
    for external_userid, userid in sorted(_lacking(reading, ())):
        if userid not in works:
            works[userid] = is_shown(client, userid)
        if not works[userid]:
            reading.whole.discard(external_userid)


def is_shown(client: Client, userid: str) -> bool:
    """Whether WeCom shows this member. No for one who could not be asked for now, too."""
    try:
        house.user(client, userid)
    except WecomError:
        return False
    return True


def refresh_customer(*, corp_id: int, external_userid: str, source: str) -> Tally:
    """Read one customer with every follower, and store what is read; relations that are not shown any more end.

    Args:
        source: ``callback`` or ``sync``.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    reading = read_customers(client_for(corp_id), [external_userid])
    for error in reading.failed.values():
        raise error
    return atomic_retry(reading.apply)(source=source)
