"""A message of the archive, without what it says."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Attributes:
    seq: its place in the company's archive; the next one's is higher.
    action: ``send``; others (a recall, a change of devices) are no word of anybody.
    sender, receivers: userids and external userids.
    roomid: of a group chat, else empty.
    """

    seq: int
    msgid: str
    action: str
    sender: str
    receivers: tuple[str, ...]
    roomid: str
    at: dt.datetime
    msgtype: str
