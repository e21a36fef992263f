"""WeCom's own figures. Days are midnights of UTC+8 in seconds; yesterday's are incomplete until the morning."""

from collections.abc import Sequence

from wecom.client.answers import number, rows
from wecom.client.endpoints import Endpoint
from wecom.client.outcomes import ContactFigures, GroupFigures
from wecom.client.transport import Client

_CONTACTS = Endpoint("externalcontact/get_user_behavior_data", "statistics")
_BY_OWNER = Endpoint("externalcontact/groupchat/statistic", "statistics")
_BY_DAY = Endpoint("externalcontact/groupchat/statistic_group_by_day", "statistics")


def contact_figures(
    client: Client, *, start: int, end: int, userids: Sequence[str] = (), departments: Sequence[int] = ()
) -> list[ContactFigures]:
    """Each day's contacts and chats of at most 100 members or departments. Pages 92132 and 96358.

    Several are summed up, so ask for one member at a time for a member's own. At most 30 days at once, 180 back.
    Fails as ``BadArgument`` 600018, ``OutOfRange`` 60011.
    """
    body = {"userid": list(userids) or None, "partyid": list(departments) or None}
    return rows(client.post(_CONTACTS, start_time=start, end_time=end, **body), "behavior_data", _CONTACTS)


def group_figures_by_owner(
    client: Client, *, start: int, end: int, owners: Sequence[str] = (), offset: int = 0, limit: int = 1_000
) -> tuple[list[GroupFigures], int | None]:
    """A page of owners' figures over these days, and the next offset, None at the end. Pages 92133 and 96359.

    Fails as ``BadArgument`` 600018 for today, ``TooBig`` 81017 with more than 1,000 visible members and no owners.
    """
    body = {"day_begin_time": start, "day_end_time": end, "offset": offset, "limit": limit}
    answer = client.post(_BY_OWNER, owner_filter=_filter(owners), **body)
    following, total = number(answer, "next_offset", _BY_OWNER), number(answer, "total", _BY_OWNER)
    return rows(answer, "items", _BY_OWNER), following if offset < following < total else None


def group_figures_by_day(client: Client, *, start: int, end: int, owners: Sequence[str] = ()) -> list[GroupFigures]:
    """The figures of each of these days, the owners summed up. Page 92133. Fails as the one by owner."""
    body = {"day_begin_time": start, "day_end_time": end, "owner_filter": _filter(owners)}
    return rows(client.post(_BY_DAY, **body), "items", _BY_DAY)


def _filter(owners: Sequence[str]) -> dict[str, list[str]] | None:
    return {"userid_list": list(owners)} if owners else None
