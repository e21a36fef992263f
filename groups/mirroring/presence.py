"""Who is in some groups by a reading, held against the stays that are known."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from core.time import now
from customers.models import Customer
from groups.choices import MemberType
from groups.events import Change
from groups.facts import ChatFacts, MemberFacts
from groups.mirroring import storing
from groups.stays import Difference, Stay, compare

# An event is believed against readings of so long after it; WeCom's own readings lag seconds behind its events.
_SETTLED = dt.timedelta(hours=1)
# Lists of ids longer than this make MySQL read the whole table.
_MOST_IDS = 2_000

# A group's row id → who is in it by the reading.
_Present = Mapping[int, Mapping[str, MemberFacts]]


def apply_members(
    corp_id: int,
    changes: Mapping[int, Change],
    present: _Present,
    employees: dict[str, int],
    run_id: int | None,
) -> None:
    """Store what the stays of these (locked) groups are now, and note it in their changes.

    Args:
        changes, present: by the groups' row ids.
        employees: userid → id of every colleague among those present.
    """
    known = _known(present, began={chat for chat, change in changes.items() if change.created})
    customers = _customers(corp_id, known, present)
    noticed = now()
    found: list[Difference] = []
    for chat, change in changes.items():
        seen = {userid: _seen(chat, member, employees, customers) for userid, member in present[chat].items()}
        overruled = None if run_id is None else noticed - _SETTLED
        found.append(compare(known[chat], seen, noticed=noticed, overruled=overruled))
        _note(change, found[-1])
    storing.write(
        corp_id,
        left=[stay for d in found for stay in d.left],
        changed=[stay for d in found for stay in (*d.returned, *d.changed)],
        joined=[stay for d in found for stay in d.joined],
    )


def _note(change: Change, difference: Difference) -> None:
    change.joined, change.left = [*difference.joined, *difference.returned], difference.left
    change.chat.member_count, change.chat.customer_count = difference.members, difference.customers
    if difference.changed:
        change.fields.add("members")


def members_of(facts: ChatFacts) -> dict[str, MemberFacts]:
    # Named twice, the later joining is the one that lasts.
    return {member.userid: member for member in sorted(facts.members, key=lambda m: m.join_time)}


def is_employee(member: MemberFacts) -> bool:
    return member.type == MemberType.EMPLOYEE


def _known(present: _Present, began: Collection[int]) -> dict[int, list[Stay]]:
    """The stays to compare with, by group: the lasting, and those over of whoever is there but doesn't go on."""
    found: dict[int, list[Stay]] = {chat: [] for chat in present}
    goes_on = set()
    for stay in storing.stays(chat_id__in=present.keys() - began, left_at=None):
        found[stay.chat_id].append(stay)
        goes_on.add((stay.chat_id, stay.userid, stay.join_time))
    others = {
        (chat, userid)
        for chat in present.keys() - began
        for userid, member in present[chat].items()
        if (chat, userid, member.join_time) not in goes_on
    }
    chats = {chat for chat, _userid in others}
    for userids in _chunks({userid for _chat, userid in others}):
        for stay in storing.stays(chat_id__in=chats, userid__in=userids, left_at__isnull=False):
            found[stay.chat_id].append(stay)
    return found


def _customers(corp_id: int, known: Mapping[int, Iterable[Stay]], present: _Present) -> dict[str, int]:
    """external_userid → customer of those present: as their stays know it, else looked up."""
    links = {s.userid: s.customer_id for stays in known.values() for s in stays if s.customer_id}
    wanted = {m.userid for members in present.values() for m in members.values() if not is_employee(m)}
    for userids in _chunks(wanted - links.keys()):
        rows = Customer.objects.filter(corp_id=corp_id, external_userid__in=userids)
        links |= dict(rows.values_list("external_userid", "pk"))
    return links


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    return (listed[start : start + _MOST_IDS] for start in range(0, len(listed), _MOST_IDS))


def _seen(chat: int, member: MemberFacts, employees: Mapping[str, int], customers: Mapping[str, int]) -> Stay:
    return Stay(
        pk=None,
        chat_id=chat,
        userid=member.userid,
        join_time=member.join_time,
        left_at=None,
        quit_scene=None,
        type=member.type,
        employee_id=employees.get(member.userid) if is_employee(member) else None,
        customer_id=None if is_employee(member) else customers.get(member.userid),
        unionid=member.unionid,
        name=member.name,
        group_nickname=member.group_nickname,
        join_scene=member.join_scene,
        inviter_userid=member.inviter_userid,
        state=member.state,
    )
