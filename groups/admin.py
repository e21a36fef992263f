from groups.console.catalogue_pages import GroupTagAdmin, GroupTagSetAdmin
from groups.console.pages import GroupChatAdmin

__all__ = ["GroupChatAdmin", "GroupTagAdmin", "GroupTagSetAdmin"]
