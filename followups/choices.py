from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EntryKind(models.TextChoices):
    """What a customer's timeline can tell. A kind more is a line here and one in the table of ``timeline/kinds.py``."""

    CREATED = "created", _("added to the company's customers")
    DELETED = "deleted", _("deleted from the company's customers")
    FOLLOWED = "followed", _("added by an employee")
    UNFOLLOWED = "unfollowed", _("relation ended")
    ASSIGNED = "assigned", _("given to an employee by a rule")
    READERS_ADDED = "readers_added", _("colleagues may read along")
    READERS_REMOVED = "readers_removed", _("colleagues may read along no more")
    REMARK_CHANGED = "remark_changed", _("remark changed")
    TAG_ADDED = "tag_added", _("tags added")
    TAG_REMOVED = "tag_removed", _("tags removed")
    STAGE_CHANGED = "stage_changed", _("stage changed")
    FOLLOW_UP = "follow_up", _("follow-up written")
    FOLLOW_UP_EDITED = "follow_up_edited", _("follow-up changed")
    FOLLOW_UP_DELETED = "follow_up_deleted", _("follow-up deleted")
    COMMENTED = "commented", _("follow-up commented on")
    COMMENT_DELETED = "comment_deleted", _("comment deleted")
    COMMUNICATION = "communication", _("in touch by call or message")
    BLACKLISTED = "blacklisted", _("put on the blacklist")
    BLACKLIST_LIFTED = "blacklist_lifted", _("taken off the blacklist")
    TRANSFER_ASKED = "transfer_asked", _("handover begun")
    TRANSFERRED = "transferred", _("handed over to a colleague")
    TRANSFER_FAILED = "transfer_failed", _("handover came to nothing")
    GROUP_JOINED = "group_joined", _("joined a group chat")
    GROUP_LEFT = "group_left", _("left a group chat")
    SEGMENT_ENTERED = "segment_entered", _("came into a segment")
    SEGMENT_LEFT = "segment_left", _("left a segment")
    RISK_OPENED = "risk_opened", _("warning opened")
    RISK_CLOSED = "risk_closed", _("warning closed")
    REMINDER_DONE = "reminder_done", _("reminder done")
    MERGED = "merged", _("merged with other records of the same person")
    UNMERGED = "unmerged", _("parted from other records again")
    UNMASKED = "unmasked", _("number shown to somebody")
    SOP_ENROLLED = "sop_enrolled", _("SOP begun")
    SOP_STEP_DUE = "sop_step_due", _("step of an SOP due")
    SOP_STEP_DONE = "sop_step_done", _("step of an SOP done")
    SOP_ENDED = "sop_ended", _("SOP ended")


class FollowUpKind(models.TextChoices):
    """How somebody was in touch with a customer."""

    NOTE = "note", pgettext_lazy("follow-up", "note")
    CALL = "call", pgettext_lazy("follow-up", "call")
    MESSAGE = "message", pgettext_lazy("follow-up", "message")
    VISIT = "visit", pgettext_lazy("follow-up", "visit")
    MEETING = "meeting", pgettext_lazy("follow-up", "meeting")
    OTHER = "other", pgettext_lazy("follow-up", "other")


class FollowUpOutcome(models.TextChoices):
    """What came of it; the empty one says nothing."""

    OPEN = "", pgettext_lazy("follow-up", "not said")
    NO_ANSWER = "no_answer", pgettext_lazy("follow-up", "nobody reached")
    INTERESTED = "interested", pgettext_lazy("follow-up", "interested")
    THINKING = "thinking", pgettext_lazy("follow-up", "thinking it over")
    AGREED = "agreed", pgettext_lazy("follow-up", "agreed")
    DECLINED = "declined", pgettext_lazy("follow-up", "declined")


class Revision(models.TextChoices):
    """Why a former version of a follow-up is kept."""

    EDITED = "edited", pgettext_lazy("follow-up", "changed")
    DELETED = "deleted", pgettext_lazy("follow-up", "deleted")


class ImportState(models.TextChoices):
    """How far a file of follow-ups is."""

    CHECKING = "checking", pgettext_lazy("import", "being checked")
    CHECKED = "checked", pgettext_lazy("import", "checked, to be confirmed")
    WRITING = "writing", pgettext_lazy("import", "being brought in")
    DONE = "done", pgettext_lazy("import", "done")
    STOPPED = "stopped", pgettext_lazy("import", "stopped")
    # As a file; nothing of it could be read.
    FAILED = "failed", pgettext_lazy("import", "unreadable")


class LineState(models.TextChoices):
    """What becomes of a line that is no follow-up yet."""

    GOOD = "good", pgettext_lazy("import", "to be brought in")
    BAD = "bad", pgettext_lazy("import", "at fault")


class TalkKind(models.TextChoices):
    CALL = "call", pgettext_lazy("follow-up", "call")
    MESSAGE = "message", pgettext_lazy("follow-up", "message")


class Direction(models.TextChoices):
    """Who began it."""

    IN = "in", _("by the customer")
    OUT = "out", _("by us")


class EnrolmentState(models.TextChoices):
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended as planned")
    ENDED_EARLY = "ended_early", _("ended early")


class ReminderState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class StopReason(models.TextChoices):
    """Why this service has an SOP stopped."""

    LOST = "lost", _("nobody follows the customer any more")
    TRANSFERRED = "transferred", _("the customer has another follower")
    BLACKLISTED = "blacklisted", _("the customer is on the blacklist")
    GOAL = "goal", _("the customer has the tag that was the goal")


class StopState(models.TextChoices):
    WAITING = "waiting", _("to be told")
    TOLD = "told", _("told")
    # The operation service knows no such enrolment that could be stopped.
    MOOT = "moot", _("nothing to stop")
    DEAD = "dead", _("given up")
