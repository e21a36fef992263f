"""Read one thing of WeCom and bring the mirror into step with it: for callbacks, for doubts of a sync, after refusals.

Each draws its ticket before the call and applies the answer in one transaction; no call is made inside one.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from core.memory import ShortMemory
from core.retry import atomic_retry
from corps import mirroring as house_mirroring
from corps import tickets
from corps.actors import SYSTEM
from corps.facts import Tally
from customers import mirroring as customer_mirroring
from customers.choices import RelationStatus
from customers.facts import FollowFacts, PersonFacts
from customers.models import FollowRelation
from groups import mirroring as group_mirroring
from groups.facts import ChatFacts
from tags import mirroring as tag_mirroring
from tags.facts import GroupFacts
from tags.models import Tag
from wecom import mapping
from wecom.client import customers, groups, house, tags
from wecom.client.errors import Gone, NoRelation, OutOfRange, WecomError
from wecom.client.transport import Client, client_for

NO_RELATION = 84061
# Tags that no catalogue lists, as those of rule groups: they are not asked for again for a while.
_unlisted: ShortMemory[bool] = ShortMemory(seconds=600)


def forget() -> None:
    """Ask again for tags that were in no catalogue."""
    _unlisted.clear()


# --- Customers ---


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

    def apply(self, *, source: str, without: Collection[tuple[str, str]] = ()) -> Tally:
        """Apply it in the caller's transaction, or one of its own.

        Args:
            without: (external userid, userid) of pairs to leave out.
        """
        return customer_mirroring.apply_page(
            corp_id=self.corp_id,
            people=self.people,
            follows=[f for f in self.follows if (f.external_userid, f.userid) not in without],
            ticket=self.ticket,
            by=SYSTEM,
            source=source,
            whole=self.whole,
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
    if doubted := _lacking(reading, over):
        again = Reading(client.corp_id, reading.ticket)
        _read(client, doubted, again)
        _correct(reading, again, doubted)
    learn_tags(client, {tag for follow in reading.follows for tag in follow.tags})
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


def _lacking(reading: Reading, over: Collection[tuple[str, str]]) -> set[str]:
    """External userids of those whose living pairs the reading doesn't all show."""
    if not (asked := reading.whole | reading.bare):
        return set()
    shown = {(follow.external_userid, follow.userid) for follow in reading.follows}
    living = FollowRelation.objects.of_corp(reading.corp_id).filter(
        customer__corp_id=reading.corp_id,
        customer__external_userid__in=asked,
        status=RelationStatus.ACTIVE,
        fetch_seq__gt=0,
    )
    known = set(living.values_list("customer__external_userid", "employee__userid"))
    return {external_userid for external_userid, _userid in known - shown - set(over)}


def _correct(reading: Reading, again: Reading, doubted: Collection[str]) -> None:
    """Take over what the second answer shows more."""
    shown = {(follow.external_userid, follow.userid) for follow in reading.follows}
    reading.follows += [follow for follow in again.follows if (follow.external_userid, follow.userid) not in shown]
    reading.people += again.people
    reading.whole = (reading.whole - set(doubted)) | again.whole


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


# --- Group chats ---


def read_chat(client: Client, chat_id: str) -> ChatFacts | None:
    """The group with everybody in it; None for one that is dismissed or was never there."""
    try:
        return mapping.chat(groups.group_chat(client, chat_id))
    except Gone:
        return None


def refresh_chat(*, corp_id: int, chat_id: str, source: str) -> Tally:
    """Read one group and store it; one that WeCom does not know any more is dismissed. Raises as refresh_customer."""
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    return apply_chat(corp_id, chat_id, read_chat(client, chat_id), ticket, source)


def apply_chat(
    corp_id: int, chat_id: str, chat: ChatFacts | None, ticket: int, source: str, *, ended_at: dt.datetime | None = None
) -> Tally:
    """Store what ``read_chat`` found. ``ended_at``: when a group that isn't there was dismissed, if an event told."""
    if chat:
        return group_mirroring.apply_chats(corp_id=corp_id, chats=[chat], ticket=ticket, by=SYSTEM, source=source)
    if ended_at:
        return group_mirroring.dismiss(
            corp_id=corp_id, chat_id=chat_id, ticket=ticket, at=ended_at, by=SYSTEM, source=source
        )
    return group_mirroring.end_unseen(corp_id=corp_id, chat_ids=[chat_id], ticket=ticket, by=SYSTEM, source=source)


# --- Tags ---


def refresh_tags(*, corp_id: int, source: str, gone: Collection[str] = ()) -> Tally:
    """Read the whole catalogue and store it.

    Args:
        gone: WeCom's ids of groups that end where the catalogue doesn't show them. Others that it doesn't show stay: an
            empty answer takes nothing away.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    return _refresh_tags(client_for(corp_id), source, gone)


def learn_tags(client: Client, wecom_ids: Collection[str]) -> None:
    """See that the catalogue has these tags, if WeCom's has them."""
    keys = {wecom_id: f"{client.corp_id}:{wecom_id}".encode() for wecom_id in wecom_ids}
    wanted = [wecom_id for wecom_id, key in keys.items() if not _unlisted.get(key)]
    if not wanted:
        return
    known = Tag.objects.of_corp(client.corp_id).filter(wecom_id__in=wanted).values_list("wecom_id", flat=True)
    if not (unknown := set(wanted) - set(known)):
        return
    _refresh_tags(client, "callback", ())
    for wecom_id in unknown:
        _unlisted.put(keys[wecom_id], True)


def _refresh_tags(client: Client, source: str, gone: Collection[str]) -> Tally:
    ticket = tickets.draw(client.corp_id)
    shown = [mapping.tag_group(row) for row in tags.corp_tags(client)]
    ended = set(gone) - {group.wecom_id for group in shown}
    facts = [*shown, *(GroupFacts(wecom_id, "", deleted=True) for wecom_id in sorted(ended))]
    return tag_mirroring.apply_catalogue(
        corp_id=client.corp_id, groups=facts, ticket=ticket, whole=False, by=SYSTEM, source=source
    )


# --- The house ---


def refresh_employee(*, corp_id: int, userid: str, source: str, left_at: dt.datetime | None = None) -> Tally:
    """Read one member and store what is read.

    Args:
        left_at: when an event says that they left. It is believed where WeCom doesn't show them any more; without it
            that changes nothing, since one out of the visible range is not shown either.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    try:
        facts = mapping.employee(house.user(client, userid))
    except (Gone, OutOfRange):
        if left_at is None:
            return Tally()
        return house_mirroring.mark_left(
            corp_id=corp_id, userids=[userid], ticket=ticket, at=left_at, by=SYSTEM, source=source
        )
    return house_mirroring.apply_employees(corp_id=corp_id, employees=[facts], ticket=ticket, by=SYSTEM, source=source)


def refresh_followers(*, corp_id: int, source: str) -> Tally:
    """Read who may have customers, and note it: WeCom announces no change of that. Raises as refresh_employee."""
    userids = house.follow_users(client_for(corp_id))
    return house_mirroring.set_followers(corp_id=corp_id, userids=userids, by=SYSTEM, source=source)


def refresh_departments(*, corp_id: int, source: str, gone: Sequence[int] = ()) -> Tally:
    """Read the tree and store it.

    Args:
        gone: WeCom's ids of departments that are removed where the tree doesn't show them; others stay.

    Raises:
        WecomError, NotConnected: it could not be read.
    """
    client, ticket = client_for(corp_id), tickets.draw(corp_id)
    facts = [mapping.department(row) for row in house.departments(client)]
    tally = house_mirroring.apply_departments(
        corp_id=corp_id, departments=facts, ticket=ticket, whole=False, by=SYSTEM, source=source
    )
    ended = set(gone) - {department.wecom_id for department in facts}
    return tally.add(
        house_mirroring.remove_departments(corp_id=corp_id, wecom_ids=ended, ticket=ticket, by=SYSTEM, source=source)
    )
