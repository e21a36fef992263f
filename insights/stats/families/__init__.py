"""What is counted: one aggregate query for each of these and each dimension. docs/statistics.md says it in words."""

from insights.stats.families.engagement import engagement
from insights.stats.families.family import Family
from insights.stats.families.groups import CHATS, JOINED, LEFT, MEMBERS, OPENED
from insights.stats.families.stays import BEGUN, ENDED, STANDING, kept
from insights.stats.families.talk import TALK
from insights.stats.families.work import (
    CALMED,
    FOLLOWED_UP,
    IN_STAGES,
    SENT,
    SETTLED,
    STAGED,
    TAG_ACTS,
    TAGGED,
    WARNED,
)

__all__ = ["BEGUN", "ENDED", "FAMILIES", "STANDING", "Family", "engagement", "kept"]
FAMILIES = (
    *(STANDING, BEGUN, ENDED, FOLLOWED_UP, STAGED, IN_STAGES, TAG_ACTS, TAGGED, SENT, SETTLED, WARNED, CALMED),
    *(OPENED, CHATS, JOINED, LEFT, MEMBERS, TALK),
)
