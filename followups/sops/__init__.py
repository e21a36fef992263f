"""What the operation service tells of its SOPs: enrolments, reminders, entries of the timeline, tags (docs/sop.md)."""

from followups.sops.hearing import hear

__all__ = ["hear"]
