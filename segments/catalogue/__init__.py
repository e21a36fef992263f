"""The segments of a company: their beginning, changes and end."""

from segments.catalogue.changing import update_segment
from segments.catalogue.copying import copy_segment, freeze_segment
from segments.catalogue.ending import delete_segment
from segments.catalogue.listing import add_members, remove_members
from segments.catalogue.making import create_list, create_segment

__all__ = [
    "add_members",
    "copy_segment",
    "create_list",
    "create_segment",
    "delete_segment",
    "freeze_segment",
    "remove_members",
    "update_segment",
]
