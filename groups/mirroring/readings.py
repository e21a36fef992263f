"""What WeCom shows of groups (page 96338), stored: a page of them in a bounded number of statements."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.facts import Tally
from corps.mirroring import ensure_employees
from customers.models import Customer
from groups.choices import ChatStatus, MemberType
from groups.events import Change
from groups.facts import ChatFacts, MemberFacts
from groups.mirroring import storing
from groups.models import GroupChat
from groups.stays import Difference, Stay, compare

_WIRE = {
    "name": "name",
    "owner_id": "ownerId",
    "admins": "admins",
    "notice": "notice",
    "opened_at": "openedAt",
    "status": "status",
}
# An event is believed against readings of so long after it; WeCom's own readings lag seconds behind its events.
_SETTLED = dt.timedelta(hours=1)
# Lists of ids longer than this make MySQL read the whole table.
_MOST_IDS = 2_000

# A group's row id → who is in it by the reading.
_Present = Mapping[int, Mapping[str, MemberFacts]]


@atomic
def apply_chats(
    *, corp_id: int, chats: Sequence[ChatFacts], ticket: int, by: Actor, source: str, run_id: int | None = None
) -> Tally:
    """Store groups with all who are in them now; who is no longer has left, how is unknown unless a callback told.

    Args:
        chats: as they were read under ``ticket``; a group that was read or dismissed later is left alone (``refused``).
        run_id: the full sync that reads; each group is marked as seen by it. Its readings may overrule what an event
            told an hour before; others may be behind their event.

    Returns: groups new, changed, same and refused.
    """
    facts = {chat.chat_id: chat for chat in chats}
    named = {chat.owner_userid for chat in chats} | {m.userid for c in chats for m in c.members if _is_employee(m)}
    employees = ensure_employees(corp_id=corp_id, userids=named - {""})
    rows = _locked(corp_id, facts, employees)
    fresh = [row for row in rows if row.fetch_seq < ticket]
    changes = {row.pk: Change(row, created=row.fetch_seq == 0) for row in fresh}
    for row in fresh:
        _take_over(changes[row.pk], facts[row.chat_id], employees)
    _apply_members(corp_id, changes, {row.pk: _members(facts[row.chat_id]) for row in fresh}, employees, run_id)
    tally = storing.finish(changes.values(), by=by, source=source)
    _mark(rows, fresh, ticket, run_id)
    return tally.add(Tally(refused=len(rows) - len(fresh)))


def _locked(corp_id: int, facts: Mapping[str, ChatFacts], employees: Mapping[str, int]) -> list[GroupChat]:
    known = GroupChat.objects.filter(corp_id=corp_id, chat_id__in=facts).values_list("chat_id", flat=True)
    missing = sorted(facts.keys() - set(known))
    # Whoever locks such a row first finds that no reading has been applied, and tells of its beginning.
    rows = [GroupChat(corp_id=corp_id, chat_id=chat_id, **_columns(facts[chat_id], employees)) for chat_id in missing]
    GroupChat.objects.bulk_create(rows, ignore_conflicts=True)
    return storing.locked(corp_id, facts)


def _columns(facts: ChatFacts, employees: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": facts.name,
        "owner_id": employees.get(facts.owner_userid),
        "admins": list(facts.admins),
        "notice": facts.notice,
        "opened_at": facts.opened_at,
    }


def _take_over(change: Change, facts: ChatFacts, employees: Mapping[str, int]) -> None:
    """Bring the group's own columns into step, on the instance."""
    row = change.chat
    told = _columns(facts, employees)
    if facts.status is not None:
        told["status"] = facts.status
    elif row.status == ChatStatus.DISMISSED:
        # It was taken for dismissed, and is shown by a later reading.
        told["status"] = ChatStatus.NORMAL
    change.fields |= {_WIRE[name] for name, value in told.items() if getattr(row, name) != value}
    for name, value in told.items():
        setattr(row, name, value)
    row.dismissed_at = None
    if facts.member_version not in ("", row.member_version):
        row.member_version, change.silent = facts.member_version, True


def _apply_members(
    corp_id: int,
    changes: Mapping[int, Change],
    present: _Present,
    employees: dict[str, int],
    run_id: int | None,
) -> None:
    known = _known(present, began={chat for chat, change in changes.items() if change.created})
    links = employees | _customers(corp_id, known, present)
    noticed = now()
    found: list[Difference] = []
    for chat, change in changes.items():
        seen = {userid: _seen(chat, member, links) for userid, member in present[chat].items()}
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


def _members(facts: ChatFacts) -> dict[str, MemberFacts]:
    # Named twice, the later joining is the one that lasts.
    return {member.userid: member for member in sorted(facts.members, key=lambda m: m.join_time)}


def _is_employee(member: MemberFacts) -> bool:
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
    wanted = {m.userid for members in present.values() for m in members.values() if not _is_employee(m)}
    for userids in _chunks(wanted - links.keys()):
        rows = Customer.objects.filter(corp_id=corp_id, external_userid__in=userids)
        links |= dict(rows.values_list("external_userid", "pk"))
    return links


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    return (listed[start : start + _MOST_IDS] for start in range(0, len(listed), _MOST_IDS))


def _seen(chat: int, member: MemberFacts, links: Mapping[str, int]) -> Stay:
    employee, linked = _is_employee(member), links.get(member.userid)
    return Stay(
        pk=None,
        chat_id=chat,
        userid=member.userid,
        join_time=member.join_time,
        left_at=None,
        quit_scene=None,
        type=member.type,
        employee_id=linked if employee else None,
        customer_id=None if employee else linked,
        unionid=member.unionid,
        name=member.name,
        group_nickname=member.group_nickname,
        join_scene=member.join_scene,
        inviter_userid=member.inviter_userid,
        state=member.state,
    )


def _mark(rows: Sequence[GroupChat], fresh: Sequence[GroupChat], ticket: int, run_id: int | None) -> None:
    GroupChat.objects.filter(pk__in=[row.pk for row in fresh]).update(fetch_seq=ticket)
    if run_id is not None:
        # Also those that were read later: they are there.
        GroupChat.objects.filter(pk__in=[row.pk for row in rows]).update(seen_run=run_id)
