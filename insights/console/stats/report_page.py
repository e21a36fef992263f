"""What the page of a report shows around it: its tabs, its form, how fresh it is, its files."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exporting import KINDS
from core.time import from_wire
from insights.console.stats import asking
from insights.console.stats.asking import Asked
from insights.console.stats.catalogue import FILES, REPORTS
from insights.console.stats.names import NAMES
from insights.console.stats.reader import Reader
from insights.stats.terms import Dim


def context(page: Any, request: HttpRequest, reader: Reader, name: str) -> dict[str, Any]:
    report = REPORTS[name]
    asked = asking.asked(reader, report.kind, request.GET.dict())
    found = report.content(asked)
    return {
        **page.admin_site.each_context(request),
        "title": report.title,
        "opts": page.opts,
        "media": page.media + asked.form.media,
        "form": asked.form,
        "errors": asked.form.non_field_errors(),
        "tabs": _tabs(reader, name, asked.query),
        "found": found,
        "days": (asked.period.first, asked.period.last),
        "fresh": found.answer["asOf"] | {"computedAt": from_wire(found.answer["asOf"]["computedAt"])},
        "files": [file for one, page in FILES.items() if page == name for file in _files(one, name, asked)],
        "words": [(NAMES[key], text) for key, text in found.answer["definitions"].items()],
        "turns": {turn: f"?{urlencode(_turned(asked, number))}" for turn, number in _turns(found.page, found.more)},
    }


def address(name: str) -> str:
    """Of a report's page."""
    return reverse(f"admin:insights_dailystat_{'changelist' if name == 'overview' else name}")


def _tabs(reader: Reader, chosen: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    alone = reader.own.dim == Dim.EMPLOYEE
    tail = f"?{urlencode(query)}" if query else ""
    return [
        {"title": report.title, "link": address(name) + tail, "chosen": name == chosen}
        for name, report in REPORTS.items()
        if reader.actor.may(report.act) and not (alone and name == "departments")
    ]


def _files(name: str, page: str, asked: Asked) -> list[tuple[str, str]]:
    """Title and address of a file in each kind; that of the page itself needs no name."""
    title = "" if name == page else _("forecast")
    return [(f"{title.capitalize()} {kind.upper()}".strip(), _file(name, asked, kind)) for kind in KINDS]


def _file(name: str, asked: Asked, kind: str) -> str:
    query = asked.query | {"report": name, "format": kind} | {k: v for k, v in asked.more.items() if k == "sort"}
    return f"{reverse('admin:insights_dailystat_export')}?{urlencode(query)}"


def _turns(page: int, more: bool) -> list[tuple[str, int]]:
    return ([("before", page - 1)] if page > 1 else []) + ([("after", page + 1)] if more else [])


def _turned(asked: Asked, number: int) -> dict[str, Any]:
    return asked.query | {"sort": asked.more.get("sort", ""), "page": number}
