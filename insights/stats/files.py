"""Each report as lines of a file."""

from collections.abc import Callable
from typing import Any

from insights.stats.periods import Period
from insights.stats.reports import (
    activity,
    channels,
    departments,
    employees,
    forecast,
    funnel,
    groups,
    growth,
    overview,
    retention,
)
from insights.stats.reports.lines import Lines
from insights.stats.scopes import Scope

# Whose numbers, of which days, and what else the question says.
Table = Callable[[Scope, Period, dict[str, Any]], Lines]
TABLES: dict[str, Table] = {
    "overview": lambda scope, period, more: overview.table(overview.overview(scope, period)),
    "growth": lambda scope, period, more: growth.table(growth.growth(scope, period)),
    "forecast": lambda scope, period, more: forecast.table(forecast.forecast(scope)),
    "retention": lambda scope, period, more: retention.table(retention.retention(scope, period)),
    "activity": lambda scope, period, more: activity.table(activity.activity(scope, period)),
    "channels": lambda scope, period, more: channels.table(scope, period),
    "employees": lambda scope, period, more: employees.table(scope, period, more["sort"]),
    "departments": lambda scope, period, more: departments.table(scope, period, more["sort"]),
    "groups": lambda scope, period, more: groups.table(groups.groups(scope, period)),
    "funnel": lambda scope, period, more: funnel.table(funnel.funnel(scope, period)),
}
