"""A group and what is told of it, for tests to tell."""

import datetime as dt
from typing import Any

from corps import tickets
from corps.actors import SYSTEM
from corps.tally import Tally
from groups import mirroring
from groups.facts import ChatFacts, MemberFacts
from groups.models import GroupChat, GroupMember
from tests import make
from tests.conftest import Cast

START = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)


def at(minute: int) -> dt.datetime:
    """A minute of the day on which these stories happen."""
    return START + dt.timedelta(minutes=minute)


class Story:
    """One group and what WeCom says of it; each reading under a ticket of its own, unless a test hands one in."""

    chat_id = "wrStory"

    def __init__(self, cast: Cast) -> None:
        self.corp, self.owner = cast.corp, cast.owner

    def facts(self, *members: MemberFacts, **fields: Any) -> ChatFacts:
        given = {"chat_id": self.chat_id, "name": "华北客户群", "owner_userid": self.owner.userid, "opened_at": START}
        return ChatFacts(**given | {"members": members} | fields)

    def draw(self) -> int:
        return tickets.draw(self.corp.pk)

    def read(self, *members: MemberFacts, ticket: int = 0, run_id: int | None = None, **fields: Any) -> Tally:
        return mirroring.apply_chats(
            corp_id=self.corp.pk,
            chats=[self.facts(*members, **fields)],
            ticket=ticket or self.draw(),
            by=SYSTEM,
            source="sync" if run_id else "callback",
            run_id=run_id,
        )

    def told(self, *userids: str, minute: int, scene: int = 0) -> Tally:
        """An event tells that these left."""
        return mirroring.apply_departures(
            corp_id=self.corp.pk,
            chat_id=self.chat_id,
            userids=userids,
            quit_scene=scene,
            at=at(minute),
            by=SYSTEM,
            source="callback",
        )

    def dismissed(self, *, minute: int = 60, ticket: int = 0) -> Tally:
        return mirroring.dismiss(
            corp_id=self.corp.pk,
            chat_id=self.chat_id,
            ticket=ticket or self.draw(),
            at=at(minute),
            by=SYSTEM,
            source="callback",
        )

    @property
    def chat(self) -> GroupChat:
        return GroupChat.objects.get(corp=self.corp, chat_id=self.chat_id)

    def stays(self, userid: str) -> list[tuple[dt.datetime, dt.datetime | None, int | None]]:
        """(joined, left, how) of each, in order."""
        rows = GroupMember.objects.filter(corp=self.corp, chat__chat_id=self.chat_id, userid=userid)
        return list(rows.order_by("join_time").values_list("join_time", "left_at", "quit_scene"))

    def counts(self) -> tuple[int, int]:
        return self.chat.member_count, self.chat.customer_count


def one(userid: str, minute: int = 0, **fields: Any) -> MemberFacts:
    """An external contact who joined at this minute."""
    return make.chat_member(userid, at(minute), **fields)
