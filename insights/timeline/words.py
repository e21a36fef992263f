"""The facts of an entry in words: one line of the table for each fact that a reader wants to know."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.time import from_wire
from customers.choices import AddWay, RelationStatus
from customers.custom.starring import NAME
from customers.events import ENDED_BY
from customers.transfers import reasons
from followups.timeline.reading import Entry
from groups.choices import JoinScene, QuitScene
from insights.choices import Kind, Level
from insights.timeline.names import Names

_Say = Callable[[Any, Names], str]


def details(entry: Entry, names: Names) -> str:
    """What there is to tell beside the kind, from the person to the particulars."""
    return " · ".join(part for part in _parts(entry, names) if part)


def _parts(entry: Entry, names: Names) -> Iterator[str]:
    # Of a handover both sides are told.
    if "takerId" not in entry.facts:
        yield entry.employee_name or ""
    for fact, say in SAID.items():
        if entry.facts.get(fact) is not None:
            yield say(entry.facts[fact], names)


def _name(fact: str) -> _Say:
    return lambda value, names: names.of(fact, value)


def _listed(fact: str) -> _Say:
    return lambda values, names: _joined(names.of(fact, value) for value in values)


def _joined(names: Iterable[str]) -> str:
    return pgettext("between names of a list", ", ").join(filter(None, names))


def _from(fact: str) -> _Say:
    def say(value: int, names: Names) -> str:
        return pgettext("person or stage", "from %(name)s") % {"name": names.of(fact, value) or "–"}

    return say


def _to(fact: str) -> _Say:
    def say(value: int, names: Names) -> str:
        return pgettext("person or stage", "to %(name)s") % {"name": names.of(fact, value) or "–"}

    return say


def _group(value: int, names: Names) -> str:
    return names.of("groupId", value) or _("a group chat that you may not see")


def _choice(choices: Any) -> _Say:
    """Its label; a value that is not known, as it is."""
    return lambda value, _names: str(choices(value).label) if value in choices.values else str(value)


def _ended(value: str, _names: Names) -> str:
    status = next((status for status, told in ENDED_BY.items() if told == value), None)
    return str(RelationStatus(status).label) if status else _("ended, nobody told how")


def _moment(sentence: str, value: str) -> str:
    at = from_wire(value)
    return sentence % {"when": date_format(timezone.localtime(at), "Y-m-d H:i")} if at else ""


def _noted(values: list[str], _names: Names) -> str:
    fields = {
        "remark": _("remark"),
        "description": _("description"),
        "remarkCorpName": _("remarked company"),
        "remarkMobiles": _("remarked mobiles"),
        "content": _("content"),
        "kind": pgettext("follow-up", "kind"),
        "outcome": pgettext("follow-up", "outcome"),
        "happenedAt": _("happened"),
        "nextAt": _("next time"),
        "attachments": _("attachments"),
    }
    return _joined(fields.get(value, "") for value in values)


def _closed(value: str, _names: Names) -> str:
    told = {"passed": _("passed by itself"), "handled": _("handled"), "withdrawn": _("it was none")}
    return told.get(value, value)


def _shown(value: str, _names: Names) -> str:
    place, _dot, key = value.rpartition(".")
    if place.endswith(NAME):
        return _("custom field %(key)s") % {"key": key}
    # The rest is called as what was changed is.
    told = {"mobile": _("mobile"), "unionid": _("unionid"), "followUp": _("follow-up")}
    return told.get(value) or _noted([value], _names) or value


SAID: dict[str, _Say] = {
    "handoverId": _from("handoverId"),
    "takerId": _to("takerId"),
    "employeeIds": _listed("employeeIds"),
    "addWay": _choice(AddWay),
    "again": lambda value, _names: _("not for the first time") if value else "",
    "endedBy": _ended,
    "assignmentId": _name("assignmentId"),
    "changed": _noted,
    "tagIds": _listed("tagIds"),
    "fromStageId": _from("fromStageId"),
    "toStageId": _to("toStageId"),
    "field": _shown,
    "followUpId": _name("followUpId"),
    "commentId": _name("commentId"),
    "until": lambda value, _names: _moment(_("until %(when)s"), value),
    "expired": lambda value, _names: _("time was up") if value else "",
    "takeoverTime": lambda value, _names: _moment(_("by itself on %(when)s"), value),
    "reason": lambda value, _names: str(reasons.sentence(value)),
    "groupId": _group,
    "joinScene": _choice(JoinScene),
    "quitScene": _choice(QuitScene),
    "segmentId": _name("segmentId"),
    "kind": _choice(Kind),
    "level": _choice(Level),
    "why": _closed,
    "enrolmentId": _name("enrolmentId"),
    "step": lambda value, _names: _("step %(n)d") % {"n": value},
    "reminderId": _name("reminderId"),
}
