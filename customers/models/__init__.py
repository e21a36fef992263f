"""The tables of the customers: who they are, who follows them, which tags they have, how they came and are found."""

from customers.models.access import AccessRecord
from customers.models.assignment import Assignment
from customers.models.assignment_rule import AssignmentRule
from customers.models.blacklist import BlacklistEntry
from customers.models.channel import Channel
from customers.models.channel_key import ChannelKey
from customers.models.collaborator import Collaborator
from customers.models.contact_way import ContactWay
from customers.models.contact_way_member import ContactWayMember
from customers.models.custom_change import CustomChange
from customers.models.custom_field import CustomField, CustomOption
from customers.models.custom_file import CustomFile
from customers.models.custom_value import CustomChosen, CustomValue
from customers.models.customer import Customer
from customers.models.duplicate import CustomerKey, DuplicatePair, DuplicateSearch, SharedKey
from customers.models.gram import CustomerGram
from customers.models.leaver import Leaver
from customers.models.merge import CustomerMerge, MergeMember
from customers.models.privacy_setting import PrivacySetting
from customers.models.relation import FollowRelation, RelationEpisode
from customers.models.sighting import MirrorSighting
from customers.models.stage import Stage
from customers.models.stage_change import StageChange
from customers.models.tag import CustomerTag
from customers.models.talk_figures import TalkFigures, TalkReading
from customers.models.tombstone import Tombstone
from customers.models.transfer import TransferJob
from customers.models.transfer_item import TransferItem
from customers.models.value_change import ValueChange
from customers.models.view import CustomerView

__all__ = [
    "AccessRecord",
    "Assignment",
    "AssignmentRule",
    "BlacklistEntry",
    "Channel",
    "ChannelKey",
    "Collaborator",
    "ContactWay",
    "ContactWayMember",
    "CustomChange",
    "CustomChosen",
    "CustomField",
    "CustomFile",
    "CustomOption",
    "CustomValue",
    "Customer",
    "CustomerGram",
    "CustomerKey",
    "CustomerMerge",
    "CustomerTag",
    "CustomerView",
    "DuplicatePair",
    "DuplicateSearch",
    "FollowRelation",
    "Leaver",
    "MergeMember",
    "MirrorSighting",
    "PrivacySetting",
    "RelationEpisode",
    "SharedKey",
    "Stage",
    "StageChange",
    "TalkFigures",
    "TalkReading",
    "Tombstone",
    "TransferItem",
    "TransferJob",
    "ValueChange",
]
