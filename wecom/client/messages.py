"""Messages to customers."""

from collections.abc import Sequence
from typing import Any

from wecom.client.endpoints import Endpoint, Kind
from wecom.client.transport import Client

_WELCOME = Endpoint("externalcontact/send_welcome_msg", "messages", Kind.ONCE)


def send_welcome(
    client: Client, *, welcome_code: str, text: str = "", attachments: Sequence[dict[str, Any]] = ()
) -> None:
    """Greet a new customer: within 20 seconds of the event that brought the code, and once. Pages 92137 and 92599.

    Args:
        text: at most 4,000 bytes.
        attachments: at most nine; one of the two must be there.

    Fails as ``Busy`` 41096 (another app is sending: it may fail, so try again), ``Refused`` 41051 (sent, or they have
    begun to chat: never again), 41050 (too late), ``TooBig`` 41064.
    """
    body: dict[str, Any] = {"welcome_code": welcome_code, "attachments": list(attachments) or None}
    client.post(_WELCOME, text={"content": text} if text else None, **body)
