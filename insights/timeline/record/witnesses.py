"""The one table of what the record can tell. A kind of entry that has rows of its own adds its reader here."""

from collections.abc import Callable, Iterator, Sequence

from followups.choices import EntryKind
from insights.timeline.record import around, relations, work
from insights.timeline.record.made import Made

# What reads the rows of some customers, and which kinds of entries it makes.
WITNESSES: dict[Callable[[Sequence[int]], Iterator[Made]], tuple[EntryKind, ...]] = {
    relations.customers: (EntryKind.CREATED, EntryKind.DELETED),
    relations.stays: (EntryKind.FOLLOWED, EntryKind.UNFOLLOWED),
    relations.assignments: (EntryKind.ASSIGNED,),
    relations.readers: (EntryKind.READERS_ADDED,),
    relations.blacklist: (EntryKind.BLACKLISTED, EntryKind.BLACKLIST_LIFTED),
    work.tags: (EntryKind.TAG_ADDED,),
    work.stages: (EntryKind.STAGE_CHANGED,),
    work.follow_ups: (EntryKind.FOLLOW_UP,),
    work.revisions: (EntryKind.FOLLOW_UP_EDITED, EntryKind.FOLLOW_UP_DELETED),
    work.comments: (EntryKind.COMMENTED,),
    work.communications: (EntryKind.COMMUNICATION,),
    work.handovers: (EntryKind.TRANSFER_ASKED, EntryKind.TRANSFERRED, EntryKind.TRANSFER_FAILED),
    work.reminders: (EntryKind.REMINDER_DONE,),
    work.sops: (EntryKind.SOP_ENROLLED, EntryKind.SOP_ENDED),
    work.steps: (EntryKind.SOP_STEP_DUE, EntryKind.SOP_STEP_DONE),
    around.groups: (EntryKind.GROUP_JOINED, EntryKind.GROUP_LEFT),
    around.segments: (EntryKind.SEGMENT_ENTERED, EntryKind.SEGMENT_LEFT),
    around.warnings: (EntryKind.RISK_OPENED, EntryKind.RISK_CLOSED),
}
# What left no row, or none that is read here: only its event tells.
UNRECORDED = {
    *(EntryKind.TAG_REMOVED, EntryKind.READERS_REMOVED, EntryKind.REMARK_CHANGED),
    *(EntryKind.MERGED, EntryKind.UNMERGED, EntryKind.UNMASKED, EntryKind.COMMENT_DELETED),
}
