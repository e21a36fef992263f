"""The tables of the group chats: the chats, their tags and changes, and who stayed in them from when to when."""

from groups.models.change import ChatChange
from groups.models.chat import GroupChat
from groups.models.figures import FiguresDay, OwnerFigures
from groups.models.member import GroupMember
from groups.models.tag import ChatTag, GroupTag, GroupTagSet
from groups.models.transfer import GroupTransferItem, GroupTransferJob

__all__ = [
    "ChatChange",
    "ChatTag",
    "FiguresDay",
    "GroupChat",
    "GroupMember",
    "GroupTag",
    "GroupTagSet",
    "GroupTransferItem",
    "GroupTransferJob",
    "OwnerFigures",
]
