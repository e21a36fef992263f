"""The tables of the customers: who they are, who follows them, which tags they have, how they came and are found."""

from customers.models.channel import Channel, ChannelKey
from customers.models.collaborator import Collaborator
from customers.models.contact_way import ContactWay, ContactWayMember
from customers.models.customer import Customer
from customers.models.gram import CustomerGram
from customers.models.relation import FollowRelation, RelationEpisode
from customers.models.tag import CustomerTag

__all__ = [
    "Channel",
    "ChannelKey",
    "Collaborator",
    "ContactWay",
    "ContactWayMember",
    "Customer",
    "CustomerGram",
    "CustomerTag",
    "FollowRelation",
    "RelationEpisode",
]
