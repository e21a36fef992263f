from wecom.sandbox.acts.house import House
from wecom.sandbox.state import act


class Leaving(House):
    """Employees leave, and with them what was theirs (event: page 96302)."""

    @act
    def fire(self, userid: str) -> None:
        """Somebody leaves: gone from the directory, the customers wait for a successor, the chats for an owner."""
        employee, now = self.employee(userid), self.clock.now()
        employee.status, employee.left_at, employee.contact = 5, now, False
        for external in list(self.follows.get(userid, {})):
            follow = self.drop_follow(userid, external)
            self.close_episode(userid, external, now, "resignation")
            # A customer who had deleted the employee has nobody to be handed over from.
            if not follow.customer_gone:
                self.unassigned.setdefault(userid, {})[external] = now
        for pair in [pair for pair in self.halves if pair[0] == userid]:
            del self.halves[pair]
        for chat in self.chats.values():
            if chat.owner == userid and chat.dismissed_at is None:
                chat.status = 1
        self.emit("change_contact", "delete_user", UserID=userid)

    def close_episode(self, userid: str, external_userid: str, at: int, by: str) -> None:
        """End the pair's open episode; one that has ended keeps how it did."""
        last = self.history[userid, external_userid][-1]
        if last.ended is None:
            last.ended, last.ended_by = at, by
