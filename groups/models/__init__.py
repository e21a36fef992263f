"""The tables of the group chats: the chats, and who stayed in them from when to when."""

from groups.models.chat import GroupChat
from groups.models.member import GroupMember

__all__ = ["GroupChat", "GroupMember"]
