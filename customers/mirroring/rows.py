"""The rows that the mirror works on: columns instead of objects, times naive in UTC as the drivers give them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.time import now
from corps.tally import Tally
from customers.choices import CustomerStatus, RelationStatus
from customers.facts import FollowFacts, PersonFacts


@dataclass(slots=True)
class CustomerRow:
    """A customer; the fields are the columns read and, where they changed, stored. ``id`` is 0 for one not stored."""

    id: int
    external_userid: str
    name: str | None = None
    avatar: str | None = None
    type: int = 1
    gender: int | None = None
    unionid: str | None = None
    mobile: str | None = None
    position: str = ""
    corp_name: str = ""
    corp_full_name: str = ""
    # JSON text.
    external_profile: str | None = None
    follow_user_id: int | None = None
    add_time: dt.datetime | None = None
    channel: str | None = None
    status: int = int(CustomerStatus.NORMAL)
    deleted_at: dt.datetime | None = None
    blacklisted: int = 0
    version: int = 0
    fetch_seq: int = 0
    whole_seq: int = 0
    mirror_version: int | None = None
    search_text: str = ""
    merged_text: str = ""
    merged_into_id: int | None = None
    create_time: dt.datetime | None = None


@dataclass(slots=True)
class PairRow:
    """A relation; ``id`` is 0 for one not stored."""

    id: int
    customer_id: int
    employee_id: int
    remark: str = ""
    description: str = ""
    remark_corp_name: str = ""
    # JSON text, as the other two.
    remark_mobiles: str = "[]"
    add_way: int | None = None
    state: str = ""
    oper_userid: str = ""
    wechat_channels: str | None = None
    personal_tags: str = "[]"
    add_time: dt.datetime | None = None
    status: int = int(RelationStatus.ACTIVE)
    ended_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    fetch_seq: int = 0
    seen_run: int | None = None
    digest: int | None = None
    create_time: dt.datetime | None = None
    # Of the employee, not stored: whether WeCom would show us this pair if there were one.
    userid: str = ""
    shown: bool = True

    @property
    def living(self) -> bool:
        return self.status == RelationStatus.ACTIVE

    @property
    def began_at(self) -> dt.datetime | None:
        """When the present stay began; unknown for a relation of before, it is when we made the row."""
        return self.add_time or self.create_time


@dataclass(slots=True)
class StayRow:
    """A relation's episode."""

    id: int
    customer_id: int
    employee_id: int
    began_at: dt.datetime
    ended_at: dt.datetime | None = None
    ended_by: int | None = None
    noticed: int = 0
    add_way: int | None = None
    state: str = ""


CUSTOMER_COLUMNS = tuple(f.name for f in fields(CustomerRow))
PAIR_COLUMNS = tuple(f.name for f in fields(PairRow) if f.name not in ("userid", "shown"))
STAY_COLUMNS = tuple(f.name for f in fields(StayRow))


@dataclass(slots=True)
class Turn:
    """That a pair began, ended or was found to have done so at another time than was thought.

    Attributes:
        dropped: the beginning that was assumed here and that WeCom corrects.
        noticed: whether the end was noticed later and not told of; None where this turn ends nothing.
    """

    pair: PairRow
    dropped: dt.datetime | None = None
    noticed: bool | None = None


@dataclass(slots=True)
class Case:
    """One customer of a page: what is stored, what is said, and what comes of it.

    Attributes:
        pairs: by employee id.
        changed: wire names of what changed in the customer itself.
        told: events in order: name and what it tells beside the customer.
        stored: pairs to be stored; ``same``: pairs of which only the reading's number is.
        turns: what the episodes have to follow.
        turned: whether the main relation has to be chosen anew.
        renamed: whether the search has to learn something.
        shown: whether the reading tells of the customer's own side.
        whole: whether it names everybody who follows, and is the last that did.
        outcomes: for the tally, one word a pair.
        skipped: employees of whose pair not everything that was said could be taken over.
        fresh: employees of whose pair everything was, and whose digest says what.
        redigested: pairs of which the digest changes, and nothing else needs to.
        caught_up: whether the digests hold for another version of the customer than before.
        past: (employee id, None for the customer's own; field; before; after) of each value that changed.
    """

    row: CustomerRow
    pairs: dict[int, PairRow] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    stored: list[PairRow] = field(default_factory=list)
    same: list[PairRow] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    turned: bool = False
    renamed: bool = False
    shown: bool = False
    whole: bool = False
    # (employee id, tag id, kind) to put, ids of rows to delete.
    tags_put: list[tuple[int, int, int]] = field(default_factory=list)
    tags_off: list[int] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    redigested: list[PairRow] = field(default_factory=list)
    caught_up: bool = False
    past: list[tuple[int | None, str, Any, Any]] = field(default_factory=list)

    @property
    def new(self) -> bool:
        return not self.row.id


def naive(moment: dt.datetime) -> dt.datetime:
    """The instant as the drivers give it."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


@dataclass(slots=True)
class Reading:
    """Under what something is applied, and what has come of it so far.

    Attributes:
        hints: external userid → the receipt of the callback that told to look there.
    """

    corp_id: int
    ticket: int
    actor: str
    source: str
    run_id: int | None = None
    hints: Mapping[str, int] = field(default_factory=dict)
    moment: dt.datetime = field(default_factory=lambda: naive(now()))
    tally: Tally = field(default_factory=Tally)

    def run_of(self, external_userid: str) -> int | None:
        """What a change of this customer is part of, as the history has it."""
        return self.run_id or self.hints.get(external_userid)


@dataclass(slots=True)
class Said:
    """What a page says of one customer; ``follows`` by userid."""

    person: PersonFacts | None = None
    follows: dict[str, FollowFacts] = field(default_factory=dict)
    whole: bool = False
