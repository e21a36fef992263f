from followups.models.attachment import FollowUpAttachment
from followups.models.comment import FollowUpComment
from followups.models.communication import Communication
from followups.models.enrolment import SopEnrolment
from followups.models.followup import FollowUp
from followups.models.importing import FollowUpImport, FollowUpImportLine
from followups.models.mention import FollowUpMention
from followups.models.reminder import Reminder
from followups.models.setting import FollowUpSetting
from followups.models.stop import SopStop
from followups.models.template import FollowUpTemplate
from followups.models.timeline import TimelineEntry
from followups.models.version import FollowUpVersion

__all__ = [
    "Communication",
    "FollowUp",
    "FollowUpAttachment",
    "FollowUpComment",
    "FollowUpImport",
    "FollowUpImportLine",
    "FollowUpMention",
    "FollowUpSetting",
    "FollowUpTemplate",
    "FollowUpVersion",
    "Reminder",
    "SopEnrolment",
    "SopStop",
    "TimelineEntry",
]
