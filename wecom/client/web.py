"""Pages of ours that members open within WeCom: who opened one, and the tickets by which it may use the client."""

from typing import Any

from wecom.client.endpoints import Endpoint, Kind
from wecom.client.errors import Unreachable
from wecom.client.transport import Client

# A code is good for one exchange: whether a lost answer used it up nobody knows.
_MEMBER = Endpoint("auth/getuserinfo", "members", Kind.ONCE, post=False)
_CORP_TICKET = Endpoint("get_jsapi_ticket", "pages", post=False)
_APP_TICKET = Endpoint("ticket/get", "pages", post=False)


def member_of(client: Client, code: str) -> str:
    """The userid of the member whom WeCom sent to a page of ours with this code; "" for somebody of no company
    or another one. Page 91023.

    A code serves once, within five minutes. Fails as ``Refused`` 40029.
    """
    return str(client.get(_MEMBER, code=code).get("userid") or "")


def corp_ticket(client: Client) -> tuple[str, int]:
    """The company's ticket for ``config`` of the JS-SDK, and for how many seconds it is good. Page 90506.

    400 an hour for a company, 100 for an app: it has to be kept.
    """
    return _ticket(client.get(_CORP_TICKET), _CORP_TICKET)


def app_ticket(client: Client) -> tuple[str, int]:
    """The app's ticket for ``agentConfig``, as ``corp_ticket``. Page 90506."""
    return _ticket(client.get(_APP_TICKET, type="agent_config"), _APP_TICKET)


def _ticket(answer: dict[str, Any], endpoint: Endpoint) -> tuple[str, int]:
    ticket, seconds = answer.get("ticket"), answer.get("expires_in")
    if not (ticket and isinstance(ticket, str) and isinstance(seconds, int)):
        raise Unreachable(api=endpoint.path, hint="UnexpectedShape")
    return ticket, seconds
