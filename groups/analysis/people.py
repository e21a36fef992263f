"""External contacts across chats: who is in several, and who is nobody's friend."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.pagination import counted
from corps.actors import Actor
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from groups.choices import MemberType
from groups.models import GroupChat, GroupMember
from groups.querysets import GroupMemberQuerySet

_OF_STAY = ("corp_id", "userid", "name", "customer_id", "chat_id", "chat__name")
FRIENDS = ("any", "nobody", "somebody")


def across_chats(
    actor: Actor, *, least: int, friend: str, page: int, size: int
) -> tuple[list[dict[str, Any]], int, bool]:
    """A page of those who are in ``least`` chats or more now, those in most first, and how many there are.

    Args:
        friend: ``nobody``: no colleague has them as a customer now; ``somebody``; ``any``.

    Returns: ``{userid, customerId, name, groupCount, groups: [{id, name}]}`` each; the total, and whether it is exact.
    """
    # By the mark and not by "left_at is null": the index has it, and the rows stay unread.
    present = GroupMember.objects.visible_to(actor).filter(type=MemberType.CUSTOMER, open_mark=1)
    rows = befriended(present, friend).order_by().values_list("corp_id", "userid").annotate(n=Count("pk"))
    people = rows.filter(n__gte=least)
    start = (page - 1) * size
    listed = list(people.order_by("-n", "corp_id", "userid")[start : start + size])
    return _named(present, listed), *_total(people)


def befriended(rows: GroupMemberQuerySet, friend: str) -> GroupMemberQuerySet:
    """Of these stays, those of people who are somebody's customer now, or nobody's."""
    if friend not in ("nobody", "somebody"):
        return rows
    related = FollowRelation.objects.filter(customer_id=OuterRef("customer_id"), status=RelationStatus.ACTIVE)
    return rows.filter(Exists(related) if friend == "somebody" else Q(customer=None) | ~Exists(related))


def absent_friends(chat: GroupChat) -> QuerySet[Any]:
    """The customers whom the owner of a chat has now and who are not in it, the newest customer first."""
    present = GroupMember.objects.filter(chat=chat, customer_id=OuterRef("customer_id"), open_mark=1)
    friends = FollowRelation.objects.of_corp(chat.corp_id).filter(
        employee_id=chat.owner_id or 0, status=RelationStatus.ACTIVE
    )
    return friends.filter(~Exists(present)).order_by("-customer_id")


def _total(people: QuerySet[Any]) -> tuple[int, bool]:
    try:
        sql, params = people.query.sql_with_params()
    except EmptyResultSet:
        return 0, True
    return counted(sql, params, settings.TOTAL_BOUND_JOINED)


def _named(present: GroupMemberQuerySet, listed: list[Any]) -> list[dict[str, Any]]:
    """The people of a page with the chats that they are in: two statements for all."""
    if not listed:
        return []
    stays = present.filter(userid__in=[userid for _corp, userid, _n in listed]).order_by("chat_id")
    chats: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    names: dict[Any, str] = {}
    links: dict[Any, int | None] = {}
    for corp, userid, name, customer, chat, title in stays.values_list(*_OF_STAY):
        key = (corp, userid)
        chats[key].append({"id": chat, "name": title})
        names[key], links[key] = name or names.get(key, ""), customer or links.get(key)
    known = dict(Customer.objects.filter(pk__in=[pk for pk in links.values() if pk]).values_list("pk", "name"))
    found = []
    for corp, userid, number in listed:
        customer = links.get((corp, userid))
        name = known.get(customer) or names.get((corp, userid), "")
        person = {"userid": userid, "customerId": customer, "name": name}
        found.append(person | {"groupCount": number, "groups": chats[corp, userid]})
    return found
