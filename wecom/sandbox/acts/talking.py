from wecom.sandbox.acts.relations import Relations
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import ContactWay


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
    def talk(
        self, userid: str, *, messages: int = 1, chats: int = 1, asked: int = 0, answered: int = 0, minutes: int = 0
    ) -> None:
        """Count a day's talk, for the statistics: chats the employee wrote in, chats that customers opened, and how
        many of these were answered after ``minutes``."""
        self.employee(userid)
        counters = {"chat_cnt": chats, "message_cnt": messages}
        asking = {"asked": asked, "answered": answered, "minutes": minutes * answered}
        self.count(userid, **counters, **asking)
