from typing import Any

from wecom.sandbox.acts.house import House, places
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Chat


class Renaming(House):
    """Another userid for somebody (``NewUserID`` of page 96302)."""

    @act
    def rename_userid(self, userid: str, new: str) -> None:
        """Give somebody another userid: all pairs, chats and transfers go with it."""
        if new.lower() in (u.lower() for u in self.employees if u != userid):
            raise Impossible(f"userid {new} is taken")
        employee = self.employee(userid)
        self.employees = {new if u == userid else u: e for u, e in self.employees.items()}
        employee.userid = new
        self._rename_pairs(userid, new)
        for chat in self.chats.values():
            _rename_in_chat(chat, userid, new)
        for transfer in self.transfers:
            transfer.handover = new if transfer.handover == userid else transfer.handover
            transfer.takeover = new if transfer.takeover == userid else transfer.takeover
        self.emit("change_contact", "update_user", UserID=userid, NewUserID=new, **places(employee))

    def _rename_pairs(self, userid: str, new: str) -> None:
        for external in list(self.follows.get(userid, {})):
            follow = self.drop_follow(userid, external)
            follow.userid = new
            follow.oper_userid = new if follow.oper_userid == userid else follow.oper_userid
            self.put_follow(follow)
        _rekey(self.halves, userid, new)
        _rekey(self.history, userid, new)
        _rekey(self.activity, userid, new)


def _rekey(pairs: dict[tuple[str, Any], Any], userid: str, new: str) -> None:
    for pair in [pair for pair in pairs if pair[0] == userid]:
        pairs[new, pair[1]] = pairs.pop(pair)


def _rename_in_chat(chat: Chat, userid: str, new: str) -> None:
    chat.owner = new if chat.owner == userid else chat.owner
    chat.admins = [new if admin == userid else admin for admin in chat.admins]
    if member := chat.members.pop(userid, None):
        member.userid = chat.members.setdefault(new, member).userid = new
    for member in chat.members.values():
        member.invitor = new if member.invitor == userid else member.invitor
    for stay in chat.stays:
        stay.userid = new if stay.userid == userid else stay.userid
