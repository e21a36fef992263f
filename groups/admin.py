from groups.console.leavers import LeaverAdmin
from groups.console.pages import GroupChatAdmin

__all__ = ["GroupChatAdmin", "LeaverAdmin"]
