"""Handing customers and group chats over to another member (客户继承).

A start that succeeds says only that it was begun: 24 hours later, or when the customer refuses, the results tell.
Nothing is repeated here when the answer was lost: read the results before starting again.
"""

from collections.abc import Sequence

from wecom.client.answers import page, rows
from wecom.client.endpoints import Endpoint, Kind
from wecom.client.outcomes import FailedChat, Handover, HandoverStart, Unassigned
from wecom.client.transport import Client

MOST = 100
_ON_JOB = Endpoint("externalcontact/transfer_customer", "transfers", Kind.ONCE)
_ON_JOB_RESULTS = Endpoint("externalcontact/transfer_result", "transfers")
_UNASSIGNED = Endpoint("externalcontact/get_unassigned_list", "transfers")
_RESIGNED = Endpoint("externalcontact/resigned/transfer_customer", "transfers", Kind.ONCE)
_RESIGNED_RESULTS = Endpoint("externalcontact/resigned/transfer_result", "transfers")
_GROUPS = Endpoint("externalcontact/groupchat/transfer", "transfers", Kind.ONCE)
_GROUPS_ON_JOB = Endpoint("externalcontact/groupchat/onjob_transfer", "transfers", Kind.ONCE)


def transfer_customers(
    client: Client, *, handover: str, takeover: str, external_userids: Sequence[str], message: str | None = None
) -> list[HandoverStart]:
    """Begin to hand over at most 100 customers of a working member. Pages 92125 and 96325.

    Args:
        message: what the customers are told, at most 200 characters; None for WeCom's own words.

    Each row has its own ``errcode``, such as 40128 (twice in 90 days) or 40131 (not a follower).
    """
    answer = client.post(
        _ON_JOB,
        handover_userid=handover,
        takeover_userid=takeover,
        external_userid=list(external_userids),
        transfer_success_msg=message,
    )
    return rows(answer, "customer", _ON_JOB)


def transfer_results(client: Client, *, handover: str, takeover: str, cursor: str = "") -> tuple[list[Handover], str]:
    """A page of what became of the handovers between two members, and the next cursor. Page 94088."""
    answer = client.post(_ON_JOB_RESULTS, handover_userid=handover, takeover_userid=takeover, cursor=cursor)
    return page(answer, "customer", _ON_JOB_RESULTS)


def unassigned(client: Client, cursor: str = "", page_size: int = 1_000) -> tuple[list[Unassigned], str]:
    """A page of leavers' customers whom nobody has taken over, and the next cursor. Page 92124.

    A leaver who has only group chats is not in it: ask for the chats with status 1.
    """
    answer = client.post(_UNASSIGNED, cursor=cursor, page_size=page_size)
    found, following = page(answer, "info", _UNASSIGNED)
    return found, "" if answer.get("is_last") else following


def transfer_resigned(
    client: Client, *, handover: str, takeover: str, external_userids: Sequence[str]
) -> list[HandoverStart]:
    """Begin to hand over at most 100 customers of a leaver. Pages 94081 and 96331. ``Refused`` 40097: not left."""
    answer = client.post(
        _RESIGNED, handover_userid=handover, takeover_userid=takeover, external_userid=list(external_userids)
    )
    return rows(answer, "customer", _RESIGNED)


def resigned_results(client: Client, *, handover: str, takeover: str, cursor: str = "") -> tuple[list[Handover], str]:
    """As ``transfer_results``, of a leaver. Page 94082."""
    answer = client.post(_RESIGNED_RESULTS, handover_userid=handover, takeover_userid=takeover, cursor=cursor)
    return page(answer, "customer", _RESIGNED_RESULTS)


def transfer_groups(client: Client, *, chat_ids: Sequence[str], new_owner: str) -> list[FailedChat]:
    """Give at most 100 group chats of leavers a new owner; returns those that failed. Page 92127.

    A leaver's chats: 300 a day. A row's ``errcode`` 90500 says that the owner has not left.
    """
    return rows(client.post(_GROUPS, chat_id_list=list(chat_ids), new_owner=new_owner), "failed_chat_list", _GROUPS)


def transfer_groups_on_job(client: Client, *, chat_ids: Sequence[str], new_owner: str) -> list[FailedChat]:
    """The same for chats of working members, each twice in 90 days. Page 95703. 90502: the owner has left."""
    answer = client.post(_GROUPS_ON_JOB, chat_id_list=list(chat_ids), new_owner=new_owner)
    return rows(answer, "failed_chat_list", _GROUPS_ON_JOB)
