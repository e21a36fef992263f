"""What the outside world has to be told, recorded in the transaction of the change that it tells of.

A rule that changes something WeCom keeps too calls ``want``. The wall (``wecom/push.py``) executes what is due; the
mirror asks ``open_keys`` and leaves alone what is still on its way there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to bring into step there.

    Attributes:
        kind: which act executes it: ``customer.tag``, ``customer.remark``, ``tag``, ``tag_group``.
        lane: what is executed in order and by one at a time: ``customer:12``, ``catalogue``.
        key: what it brings into step: ``tag:12:3:7``. Wanted again while open, it is the same command.
        subject: the ids to look at.
    """

    kind: str
    lane: str
    key: str
    subject: dict[str, Any] = field(default_factory=dict)


def want(*, corp_id: int, wanted: Sequence[Wanted], source: str, actor: str = "system") -> None:
    """Record commands, or renew the open ones of the same keys, due at once.

    Raises:
        TransactionManagementError: no transaction is open, so a command could outlive a change that is rolled back.
    """
    raise NotImplementedError


def open_keys(*, corp_id: int, lanes: Collection[str]) -> set[str]:
    """The keys of the open commands of these lanes: what WeCom says of them is out of date. One statement."""
    raise NotImplementedError
