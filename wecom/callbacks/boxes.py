"""Receipts about one thing, worked off together with one reading of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.time import now
from wecom.callbacks import envelope
from wecom.callbacks.envelope import Fields
from wecom.models import CallbackReceipt
from wecom.secrets import unseal

# What WeCom's API shows may be older than the event that it sent (page 96338): look again so long after it came.
LOOKS = (2, 10, 60)


class Notice:
    """One receipt as its reader wants it. The body is opened only for who asks for more than its columns hold."""

    def __init__(self, receipt: CallbackReceipt) -> None:
        self.receipt = receipt
        self.change, self.userid = receipt.change_type, receipt.userid
        # Told by WeCom; where it doesn't, when it came.
        self.at: dt.datetime = receipt.happened_at or receipt.received_at

    @cached_property
    def fields(self) -> Fields:
        return envelope.read(unseal(self.receipt.body_sealed).encode())

    def __getitem__(self, key: str) -> str:
        """A field by its lower-case name; empty for one that is missing."""
        return self.fields.get(key, "")

    @property
    def next_look(self) -> dt.datetime | None:
        """When to look again whether WeCom has caught up; None once it had time enough."""
        looks = (self.receipt.received_at + dt.timedelta(seconds=seconds) for seconds in LOOKS)
        return next((look for look in looks if look > now()), None)

    @property
    def fresh(self) -> bool:
        """Whether nobody has looked yet since WeCom ought to have caught up."""
        return self.receipt.received_at + dt.timedelta(seconds=LOOKS[1]) > now()


@dataclass(frozen=True)
class Box:
    """Receipts of one mailbox."""

    corp_id: int
    mailbox: str
    notices: tuple[Notice, ...]

    @property
    def kind(self) -> str:
        return self.mailbox.partition(":")[0]

    @property
    def ident(self) -> str:
        """WeCom's id of what it is about."""
        return self.mailbox.partition(":")[2]

    @property
    def receipts(self) -> list[CallbackReceipt]:
        return [notice.receipt for notice in self.notices]


def sorted_into(receipts: Sequence[CallbackReceipt]) -> Iterator[Box]:
    """A box for each mailbox, its receipts in the order in which they came."""
    found: dict[tuple[int, str], list[Notice]] = {}
    for row in receipts:
        found.setdefault((row.corp_id, row.mailbox), []).append(Notice(row))
    return (Box(corp_id, mailbox, tuple(notices)) for (corp_id, mailbox), notices in found.items())
