"""A group as it really is, for the machine that holds the mirror against it: who stayed from when to when."""

from dataclasses import dataclass, field
from typing import Any

from groups.choices import QuitScene
from groups.facts import ChatFacts
from tests import make
from tests.groups.story import START, at


@dataclass
class RealStay:
    userid: str
    joined: int
    left: int | None = None
    how: int | None = None


@dataclass
class RealGroup:
    """The truth about one group. Times are minutes; each act takes at least one."""

    chat_id: str
    owner: str
    minute: int = 0
    name: str = ""
    notice: str = ""
    dismissed: int | None = None
    stays: list[RealStay] = field(default_factory=list)

    def tick(self) -> int:
        self.minute += 1
        return self.minute

    def present(self) -> dict[str, RealStay]:
        return {stay.userid: stay for stay in self.stays if stay.left is None}

    def join(self, userid: str) -> None:
        self.stays.append(RealStay(userid, self.tick()))

    def leave(self, userid: str, how: int) -> RealStay:
        stay = self.present()[userid]
        stay.left, stay.how = self.tick(), how
        return stay

    def dismiss(self) -> None:
        self.dismissed = self.tick()
        for stay in self.present().values():
            stay.left, stay.how = self.dismissed, QuitScene.DISMISSED

    def facts(self) -> ChatFacts | None:
        """What WeCom would show of it now; None once it is dismissed."""
        if self.dismissed is not None:
            return None
        members = [make.chat_member(s.userid, at(s.joined)) for s in self.present().values()]
        fields: dict[str, Any] = {"name": self.name, "notice": self.notice, "owner_userid": self.owner}
        return ChatFacts(chat_id=self.chat_id, opened_at=START, members=tuple(members), **fields)
