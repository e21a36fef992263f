"""Handovers of group chats, brought to WeCom (pages 92127, 95703)."""
