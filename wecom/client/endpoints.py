"""What the transport has to know of a call beside its body."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a repeat does when nobody knows whether the first one arrived."""

    READ = "nothing"
    SET = "nothing more: the same is set again"
    ONCE = "perhaps a second of it: never repeated blindly"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call.

    Attributes:
        path: below ``/cgi-bin/``; also its name in limits, closures and errors.
        family: what one right in WeCom's admin pages opens or closes together.
        post: whether it takes a JSON body; a GET here is answered 40058 and not 405.
        at_once: how many of it a company makes at the same time.
    """

    path: str
    family: str
    kind: Kind = Kind.READ
    post: bool = True
    at_once: int = 10
