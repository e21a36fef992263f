"""What a page of group chats shows beside their own columns: tags, and who came and went today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import timezone

from core.time import day_range, now
from corps.actors import Actor
from corps.choices import Sight
from corps.models import Corp, Employee
from customers.privacy import masking
from groups.models import ChatTag, GroupMember


def dress(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add ``tags``, ``joinedToday`` and ``leftToday`` to wire values of chats of one company, in four statements."""
    if not rows:
        return rows
    ids = [row["id"] for row in rows]
    tags = tags_of(ids)
    zone = Corp.objects.only("time_zone").get(pk=rows[0]["corpId"]).zone
    joined, left = moved_since(ids, today_of(zone))
    for row in rows:
        key = row["id"]
        row |= {"tags": tags.get(key, []), "joinedToday": joined.get(key, 0), "leftToday": left.get(key, 0)}
    return rows


def today_of(zone: ZoneInfo | None = None) -> dt.datetime:
    """When today began in a zone; by default in the one now active, which in the console is the company's."""
    here = zone or ZoneInfo(timezone.get_current_timezone_name())
    return day_range(now().astimezone(here).date(), here)[0]


def tags_of(chat_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The tags of these chats as ``{id, name}``, in the catalogue's order. One statement."""
    rows = ChatTag.objects.filter(chat_id__in=chat_ids).order_by(
        "tag__set__order", "tag__set_id", "tag__order", "tag_id"
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for chat, tag, name in rows.values_list("chat_id", "tag_id", "tag__name"):
        found[chat].append({"id": tag, "name": name})
    return found


def moved_since(chat_ids: Collection[int], moment: dt.datetime) -> tuple[dict[int, int], dict[int, int]]:
    """How many joined and how many left each of these chats since then. Two statements."""
    stays = GroupMember.objects.filter(chat_id__in=chat_ids).order_by().values_list("chat_id")
    joined = stays.filter(join_time__gte=moment).annotate(n=Count("pk"))
    left = stays.filter(left_at__gte=moment).annotate(n=Count("pk"))
    return dict(joined), dict(left)


def name_inviters(corp_id: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add ``inviterName`` to wire values of members. WeCom names only colleagues as inviters. One statement at most."""
    names = names_of(corp_id, {row["inviterUserid"] for row in rows})
    for row in rows:
        row["inviterName"] = names.get(row["inviterUserid"])
    return rows


def members(corp_id: int, rows: list[dict[str, Any]], *, actor: Actor) -> list[dict[str, Any]]:
    """Members with ``inviterName``, their unionids as the actor may see those of people whom they don't follow."""
    if actor.sight is not Sight.FULL:
        for row in rows:
            row["unionid"] = masking.hidden(row["unionid"])
    return name_inviters(corp_id, rows)


def names_of(corp_id: int, userids: Iterable[str]) -> dict[str, str]:
    """userid → name, of colleagues. One statement, or none."""
    wanted = set(userids) - {""}
    rows = Employee.objects.of_corp(corp_id).filter(userid__in=wanted) if wanted else Employee.objects.none()
    return dict(rows.values_list("userid", "name"))
