"""Contact codes (联系我). Those made here show nowhere in WeCom's admin pages: the config id is all there is."""

from typing import Any

from wecom.client.answers import page, thing
from wecom.client.endpoints import Endpoint, Kind
from wecom.client.outcomes import ContactWay, NewContactWay
from wecom.client.transport import Client

_ADD = Endpoint("externalcontact/add_contact_way", "contact_ways", Kind.ONCE)
_GET = Endpoint("externalcontact/get_contact_way", "contact_ways")
_LIST = Endpoint("externalcontact/list_contact_way", "contact_ways")
_UPDATE = Endpoint("externalcontact/update_contact_way", "contact_ways", Kind.SET)
_DELETE = Endpoint("externalcontact/del_contact_way", "contact_ways", Kind.SET)


def add_contact_way(client: Client, **fields: Any) -> NewContactWay:
    """Make a code. Pages 92228 and 96348.

    Args:
        fields: ``type`` 1 one person or 2 several, ``scene`` 1 mini-program or 2 QR code, ``user`` (userids), ``party``
            (departments), ``state`` and ``remark`` (30 characters each), ``skip_verify``.

    After ``Unreachable`` look with ``config_ids`` before trying again: what nobody knows the id of stays for ever.
    Fails as ``Refused`` 41054 (not activated or proven), 41041 (over 100 people), 41045 (the company is full).
    """
    answer = client.post(_ADD, **fields)
    return {key: answer[key] for key in ("config_id", "qr_code") if key in answer}  # type: ignore[return-value]


def contact_way(client: Client, config_id: str) -> ContactWay:
    """One code. Page 92228. Fails as ``Gone`` 41044."""
    found: Any = thing(client.post(_GET, config_id=config_id), "contact_way", _GET)
    return found


def config_ids(
    client: Client, *, start: int | None = None, end: int | None = None, cursor: str = "", limit: int = 1_000
) -> tuple[list[str], str]:
    """A page of the config ids made between two seconds (default: in the last 90 days), and the next cursor.

    Page 92228. Temporary ones are not among them.
    """
    answer = client.post(_LIST, start_time=start, end_time=end, cursor=cursor, limit=limit)
    found, following = page(answer, "contact_way", _LIST)
    return [row["config_id"] for row in found], following


def update_contact_way(client: Client, config_id: str, **fields: Any) -> None:
    """Change a code; ``user`` and ``party`` replace those of before. Page 92228. Fails as adding, and ``Gone``."""
    client.post(_UPDATE, config_id=config_id, **fields)


def delete_contact_way(client: Client, config_id: str) -> None:
    """End a code. Page 92228. Fails as ``Gone`` 41044."""
    client.post(_DELETE, config_id=config_id)
