"""The message archive (会话内容存档), read by its metadata alone: who wrote to whom and when."""
