"""The numbers under which statistics are kept: what is counted, by what, over how long."""

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Span(models.IntegerChoices):
    """People of a week are not the sum of its days' people, so each span is counted for itself."""

    DAY = 1, _("day")
    WEEK = 2, _("week")
    MONTH = 3, _("month")


class Dim(models.IntegerChoices):
    CORP = 0, _("company")
    EMPLOYEE = 1, _("employee")
    DEPARTMENT = 2, _("department and below")
    CHANNEL = 3, _("channel")


class Metric(IntEnum):
    """Stored by number: one that is no longer counted leaves its number unused."""

    TOTAL = 1
    NEW = 2
    READDED = 3
    LOST = 4
    LOST_EMPLOYEE = 5
    LOST_CUSTOMER = 6
    LOST_UNKNOWN = 7
    TRANSFERRED = 8
    # Detail: the number of days.
    KEPT = 10
    FOLLOWUPS = 20
    # Detail: the stage.
    STAGE_ENTERED = 30
    IN_STAGE = 31
    TAGS_PUT = 40
    TAGS_TAKEN = 41
    # Detail: the tag.
    TAGGED = 42
    TRANSFERS_ASKED = 50
    TRANSFERS_DONE = 51
    TRANSFERS_REFUSED = 52
    WARNINGS_OPENED = 60
    WARNINGS_CLOSED = 61
    GROUPS_NEW = 70
    GROUP_JOINS = 71
    GROUP_LEAVES = 72
    GROUP_MEMBERS = 73
    GROUPS = 74
    # WeCom's seven. The second number is of how many employees; of the two that are means, of how many of their days.
    TALK_CHATS = 80
    TALK_MESSAGES = 81
    TALK_REPLY_PERCENTAGE = 82
    TALK_REPLY_MINUTES = 83
    TALK_FEEDBACK = 84
    TALK_APPLICATIONS = 85
    TALK_NEW = 86
    # Of the relations of TOTAL; each is one of these. Detail: the version of the company's definition of activity.
    ACTIVE = 90
    SILENT = 91
    NEVER_CONTACTED = 92


# Still there after so many days.
KEPT_AFTER = (7, 30, 90, 180, 365)
