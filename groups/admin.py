from groups.console.pages import GroupChatAdmin

__all__ = ["GroupChatAdmin"]
