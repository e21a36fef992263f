from groups.console.catalogue_pages import GroupTagAdmin, GroupTagSetAdmin
from groups.console.leavers import LeaverAdmin
from groups.console.pages import GroupChatAdmin

__all__ = ["GroupChatAdmin", "GroupTagAdmin", "GroupTagSetAdmin", "LeaverAdmin"]
