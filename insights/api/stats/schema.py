"""What the OpenAPI document says of the statistics."""

from typing import Any

from core.exporting import XLSX
from core.openapi import errors, shown
from insights.api.stats import asking, asking_files, shapes
from insights.stats.reports import channels, departments, employees, forecast
from insights.stats.terms import KEPT_AFTER
from insights.stats.words import CONTACT, GROUPS, GROUPS_STANDING, MOVES, REPLIES, TALK, WORK

_ABOUT = (
    "Read from what was counted each night; asOf tells how fresh it is, definitions what each number counts."
    " Staff see their own numbers, managers those of their departments, the others the company's."
)
_PAIR = {"relations": 12, "people": 11}
_HEAD = {
    "from": "2026-09-01",
    "to": "2026-09-30",
    "by": "day",
    "scope": {"kind": "corp", "ids": []},
    "asOf": {"day": "2026-09-30", "computedAt": "2026-10-01T00:20:00Z", "final": False, "missing": 0},
    "definitions": {"new": "当天建立的客户关系，含再次添加和接手的。"},
}
_GROWTH = dict.fromkeys(("total", *MOVES, "net"), _PAIR)
_OVERVIEW = _GROWTH | dict.fromkeys((*WORK, *GROUPS), _PAIR)
_SIDES = {"now": _OVERVIEW, "before": _OVERVIEW}
_KEPT = [{"days": n, "of": _PAIR, "stayed": _PAIR, "rate": 1.0} for n in KEPT_AFTER]
_JUDGED: dict[str, Any] = {"shown": True, "reason": "", "method": "smoothed"}
_JUDGED |= {"error": 5.39, "naiveError": 11.74, "seasonalError": 7.25}
_RANGE = {"value": 41.2, "low": 33.0, "high": 50.4}
_AHEAD = {"relations": _RANGE, "people": _RANGE}
_CURVE = {"new": _PAIR, "kept": _KEPT}
_TALK: dict[str, Any] = dict.fromkeys(TALK, 80) | {"replyPercentage": 66.67, "replyMinutes": 9.0}
_CONTACT: dict[str, Any] = dict.fromkeys(CONTACT, _PAIR)
_ACTIVITY = _TALK | {"followups": _PAIR} | _CONTACT | {"definition": 1}
_SPREAD = {"of": 9, "mean": 12.5, "p0": 1.0, "p25": 4.0, "p50": 9.0, "p75": 20.0, "p100": 31.0}
_GROUPS = dict.fromkeys((*GROUPS_STANDING, *GROUPS), _PAIR)
_WHO: dict[str, Any] = {"employeeId": 7, "name": "王小明"}
_EMPLOYEE = _WHO | {"userid": "wangxm", "total": _PAIR} | _CONTACT | dict.fromkeys(employees.PAIRS, _PAIR) | _TALK
_DEPARTMENT: dict[str, Any] = {"departmentId": 4, "name": "销售部", "total": _PAIR} | _CONTACT
_DEPARTMENT |= dict.fromkeys(departments.PAIRS, _PAIR)
_CHANNEL: dict[str, Any] = {"kind": "channel", "channelId": 3, "name": "上海展会", "total": _PAIR} | _CONTACT
_CHANNEL |= dict.fromkeys(channels.PAIRS, _PAIR)
_STAGE = {"stageId": 2, "name": "已报价", "entered": _PAIR, "conversion": 0.42, "standing": 80}


def _series(numbers: dict[str, Any]) -> dict[str, Any]:
    return {"list": [{"day": "2026-09-01"} | numbers], "sum": numbers, "before": numbers}


def _report(operation: str, summary: str, query: Any, form: Any, example: dict[str, Any], more: str = "") -> Any:
    return {
        "operation_id": operation,
        "tags": ["stats"],
        "summary": summary,
        "description": f"{_ABOUT} {more}".strip(),
        "parameters": [query],
        "responses": {200: shown(form, _HEAD | example), **errors(400, 404)},
    }


def _file(report: dict[str, Any], operation: str, query: Any) -> dict[str, Any]:
    book = {"type": "string", "format": "binary"}
    answers: dict[Any, Any] = {(200, "text/csv"): {"type": "string"}, (200, XLSX): book, **errors(400, 404)}
    named = {"operation_id": operation, "summary": f"{report['summary']}, as a file"}
    return report | named | {"parameters": [query], "responses": answers}


OVERVIEW = _report(
    "getStatsOverview",
    "The last day, week and month, and those before",
    asking.ScopeQuery,
    shapes.OVERVIEW,
    {"day": _SIDES, "week": _SIDES, "month": _SIDES},
    "The last 1, 7 and 30 days up to the newest that was counted.",
)
OVERVIEW_FILE = _file(OVERVIEW, "exportStatsOverview", asking_files.OverviewFileQuery)
GROWTH = _report(
    "getStatsGrowth",
    "How many there are, came and went",
    asking.ChannelQuery,
    shapes.GROWTH,
    _series(_GROWTH),
    "before: as many days, weeks or months before.",
)
GROWTH_FILE = _file(GROWTH, "exportStatsGrowth", asking_files.GrowthFileQuery)
FORECAST = _report(
    "getStatsForecast",
    "How growth may go on",
    asking.ForecastQuery,
    shapes.FORECAST,
    {
        "history": 400,
        "least": 182,
        "horizon": 28,
        "coverage": 0.8,
        "margin": 0.05,
        "numbers": dict.fromkeys(forecast.NAMES, dict.fromkeys(("relations", "people"), _JUDGED)),
        "list": [{"day": "2026-10-01"} | dict.fromkeys(forecast.NAMES, _AHEAD)],
        "sum": dict.fromkeys(forecast.FLOWS, _AHEAD),
    },
    "from and to are the days that it is read from. A number is told only where its mean absolute error on past days"
    " is smaller by the margin than that of the better of two naive forecasts: as on the last day, as a week before."
    " low and high: in as many of the past days as coverage says it lay between them.",
)
FORECAST_FILE = _file(FORECAST, "exportStatsForecast", asking_files.ForecastFileQuery)
RETENTION = _report(
    "getStatsRetention",
    "How many of those added in a month stayed",
    asking.MonthsQuery,
    shapes.RETENTION,
    {"by": "month", "list": [{"month": "2026-09"} | _CURVE], "all": _CURVE},
    "of: those that were added long enough ago. A transfer loses nobody.",
)
RETENTION_FILE = _file(RETENTION, "exportStatsRetention", asking_files.MonthsFileQuery)
ACTIVITY = _report(
    "getStatsActivity",
    "How much employees talk and write",
    asking.DaysQuery,
    shapes.ACTIVITY,
    _series(_ACTIVITY)
    | {
        "spread": dict.fromkeys(("messages", "chats", *REPLIES, *CONTACT), _SPREAD),
        "ranking": [{**_WHO, **_TALK}],
        "silentRanking": [{**_WHO, "total": _PAIR, **_CONTACT}],
        "activeMeans": [{"version": 1, "days": 30, "kinds": ["follow_up", "call_in"], "current": True}],
    },
    "spread: how the employees' own numbers lie. "
    " activeMeans: what counts as active, by version of the definition. At most 92 days, 53 weeks or 24 months.",
)
ACTIVITY_FILE = _file(ACTIVITY, "exportStatsActivity", asking_files.DaysFileQuery)
EMPLOYEES = _report(
    "listStatsEmployees",
    "The employees side by side",
    asking.EmployeesQuery,
    shapes.EMPLOYEES,
    {"list": [_EMPLOYEE], "page": 1, "size": 20, "more": False},
    "Who has no number isn't listed. At most 92 days, 53 weeks or 24 months.",
)
EMPLOYEES_FILE = _file(EMPLOYEES, "exportStatsEmployees", asking_files.EmployeesFileQuery)
DEPARTMENTS = _report(
    "listStatsDepartments",
    "The departments side by side",
    asking.DepartmentsQuery,
    shapes.DEPARTMENTS,
    {"list": [_DEPARTMENT], "page": 1, "size": 20, "more": False},
    "Each with those below it, so they don't add up. Staff have none. At most 92 days, 53 weeks or 24 months.",
)
DEPARTMENTS_FILE = _file(DEPARTMENTS, "exportStatsDepartments", asking_files.DepartmentsFileQuery)
GROUPS_REPORT = _report(
    "getStatsGroups",
    "Group chats and who joined and left them",
    asking.DaysQuery,
    shapes.GROUPS_SERIES,
    _series(_GROUPS),
)
GROUPS_FILE = _file(GROUPS_REPORT, "exportStatsGroups", asking_files.DaysFileQuery)
FUNNEL = _report(
    "getStatsFunnel",
    "How many came into each stage",
    asking.DaysQuery,
    shapes.FUNNEL,
    {"list": [_STAGE]},
)
FUNNEL_FILE = _file(FUNNEL, "exportStatsFunnel", asking_files.DaysFileQuery)
CHANNELS = _report(
    "listStatsChannels",
    "The channels side by side",
    asking.PlainDaysQuery,
    shapes.CHANNELS,
    {"list": [_CHANNEL | {"kept": _KEPT}]},
    "Of the whole company. unknown: states without a channel; none: neither a state nor a way that has one.",
)
CHANNELS_FILE = _file(CHANNELS, "exportStatsChannels", asking_files.PlainDaysFileQuery)
