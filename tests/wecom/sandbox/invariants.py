"""What is always so in a company, whatever has happened to it: each check tells what it found wrong."""

from collections.abc import Iterator
from itertools import pairwise

from wecom.sandbox.company import Company
from wecom.sandbox.things import Chat, Episode, Follow


def broken(company: Company) -> list[str]:
    """Everything that can't be, in words; empty in a sound company."""
    with company.lock:
        company.settle()
        return [
            *_pairs(company),
            *_episodes(company),
            *_catalogue(company),
            *_house(company),
            *_errands(company),
            *(wrong for chat in company.chats.values() for wrong in _chat(company, chat)),
        ]


def follows(company: Company) -> list[Follow]:
    return [follow for rows in company.follows.values() for follow in rows.values()]


def _pairs(company: Company) -> Iterator[str]:
    rows = follows(company)
    if {(f.userid, f.external_userid) for f in rows} != {
        (userid, external) for external, found in company.followers.items() for userid in found
    }:
        yield "the two sides of the pairs differ"
    if len({follow.serial for follow in rows}) < len(rows) or any(f.serial > company.serial for f in rows):
        yield "a serial is used twice, or not drawn"
    for userid in company.follows:
        listed = [follow.serial for follow in company.listed(userid)]
        if listed != sorted(follow.serial for follow in company.follows[userid].values()):
            yield f"the listing of {userid} is an old one"
    for follow in rows:
        if company.employees[follow.userid].left_at is not None:
            yield f"{follow.userid} has left and keeps {follow.external_userid}"
        if follow.external_userid not in company.people:
            yield f"{follow.external_userid} is nobody"
    for userid, external in company.halves:
        other = company.follows.get(userid, {}).get(external)
        if other and not other.customer_gone:
            yield f"{external} is half added by {userid}, and whole"


def _episodes(company: Company) -> Iterator[str]:
    for (userid, external), episodes in company.history.items():
        follow = company.follows.get(userid, {}).get(external)
        on = follow is not None and not follow.customer_gone
        if (episodes[-1].ended is None) != on:
            yield f"the last episode of {userid} and {external} ends otherwise than the pair"
        if on and follow and episodes[-1].began != follow.createtime:
            yield f"the pair of {userid} and {external} is older or younger than its episode"
        yield from _one_after_another(episodes, f"{userid} and {external}")


def _one_after_another(episodes: list[Episode], who: str) -> Iterator[str]:
    for earlier, later in pairwise(episodes):
        if earlier.ended is None or earlier.ended > later.began:
            yield f"two episodes of {who} overlap"
    for episode in episodes:
        if (episode.ended is None) != (episode.ended_by is None):
            yield f"an episode of {who} has ended by nobody, or goes on and was ended"
        if episode.ended is not None and episode.ended < episode.began:
            yield f"an episode of {who} ended before it began"


def _catalogue(company: Company) -> Iterator[str]:
    living = {tag.id for tag in company.tags.values() if not tag.deleted}
    for follow in follows(company):
        if not set(follow.tags) <= living or len(set(follow.tags)) < len(follow.tags):
            yield f"{follow.external_userid} has a dead tag, or one twice"
    for group in company.tag_groups.values():
        names = [tag.name for tag in company.tags_of(group.id)]
        if bool(names) == group.deleted:
            yield f"group {group.name} is empty and lives, or the other way round"
        if len(set(names)) < len(names):
            yield f"group {group.name} has a name twice"


def _house(company: Company) -> Iterator[str]:
    for department in company.departments.values():
        if 1 not in company.branch(department.id, up=True):
            yield f"department {department.id} hangs in the air"
    for employee in company.employees.values():
        if employee.left_at is None and not set(employee.departments) <= set(company.departments):
            yield f"{employee.userid} works in a department that is gone"
        if not set(employee.leads) <= set(company.departments):
            yield f"{employee.userid} leads a department that is gone"
        if (employee.status == 5) != (employee.left_at is not None):
            yield f"{employee.userid} has left and hasn't"
    if len({userid.lower() for userid in company.employees}) < len(company.employees):
        yield "two userids differ by case only"


def _errands(company: Company) -> Iterator[str]:
    if company.open_transfers != [transfer for transfer in company.transfers if transfer.outcome is None]:
        yield "the open transfers aren't those without an outcome"
    waiting = [transfer.external_userid for transfer in company.open_transfers]
    if len(set(waiting)) < len(waiting):
        yield "somebody is handed over twice at once"
    for leaver, customers in company.unassigned.items():
        if company.employees[leaver].left_at is None or not customers:
            yield f"{leaver} is in the list of leavers' customers for nothing"
        if customers.keys() & company.follows.get(leaver, {}).keys():
            yield f"a customer of {leaver} waits and is followed"


def _chat(company: Company, chat: Chat) -> Iterator[str]:
    staying = sorted(stay.userid for stay in chat.stays if stay.left is None)
    if staying != sorted(chat.members):
        yield f"members of {chat.name} and open stays differ"
    if not set(chat.admins) <= set(chat.members) and chat.dismissed_at is None:
        yield f"{chat.name} has an admin from outside"
    if (chat.dismissed_at is None) == (not chat.members):
        yield f"{chat.name} is over with members in it, or goes on without"
    if chat.dismissed_at is None and (chat.status == 1) != (company.employees[chat.owner].left_at is not None):
        yield f"{chat.name} doesn't know whether its owner has left"
    if any(stay.left is not None and stay.left < stay.joined for stay in chat.stays):
        yield f"somebody left {chat.name} before joining it"
