"""Messages to customers, and of the app to colleagues."""

from collections.abc import Sequence
from typing import Any

from wecom.client.endpoints import Endpoint, Kind
from wecom.client.transport import Client

_WELCOME = Endpoint("externalcontact/send_welcome_msg", "messages", Kind.ONCE)
# WeCom itself drops a second one of the same text, so a repeat sets the same again.
_SEND = Endpoint("message/send", "app messages", Kind.SET)
_DUPLICATES_FOR = 4 * 3600


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


def send_text(client: Client, *, userids: Sequence[str], text: str) -> list[str]:
    """A text message of the app to up to 1,000 members, of at most 2,048 bytes (longer ones are cut). Page 90236.

    The same text to the same members within four hours, the longest that can be asked for, is sent once.

    Returns: the userids that it did not reach: not known, or out of the app's visible range.

    Fails as ``Gone`` or ``OutOfRange`` 81013 where it reached nobody; ``Closed`` 45009 beyond 30 messages a minute
    to one member.
    """
    answer = client.post(
        _SEND,
        touser="|".join(userids),
        msgtype="text",
        agentid=client.app.agent_id,
        text={"content": text},
        enable_duplicate_check=1,
        duplicate_check_interval=_DUPLICATES_FOR,
    )
    return [userid for userid in str(answer.get("invaliduser") or "").split("|") if userid]
