from typing import Any

from wecom.sandbox.acts.relations import Relations
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import ContactWay

# WeCom keeps the days of its archive; the sandbox so many messages.
ARCHIVED = 5_000


class Talking(Relations):
    """What happens between an employee and customers besides adding: codes scanned, messages written."""

    @act
    def make_way(self, fields: dict[str, object]) -> ContactWay:
        """A contact way, as add_contact_way or the admin pages make it."""
        way = ContactWay(self.ids.hexadecimal(), self.clock.now(), fields)
        self.contact_ways[way.config_id] = way
        return way

    @act
    def scan(
        self, config_id: str, external_userid: str | None = None, *, userid: str | None = None, half: bool = False
    ) -> str:
        """Somebody scans a contact way's code and adds one of its employees, whose event then tells the state."""
        fields = self.contact_ways[config_id].fields
        people = [who for who in fields.get("user") or [] if userid in (None, who)]  # type: ignore[attr-defined]
        if not people:
            raise Impossible(f"nobody to add by {config_id}")
        state = str(fields.get("state") or "")
        if half:
            return self.half_add(people[0], external_userid, state=state)
        return self.befriend(people[0], external_userid, state=state, add_way=1)

    @act
    def say(self, userid: str, external_userid: str, *, theirs: bool = False, at: int | None = None) -> None:
        """One writes to the other, and the archive has it; ``theirs``: the customer does."""
        self.employee(userid)
        if external_userid not in self.follows.get(userid, {}):
            raise Impossible(f"{userid} has no {external_userid}")
        sender, receiver = (external_userid, userid) if theirs else (userid, external_userid)
        self.archived += 1
        moment = (self.clock.now() if at is None else at) * 1000
        message: dict[str, Any] = {"seq": self.archived, "msgid": f"{self.ids.hexadecimal()}_{moment}_external"}
        message |= {"action": "send", "from": sender, "tolist": [receiver], "roomid": "", "msgtime": moment}
        self.archive.append(message | {"msgtype": "text"})
        del self.archive[:-ARCHIVED]

    @act
    def talk(
        self, userid: str, *, messages: int = 1, chats: int = 1, asked: int = 0, answered: int = 0, minutes: int = 0
    ) -> None:
        """Count a day's talk, for the statistics: chats the employee wrote in, chats that customers opened, and how
        many of these were answered after ``minutes``."""
        self.employee(userid)
        counters = {"chat_cnt": chats, "message_cnt": messages}
        asking = {"asked": asked, "answered": answered, "minutes": minutes * answered}
        self.count(userid, **counters, **asking)
