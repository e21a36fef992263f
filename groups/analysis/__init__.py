"""Figures over group chats. Each is counted from the record when it is asked for, so the same question has one answer,
and nothing has to be rebuilt."""
