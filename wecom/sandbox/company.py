"""A company that lives in memory: its state, and the acts of the people in and around it."""

from typing import Any

from wecom.sandbox import counting, truth
from wecom.sandbox.acts.catalogue import Catalogue
from wecom.sandbox.acts.chats import Chats
from wecom.sandbox.acts.noting import Noting
from wecom.sandbox.acts.renaming import Renaming
from wecom.sandbox.acts.talking import Talking
from wecom.sandbox.acts.transfers import Transfers
from wecom.sandbox.state import Event
from wecom.sandbox.things import App, Employee


class Company(Renaming, Noting, Transfers, Talking, Catalogue, Chats):
    """The whole of it. Nothing moves by itself: callers act, and advance the clock between acts.

    Two acts in one second give two events of one second, as in WeCom. What it would send is in ``outgoing``.

    * House: add_app, add_department, rename_department, move_department, delete_department, hire, move_employee,
      change_employee, rename_userid, fire.
    * Relations: befriend, half_add, delete_by_employee, delete_by_customer, edit_follow, tag_follow, put_personal_tag,
      change_person, scan, talk, say.
    * Tags: add_tag_group, add_tag, rename_tag, rename_group, delete_tag, delete_group, shuffle.
    * Chats: open_chat, join, leave, rename_chat, change_notice, change_owner, set_admins, dismiss, chatter.
    * Transfers: start_transfer, refuse_transfer, forget_transfer, finish_transfers, or ``advance``.

    An act that nobody could do raises ``state.Impossible`` and changes nothing.
    """

    def advance(self, seconds: int) -> int:
        """Put the clock forward and let happen what was due by then. Returns the new time."""
        with self.lock:
            self.changes += 1
            now = self.clock.advance(seconds)
            self.settle()
            return now

    def truth(self) -> dict[str, Any]:
        """Everything as plain structures, to compare a mirror with: see ``truth.of``."""
        with self.lock:
            self.settle()
            return truth.of(self)

    def sees(self, app: App, employee: Employee) -> bool:
        """Whether somebody is in an app's visible range."""
        return app.sees is None or any(not self.branch(n, up=True).isdisjoint(app.sees) for n in employee.departments)

    def concerns(self, app: App, event: Event) -> bool:
        """Whether an app gets an event: those of members in its range (page 96360), and of chats whose owner is."""
        chat = self.chats.get(event.get("ChatId", ""))
        userid = chat.owner if chat else event.get("NewUserID") or event.get("UserID")
        return userid not in self.employees or self.sees(app, self.employees[userid])

    def counts(self) -> dict[str, int]:
        """How many there are of each, for pages and logs: see ``counting.of``."""
        with self.lock:
            return counting.of(self)
