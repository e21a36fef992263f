"""The tables of the customers: who they are, who follows them, which tags they have and how they are found."""

from customers.models.customer import Customer
from customers.models.gram import CustomerGram
from customers.models.relation import FollowRelation, RelationEpisode
from customers.models.sighting import MirrorSighting
from customers.models.tag import CustomerTag

__all__ = ["Customer", "CustomerGram", "CustomerTag", "FollowRelation", "MirrorSighting", "RelationEpisode"]
