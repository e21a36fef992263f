"""The reports that have a page: what each can be asked, who may ask, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.policy import Act
from insights.console.stats import (
    activity_page,
    channels_page,
    funnel_page,
    groups_page,
    growth_page,
    overview_page,
    ranking_page,
    retention_page,
)
from insights.console.stats.asking import Asked
from insights.console.stats.content import Content
from insights.console.stats.kinds import DAYS, WHOSE, Kind
from insights.stats.reports import departments, employees
from insights.stats.terms import Span


@dataclass(frozen=True, slots=True)
class Report:
    title: Any
    content: Callable[[Asked], Content]
    kind: Kind
    act: Act = Act.STATS_READ


REPORTS = {
    "overview": Report(_("Overview"), overview_page.content, Kind(WHOSE, lately=True)),
    "growth": Report(_("Growth"), growth_page.content, Kind((*DAYS, "by", *WHOSE, "channel"))),
    "employees": Report(
        _("Employees"),
        ranking_page.of_employees,
        Kind((*DAYS, "by", "department"), most=employees.MOST, sorts=employees.SORTS),
    ),
    "departments": Report(
        _("Departments"),
        ranking_page.of_departments,
        Kind((*DAYS, "by", "department"), most=employees.MOST, sorts=departments.SORTS),
    ),
    "channels": Report(_("Channels"), channels_page.content, Kind(DAYS, span=Span.DAY), Act.CHANNEL_READ),
    "retention": Report(_("Retention"), retention_page.content, Kind((*DAYS, *WHOSE, "channel"), span=Span.MONTH)),
    "activity": Report(_("Activity"), activity_page.content, Kind(most=employees.MOST)),
    "funnel": Report(_("Funnel"), funnel_page.content, Kind()),
    "groups": Report(_("Group chats"), groups_page.content, Kind()),
}
# What there is as a file, and the page that asks for it.
FILES = {name: name for name in REPORTS} | {"forecast": "growth"}
