"""The company's tags."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tag:
    """``agent_id``: the app that made it, 0 for the admin pages."""

    id: str
    group_id: str
    name: str
    create_time: int
    order: int = 0
    deleted: bool = False
    agent_id: int = 0


@dataclass(slots=True)
class TagGroup:
    id: str
    name: str
    create_time: int
    order: int = 0
    deleted: bool = False
    agent_id: int = 0
