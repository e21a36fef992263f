"""Make the company live: people come, talk, leave and are noted, at a rate of one's choice."""

import random
import threading
from collections.abc import Callable

from wecom.sandbox import seeding, words
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible


class Living:
    """Draws acts from a seed: the same company and seed live the same life.

    Args:
        rate: acts a minute; 0 for a company that stands still.
    """

    def __init__(self, company: Company, *, rate: float = 6.0, seed: int = 7002) -> None:
        self._company, self._rate = company, rate
        self._dice = random.Random(seed)  # noqa: S311
        self._acts: list[tuple[Callable[[], None], int]] = [
            (self.arrive, 24),
            (self.come_back, 4),
            (self.half_arrive, 3),
            (self.tag, 22),
            (self.note, 12),
            (self.talk, 10),
            (self.join, 10),
            (self.leave, 6),
            (self.customer_leaves, 4),
            (self.employee_deletes, 2),
            (self.open_chat, 1),
            (self.rename_chat, 1),
            (self.announce, 1),
        ]

    def run(self, stopping: threading.Event) -> None:
        """One act after another until told to stop."""
        while not stopping.wait(self._pause()):
            if self._rate:
                self.step()

    def step(self) -> str:
        """One act. Returns its name; one that isn't possible now is passed over for another."""
        with self._company.lock:
            return self._draw()

    def _draw(self) -> str:
        for _try in range(20):
            act = self._dice.choices([act for act, _ in self._acts], [weight for _, weight in self._acts])[0]
            try:
                act()
            # An empty table to draw from, or a draw that nobody could do.
            except (Impossible, IndexError):
                continue
            return act.__name__
        return ""

    def arrive(self) -> None:
        way = self._dice.choice(list(self._company.contact_ways) or [""])
        if not way or self._dice.random() < 0.3:
            self._company.befriend(
                self._employee(), name=seeding.name(self._dice), add_way=self._dice.choice((2, 3, 6))
            )
            return
        people = self._company.contact_ways[way].fields.get("user") or []
        external = self._company.scan(way, userid=self._dice.choice(people))
        self._company.change_person(external, name=seeding.name(self._dice), gender=self._dice.choice((0, 1, 2)))

    def come_back(self) -> None:
        """One who had gone, or was deleted, or waits to be confirmed, is added again."""
        halves = list(self._company.halves)
        gone = [pair for pair, episodes in self._company.history.items() if episodes[-1].ended]
        userid, external = self._dice.choice(halves or gone)
        self._company.befriend(userid, external, add_way=1)

    def half_arrive(self) -> None:
        self._company.half_add(self._employee(), name=seeding.name(self._dice), state=self._dice.choice(words.CHANNELS))

    def tag(self) -> None:
        userid, external = self._pair()
        living = [tag.id for tag in self._company.tags.values() if not tag.deleted]
        held = self._company.follows[userid][external].tags
        drop = self._dice.sample(held, 1) if len(held) > 4 else []
        self._company.tag_follow(userid, external, self._dice.sample(living, min(2, len(living))), drop)

    def note(self) -> None:
        userid, external = self._pair()
        text = self._dice.choice(words.REMARKS)
        self._company.edit_follow(
            userid, external, remark=text, description=f"{text}，{self._dice.choice(words.BUSINESSES)}"
        )

    def talk(self) -> None:
        asked = self._dice.randrange(1, 5)
        counts = {"asked": asked, "answered": self._dice.randrange(asked + 1), "minutes": self._dice.randrange(1, 60)}
        userid, external = self._pair()
        for _n in range(self._dice.randrange(1, 4)):
            self._company.say(userid, external, theirs=self._dice.random() < 0.5)
        self._company.talk(userid, messages=self._dice.randrange(1, 20), **counts)
        chat = self._dice.choice(self._chats())
        self._company.chatter(chat, *list(self._company.chats[chat].members)[:3], messages=self._dice.randrange(1, 9))

    def join(self) -> None:
        chat = self._dice.choice(self._chats())
        self._company.join(chat, self._pair()[1], scene=self._dice.choice((1, 2, 3)))

    def leave(self) -> None:
        chat = self._company.chats[self._dice.choice(self._chats())]
        guests = [member.userid for member in chat.members.values() if member.type == 2]
        self._company.leave(chat.chat_id, self._dice.choice(guests), scene=self._dice.choice((0, 0, 0, 1)))

    def customer_leaves(self) -> None:
        self._company.delete_by_customer(*self._pair())

    def employee_deletes(self) -> None:
        self._company.delete_by_employee(*self._pair())

    def open_chat(self) -> None:
        guests = {self._pair()[1] for _ in range(3)}
        self._company.open_chat(self._employee(), sorted(guests), name=self._dice.choice(words.CHATS))

    def rename_chat(self) -> None:
        title = f"{self._dice.choice(words.CHATS)}{self._dice.randrange(2, 100)}"
        self._company.rename_chat(self._dice.choice(self._chats()), title)

    def announce(self) -> None:
        self._company.change_notice(self._dice.choice(self._chats()), self._dice.choice(words.NOTICES))

    def _pause(self) -> float:
        # A thread that has nothing to do looks round now and then whether it shall stop.
        return self._dice.uniform(0.5, 1.5) * 60 / self._rate if self._rate else 1.0

    def _employee(self) -> str:
        working = [e.userid for e in self._company.employees.values() if e.left_at is None and e.contact]
        return self._dice.choice(working)

    def _pair(self) -> tuple[str, str]:
        userid = self._employee()
        return userid, self._dice.choice(self._company.listed(userid)).external_userid

    def _chats(self) -> list[str]:
        return [chat.chat_id for chat in self._company.chats.values() if chat.dismissed_at is None]
