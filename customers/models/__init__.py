"""The tables of the customers: who they are, who follows them, which tags they have, how they came and are found."""

from customers.models.assignment import Assignment
from customers.models.assignment_rule import AssignmentRule
from customers.models.blacklist import BlacklistEntry
from customers.models.channel import Channel
from customers.models.channel_key import ChannelKey
from customers.models.collaborator import Collaborator
from customers.models.contact_way import ContactWay
from customers.models.contact_way_member import ContactWayMember
from customers.models.customer import Customer
from customers.models.gram import CustomerGram
from customers.models.leaver import Leaver
from customers.models.relation import FollowRelation, RelationEpisode
from customers.models.sighting import MirrorSighting
from customers.models.tag import CustomerTag
from customers.models.transfer import TransferJob
from customers.models.transfer_item import TransferItem

__all__ = [
    "Assignment",
    "AssignmentRule",
    "BlacklistEntry",
    "Channel",
    "ChannelKey",
    "Collaborator",
    "ContactWay",
    "ContactWayMember",
    "Customer",
    "CustomerGram",
    "CustomerTag",
    "FollowRelation",
    "Leaver",
    "MirrorSighting",
    "RelationEpisode",
    "TransferItem",
    "TransferJob",
]
