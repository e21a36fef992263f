"""What WeCom shows of groups (page 96338), stored: a page of them in a bounded number of statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.mirroring import ensure_employees
from corps.tally import Tally
from groups.choices import ChatStatus
from groups.events import Change
from groups.facts import ChatFacts
from groups.mirroring import storing
from groups.mirroring.erased import without_erased
from groups.mirroring.presence import apply_members, is_employee, members_of
from groups.models import GroupChat

_WIRE = {
    "name": "name",
    "owner_id": "ownerId",
    "admins": "admins",
    "notice": "notice",
    "opened_at": "openedAt",
    "status": "status",
}


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
    chats = without_erased(corp_id, chats)
    facts = {chat.chat_id: chat for chat in chats}
    named = {chat.owner_userid for chat in chats} | {m.userid for c in chats for m in c.members if is_employee(m)}
    employees = ensure_employees(corp_id=corp_id, userids=named - {""})
    rows = _locked(corp_id, facts, employees)
    fresh = [row for row in rows if row.fetch_seq < ticket]
    changes = {row.pk: Change(row, created=row.fetch_seq == 0) for row in fresh}
    for row in fresh:
        _take_over(changes[row.pk], facts[row.chat_id], employees)
    apply_members(corp_id, changes, {row.pk: members_of(facts[row.chat_id]) for row in fresh}, employees, run_id)
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
    differing = {name: value for name, value in told.items() if getattr(row, name) != value}
    change.fields |= {_WIRE[name] for name in differing}
    if not change.created:
        change.trail = storing.trail(row, differing, now())
    for name, value in told.items():
        setattr(row, name, value)
    row.dismissed_at = None
    if facts.member_version not in ("", row.member_version):
        row.member_version, change.silent = facts.member_version, True


def _mark(rows: Sequence[GroupChat], fresh: Sequence[GroupChat], ticket: int, run_id: int | None) -> None:
    GroupChat.objects.filter(pk__in=[row.pk for row in fresh]).update(fetch_seq=ticket)
    if run_id is not None:
        # Also those that were read later: they are there.
        GroupChat.objects.filter(pk__in=[row.pk for row in rows]).update(seen_run=run_id)
