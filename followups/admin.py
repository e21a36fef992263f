from customers.admin import CustomerAdmin
from followups.console.followup_pages import FollowUpAdmin
from followups.console.import_pages import FollowUpImportAdmin
from followups.console.inlines import CommunicationInline, FollowUpInline
from followups.console.other_pages import FollowUpMentionAdmin, FollowUpSettingAdmin, FollowUpTemplateAdmin
from followups.console.reminders import ReminderAdmin
from followups.console.sops import SopEnrolmentAdmin
from followups.console.stops import SopStopAdmin

CustomerAdmin.inlines.append(FollowUpInline)
CustomerAdmin.inlines.append(CommunicationInline)

__all__ = [
    "FollowUpAdmin",
    "FollowUpImportAdmin",
    "FollowUpMentionAdmin",
    "FollowUpSettingAdmin",
    "FollowUpTemplateAdmin",
    "ReminderAdmin",
    "SopEnrolmentAdmin",
    "SopStopAdmin",
]
