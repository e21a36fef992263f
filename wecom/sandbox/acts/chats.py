from collections.abc import Iterable
from typing import Any

from wecom.sandbox.acts.welcoming import Welcoming
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Chat, Member, Stay


class Chats(Welcoming):
    """Group chats with customers (events: page 96361)."""

    @act
    def open_chat(self, owner: str, members: list[str] = (), *, name: str = "", notice: str = "") -> str:  # type: ignore[assignment]
        """A new group of its owner and those invited (userids and external_userids). Returns the chat_id."""
        self.employee(owner)
        self._known(members)
        now = self.clock.now()
        chat = Chat(self.ids.chat(), name, owner, now, self.ids.hexadecimal(), notice)
        self.chats[chat.chat_id] = chat
        for who in dict.fromkeys([owner, *members]):
            self._enter(chat, who, 1, owner, "")
        self.count(owner, new_chat_cnt=1)
        self._chat_event("create", chat)
        return chat.chat_id

    @act
    def join(self, chat_id: str, *who: str, scene: int = 3, invitor: str = "", state: str = "") -> None:
        """Some come in at once.

        Args:
            scene: 1 invited, 2 by a link, 3 by the group's QR code, as groupchat/get counts.
        """
        chat = self.chat(chat_id)
        if present := [one for one in who if one in chat.members]:
            raise Impossible(f"{present} are in the chat already")
        self._known(who)
        for one in who:
            self._enter(chat, one, scene, invitor, state)
        self.count(chat.owner, new_member_cnt=len(who))
        self._turn(chat, "add_member", list(who), JoinScene=3 if scene == 3 else 0)

    @act
    def leave(self, chat_id: str, *who: str, scene: int = 0) -> None:
        """Some go (0) or are removed (1). The owner can only hand over or dismiss."""
        chat = self.chat(chat_id)
        if bad := [one for one in who if one not in chat.members or one == chat.owner]:
            raise Impossible(f"{bad} can't leave")
        for one in who:
            del chat.members[one]
            chat.admins = [admin for admin in chat.admins if admin != one]
            self._close_stay(chat, one, scene)
        self._turn(chat, "del_member", list(who), QuitScene=scene)

    @act
    def rename_chat(self, chat_id: str, name: str) -> None:
        self.chat(chat_id).name = name
        self._chat_event("update", self.chats[chat_id], UpdateDetail="change_name")

    @act
    def change_notice(self, chat_id: str, notice: str) -> None:
        self.chat(chat_id).notice = notice
        self._chat_event("update", self.chats[chat_id], UpdateDetail="change_notice")

    @act
    def change_owner(self, chat_id: str, owner: str) -> None:
        """The group gets another owner, who is let in if need be."""
        chat = self.chat(chat_id)
        self.employee(owner)
        if owner == chat.owner:
            raise Impossible(f"{owner} owns the chat already")
        # Given away after its owner had left, it counts as inherited (page 93414).
        chat.owner, chat.status = owner, 3 if chat.status == 1 else chat.status
        if owner not in chat.members:
            self._enter(chat, owner, 1, "", "")
            self._turn(chat, "add_member", [owner], JoinScene=0)
        self._chat_event("update", chat, UpdateDetail="change_owner")

    @act
    def set_admins(self, chat_id: str, admins: list[str]) -> None:
        """Members who help the owner. No event tells it."""
        chat = self.chat(chat_id)
        chat.admins = [admin for admin in admins if admin in chat.members]

    @act
    def dismiss(self, chat_id: str) -> None:
        """The group ends, without a word on its members."""
        chat = self.chat(chat_id)
        chat.dismissed_at = self.clock.now()
        for who in list(chat.members):
            self._close_stay(chat, who, None)
        chat.members.clear()
        self._chat_event("dismiss", chat)

    @act
    def chatter(self, chat_id: str, *who: str, messages: int = 1) -> None:
        """Members write, for the statistics."""
        chat = self.chat(chat_id)
        self.count(chat.owner, msg_total=messages, member_has_msg=len(who), chat_has_msg=1)

    def chat(self, chat_id: str) -> Chat:
        """A living group.

        Raises:
            Impossible: there is none.
        """
        chat = self.chats.get(chat_id)
        if chat is None or chat.dismissed_at is not None:
            raise Impossible(f"no chat {chat_id}")
        return chat

    def _known(self, who: Iterable[str]) -> None:
        if unknown := [one for one in who if one not in self.employees and one not in self.people]:
            raise Impossible(f"nobody is called {unknown}")

    def _enter(self, chat: Chat, who: str, scene: int, invitor: str, state: str) -> None:
        now = self.clock.now()
        kind = 1 if who in self.employees else 2
        chat.members[who] = Member(who, kind, now, scene, invitor, state=state)
        chat.stays.append(Stay(who, now))

    def _close_stay(self, chat: Chat, who: str, scene: int | None) -> None:
        stay = next(stay for stay in reversed(chat.stays) if stay.userid == who and stay.left is None)
        stay.left, stay.scene = self.clock.now(), scene

    def _turn(self, chat: Chat, detail: str, who: list[str], **scene: int) -> None:
        """The list of members has changed: it gets a new version, and the event tells both."""
        chat.before, chat.member_version, chat.turned = chat.member_version, self.ids.hexadecimal(), self.clock.now()
        versions = {"LastMemVer": chat.before, "CurMemVer": chat.member_version}
        who_changed = {"MemChangeCnt": len(who), "MemChangeList": who}
        self._chat_event("update", chat, UpdateDetail=detail, **scene, **who_changed, **versions)

    def _chat_event(self, change: str, chat: Chat, **fields: Any) -> None:
        self.emit("change_external_chat", change, ChatId=chat.chat_id, **fields)
