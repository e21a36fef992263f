"""What is under way: customers handed over, welcomes to be said, ways to come."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Transfer:
    """A customer on the way. ``outcome``: None while waiting, then 1 done, 3 refused, 4 taker is full, 5 no record."""

    resigned: bool
    handover: str
    takeover: str
    external_userid: str
    started: int
    due: int
    outcome: int | None = None
    finished: int = 0


@dataclass(slots=True)
class Welcome:
    code: str
    userid: str
    external_userid: str
    issued: int
    used: bool = False
    said: str = ""


@dataclass(slots=True)
class ContactWay:
    """``fields``: what add_contact_way was given, as it was given."""

    config_id: str
    created: int
    fields: dict[str, Any]
