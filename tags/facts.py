"""What WeCom says of the tag catalogue, freed of its wording."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagFacts:
    """A tag of the catalogue; ``order``: larger first; ``created``: seconds since 1970."""

    wecom_id: str
    name: str
    order: int = 0
    created: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group with its tags; ``kind`` is ``TagKind.CORP`` or ``RULE_GROUP``."""

    wecom_id: str
    name: str
    order: int = 0
    kind: int = 1
    deleted: bool = False
    tags: tuple[TagFacts, ...] = ()
