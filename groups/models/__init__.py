"""The tables of the group chats: the chats, their tags and changes, and who stayed in them from when to when."""

from groups.models.change import ChatChange
from groups.models.chat import GroupChat
from groups.models.chat_tag import ChatTag
from groups.models.figures import FiguresDay, OwnerFigures
from groups.models.member import GroupMember
from groups.models.tag import GroupTag, GroupTagSet
from groups.models.transfer import GroupTransferJob
from groups.models.transfer_item import GroupTransferItem

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
