"""What can be asked: the fields of a customer, and the sets of rows that a customer has, each with its own fields."""

from collections.abc import Mapping

from segments.fields.blacklist import BLACKLIST
from segments.fields.churn import CHURN
from segments.fields.customer import FIELDS
from segments.fields.episodes import EPISODE
from segments.fields.field import Field, Rows, table
from segments.fields.follow_ups import FOLLOW_UP
from segments.fields.groups import GROUP
from segments.fields.relations import RELATION
from segments.fields.stage_changes import STAGE_CHANGE
from segments.fields.tags import TAG
from segments.fields.timeline import TIMELINE
from segments.fields.transfers import TRANSFER

SETS: Mapping[str, Rows] = table(
    (RELATION, EPISODE, TAG, STAGE_CHANGE, FOLLOW_UP, TIMELINE, GROUP, TRANSFER, BLACKLIST, CHURN),
)

__all__ = ["FIELDS", "SETS", "Field", "Rows"]
