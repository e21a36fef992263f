"""Hand events over and know, for each one, that it was taken."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import amqp
from kombu import Connection

from messaging import broker

CONFIRM_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be published; ``id`` is the sender's own and comes back when the message was taken."""

    id: int
    routing_key: str
    message_id: str
    body: bytes
    exchange: str
    headers: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)


class NotConfirmed(Exception):
    """The broker did not take everything. ``confirmed``: the ids of those it did take."""

    def __init__(self, reason: str, confirmed: set[int]) -> None:
        super().__init__(reason)
        self.confirmed = confirmed


class Publisher(Protocol):
    def publish(self, messages: Sequence[Outgoing]) -> set[int]:
        """Returns the ids of all messages once all are taken. Raises NotConfirmed, and starts anew the next time."""

    def close(self) -> None: ...


class AmqpPublisher:
    """Publishes in batches and keeps its own account of the confirms.

    py-amqp's ``confirm_publish`` takes any acknowledgement for the one it waits for: after a time-out the late one of
    the previous message counts for the next. So the tags are booked here, and a channel on which anything went wrong
    is never used again.
    """

    def __init__(self) -> None:
        self._link: Connection | None = None
        self._tag = 0
        # Delivery tag → message, of what is neither confirmed nor refused yet.
        self._open: dict[int, Outgoing] = {}
        self._confirmed: set[int] = set()
        self._returned: set[str] = set()

    def publish(self, messages: Sequence[Outgoing]) -> set[int]:
        self._open, self._confirmed, self._returned = {}, set(), set()
        try:
            channel = self._channel()
            for message in messages:
                self._send(channel, message)
            self._await_confirms()
        except (OSError, amqp.AMQPError) as error:
            self.close()
            raise NotConfirmed(f"{type(error).__name__}: {error}", self._confirmed) from error
        if len(self._confirmed) < len(messages):
            self.close()
            raise NotConfirmed("The broker refused or returned a message.", self._confirmed)
        return self._confirmed

    def close(self) -> None:
        if self._link:
            broker.drop(self._link)
        self._link = None

    def _channel(self) -> Any:
        if self._link is None:
            self._link = broker.open_connection()
            channel: Any = self._link.default_channel
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            self._tag = 0
        return self._link.default_channel

    def _send(self, channel: Any, message: Outgoing) -> None:
        properties = {"content_type": "application/json", "message_id": message.message_id} | message.properties
        body = amqp.Message(message.body, delivery_mode=2, application_headers=message.headers, **properties)
        self._tag += 1
        self._open[self._tag] = message
        channel.basic_publish(body, message.exchange, message.routing_key, mandatory=True, timeout=CONFIRM_TIMEOUT)

    def _await_confirms(self) -> None:
        deadline = time.monotonic() + CONFIRM_TIMEOUT
        while self._open:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(self._open)} messages were not confirmed in {CONFIRM_TIMEOUT:.0f} s")
            self._link.drain_events(timeout=left)  # type: ignore[union-attr]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        settled = self._settle(tag, multiple)
        # A returned message is acknowledged as well, after it came back.
        self._confirmed |= {message.id for message in settled if message.message_id not in self._returned}

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_return(self, _error: Exception, _exchange: str, _routing_key: str, message: amqp.Message) -> None:
        self._returned.add(message.properties["message_id"])

    def _settle(self, tag: int, multiple: bool) -> list[Outgoing]:
        """Take from the account what this tag settles; a tag that is not in it settles nothing."""
        tags = [given for given in self._open if given <= tag] if multiple else [tag]
        return [self._open.pop(given) for given in tags if given in self._open]
