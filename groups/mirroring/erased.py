"""People who were erased are members like others, whom nobody knows: counted, under a name that isn't theirs."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from customers.privacy import tombstones
from groups.facts import ChatFacts, MemberFacts
from groups.mirroring.presence import is_employee


def without_erased(corp_id: int, chats: Sequence[ChatFacts]) -> list[ChatFacts]:
    """The groups with nothing in them of who was erased. Where nobody was, one look-up."""
    if not tombstones.any_of(corp_id):
        return list(chats)
    people = {member.userid for chat in chats for member in chat.members if not is_employee(member)}
    names = tombstones.among(corp_id, people)
    return [replace(chat, members=tuple(_member(m, names) for m in chat.members)) for chat in chats]


def called_now(corp_id: int, userids: Collection[str]) -> list[str]:
    """The userids by which these people's stays are kept."""
    names = tombstones.among(corp_id, userids)
    return [names.get(userid, userid) for userid in userids]


def _member(member: MemberFacts, names: dict[str, str]) -> MemberFacts:
    alias = names.get(member.userid)
    return replace(member, userid=alias, unionid=None, name="", group_nickname="") if alias else member
