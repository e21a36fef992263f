"""What the parts of a profile are called, and where a value came from in a short line."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.time import from_wire
from customers.choices import AddWay, CustomerType, Gender, Source

NOTHING = "–"
NAMES: dict[str, Any] = {
    "name": gettext_lazy("name"),
    "externalUserid": gettext_lazy("external userid"),
    "type": gettext_lazy("type"),
    "gender": gettext_lazy("gender"),
    "mobile": gettext_lazy("mobile"),
    "unionid": gettext_lazy("unionid"),
    "province": gettext_lazy("province"),
    "city": gettext_lazy("city"),
    "channel": gettext_lazy("channel"),
    "addTime": gettext_lazy("added"),
    "endedAt": gettext_lazy("ended"),
    "status": gettext_lazy("status"),
    "remark": gettext_lazy("remark"),
    "description": gettext_lazy("description"),
    "remarkCorpName": gettext_lazy("remarked company"),
    "remarkMobiles": gettext_lazy("remarked mobiles"),
    "addWay": gettext_lazy("add way"),
    "state": gettext_lazy("channel state"),
    "avatar": gettext_lazy("avatar"),
    "position": gettext_lazy("position"),
    "corpName": gettext_lazy("company's short name"),
    "corpFullName": gettext_lazy("company's full name"),
    "externalProfile": gettext_lazy("external profile"),
    "followUserId": gettext_lazy("followed by"),
    "operUserid": gettext_lazy("added by"),
    "wechatChannels": gettext_lazy("Channels account"),
    "personalTags": gettext_lazy("personal tags"),
    "tagIds": gettext_lazy("tags"),
    "origin": pgettext_lazy("of a value", "comes from"),
}
SHOWN_FACTS = ("externalUserid", "mobile", "unionid", "type", "gender", "province", "city", "channel", "addTime")
TONE = {
    "good": pgettext_lazy("insight", "good"),
    "plain": pgettext_lazy("insight", "to know"),
    "bad": pgettext_lazy("insight", "careful"),
}
ORIGINS = {"wecom": gettext_lazy("WeCom"), "here": pgettext_lazy("of a value", "made here")}
_CHOICES: dict[str, Any] = {"type": CustomerType, "gender": Gender, "addWay": AddWay}
_TIMES = ("addTime", "endedAt")


def value(name: str, told: Any) -> Any:
    """A value of the wire as people read it; a dash where there is none."""
    if told in (None, "", []):
        return NOTHING
    if name in _CHOICES:
        # WeCom's lists grow: a number without a name is shown as it is.
        return _CHOICES[name](told).label if told in _CHOICES[name] else str(told)
    if name in _TIMES:
        return when(told)
    if name == "origin":
        return ORIGINS[told["source"]]
    if isinstance(told, dict):
        return told["name"]
    return several(told) if isinstance(told, list) else told


def several(told: Iterable[Any]) -> str:
    return pgettext("between values", ", ").join(map(str, told)) or NOTHING


def when(told: Any) -> str:
    moment = told if isinstance(told, dt.datetime) else from_wire(told)
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else NOTHING


def origin(told: dict[str, Any] | None) -> str:
    """``WeCom sync · 2026-10-01 10:30``: by what kind of act, by whom, when."""
    if not told:
        return _("not on record")
    made = [_("since the record was made")] if told.get("created") else []
    return _line(how(told), when(told.get("at") or told.get("since")), *made)


def how(told: dict[str, Any]) -> str:
    """``operator · 王小明``: by what kind of act, by whom."""
    source = Source(told["source"]).label if told["source"] in Source.values else told["source"]
    return _line(str(source), told["actorName"])


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part and part != NOTHING)


def noted(relation: dict[str, Any], name: str) -> str:
    """Where a note came from; empty where there is none."""
    return origin(relation["provenance"][name]) if name in relation["provenance"] else ""


def by_rule(name: str) -> str:
    return _("by the rule “%(name)s”") % {"name": name}
