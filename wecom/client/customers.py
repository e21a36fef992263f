"""Customers (客户) and what members noted about them."""

from collections.abc import Sequence
from typing import Any

from wecom.client.answers import page, rows, thing
from wecom.client.endpoints import Endpoint, Kind
from wecom.client.errors import NoRelation
from wecom.client.shapes import Customer, Follow, Pair
from wecom.client.transport import Client

MOST_USERIDS = 100
_NO_RELATION = 84061
_IDS = Endpoint("externalcontact/list", "customers", post=False)
_ONE = Endpoint("externalcontact/get", "customers", post=False)
_MANY = Endpoint("externalcontact/batch/get_by_user", "customers")
_REMARK = Endpoint("externalcontact/remark", "customers", Kind.SET)


def customer_ids(client: Client, userid: str) -> list[str]:
    """Everybody whom the member follows, in one piece. Page 92113. Customers who deleted the member are among them.

    Fails as ``Gone`` 40003 for a leaver, ``OutOfRange`` 60011. A member without customers is said to be answered
    84061; here that is an empty list.
    """
    try:
        return rows(client.get(_IDS, userid=userid), "external_userid", _IDS)
    except NoRelation as error:
        if error.code != _NO_RELATION:
            raise
        return []


def customer(client: Client, external_userid: str) -> Customer:
    """One customer with all followers whom the app may see, 500 a page, joined. Pages 92114 and 96315.

    Fails as ``NoRelation`` 84061 (nobody follows them, or only half: the member has not confirmed) or 40096 (of
    another company, or every follower is out of the visible range).
    """
    follows: list[Follow] = []
    cursor = None
    while True:
        answer = client.get(_ONE, external_userid=external_userid, cursor=cursor)
        more, cursor = page(answer, "follow_user", _ONE)
        follows += more
        if not cursor:
            contact: Any = thing(answer, "external_contact", _ONE)
            return {"external_contact": contact, "follow_user": follows}


def customers_of(client: Client, userids: Sequence[str], cursor: str = "", limit: int = 100) -> tuple[list[Pair], str]:
    """A page of the customers of at most 100 members, one row per pair, and the next cursor. Pages 92994 and 96316.

    Personal tags and the names of tags are missing here. The field is ``userid_list``; older clients send another.
    Fails as ``Gone`` 40003 when one of the members is unknown, ``BadArgument`` 40031/40032.
    """
    answer = client.post(_MANY, userid_list=list(userids), cursor=cursor, limit=limit)
    return page(answer, "external_contact_list", _MANY)


def remark(client: Client, userid: str, external_userid: str, **fields: Any) -> None:
    """Set what a member noted: ``remark`` (20 characters), ``description`` (150), ``remark_company`` (20),
    ``remark_mobiles`` (a list that replaces the old one; ``[""]`` clears it). Pages 92115 and 96317.

    WeCom sends no event for it. Fails as ``NoRelation`` 84061/40096, ``OutOfRange`` 60011.
    """
    client.post(_REMARK, userid=userid, external_userid=external_userid, **fields)
