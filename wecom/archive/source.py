"""Where messages come from that are asked for. A bridge sends them by itself (``api/``), and both end in ``taking``."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from wecom.archive.messages import Message
from wecom.client.wire import TRANSPORTS
from wecom.models import MessageArchive, WecomApp

_TIMEOUT = httpx.Timeout(10.0, connect=2.0)


class Unread(Exception):
    """The source can't be read now; ``args``: why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Attributes:
    latest: the newest place that there is; None: not told.
    """

    messages: list[Message]
    latest: int | None = None


class Source(Protocol):
    """Something that can be asked for what lies behind a place."""

    def read(self, *, after: int, limit: int) -> Batch:
        """At most so many messages with a higher ``seq``, the lowest first. Raises Unread."""


class Sandbox:
    """The sandbox's archive, by a call that no WeCom has: there, only the SDK reads (docs/connect-wecom.md)."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def read(self, *, after: int, limit: int) -> Batch:
        try:
            with httpx.Client(timeout=_TIMEOUT, transport=TRANSPORTS.get(self._base)) as client:
                answer = client.post(f"{self._base}/sandbox/archive", json={"after": after, "limit": limit})
            told = answer.raise_for_status().json()
            return Batch([of_wire(row) for row in told["messages"]], told["latest"])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise Unread(type(error).__name__) from error


def of(archive: MessageArchive) -> Source | None:
    """What is asked for this company's messages; None where a bridge sends them, or no sandbox is connected."""
    if archive.source != MessageArchive.Source.SANDBOX:
        return None
    apps = WecomApp.objects.of_corp(archive.corp_id).filter(sandbox=True, active=True).exclude(api_base="")
    base = apps.order_by("pk").values_list("api_base", flat=True).first()
    return Sandbox(base) if base else None


def of_wire(row: Mapping[str, Any]) -> Message:
    """A message by WeCom's own names; ``msgtime`` is in milliseconds. What it says has no place here."""
    return Message(
        seq=row["seq"],
        msgid=row["msgid"],
        action=row["action"],
        sender=row["from"],
        receivers=tuple(row["tolist"]),
        roomid=row.get("roomid") or "",
        at=dt.datetime.fromtimestamp(row["msgtime"] / 1000, dt.UTC),
        msgtype=row.get("msgtype") or "",
    )
