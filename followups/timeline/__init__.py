"""What happened with a customer, in one list: rows taken from events, which can be made anew from the record."""

from followups.timeline.noting import concerned, note

__all__ = ["concerned", "note"]
