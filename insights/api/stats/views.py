"""The doors of ``/api/v1/stats``: what was counted, for whoever asks; nothing is counted here."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.negotiation import JsonOnly
from corps.policy import Act
from customers.api.answers import json_answer
from insights.api.stats import asking, schema
from insights.api.stats.asking import question
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
from insights.stats.terms import Span


class StatsView(JsonOnly, APIView):
    acts: Any = {"get": Act.STATS_READ}


class OverviewView(StatsView):
    @extend_schema(**schema.OVERVIEW)
    def get(self, request: Request) -> HttpResponse:
        asked = asking.lately(request)
        return json_answer(overview.overview(asked.scope, asked.period))


class GrowthView(StatsView):
    @extend_schema(**schema.GROWTH)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.ChannelQuery)
        return json_answer(growth.growth(asked.scope, asked.period))


class ForecastView(StatsView):
    @extend_schema(**schema.FORECAST)
    def get(self, request: Request) -> HttpResponse:
        scope, _more = asking.whose(request, asking.ForecastQuery)
        return json_answer(forecast.forecast(scope))


class RetentionView(StatsView):
    @extend_schema(**schema.RETENTION)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.MonthsQuery, span=Span.MONTH)
        return json_answer(retention.retention(asked.scope, asked.period))


class ActivityView(StatsView):
    @extend_schema(**schema.ACTIVITY)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.DaysQuery, most=employees.MOST)
        return json_answer(activity.activity(asked.scope, asked.period))


class EmployeesView(StatsView):
    @extend_schema(**schema.EMPLOYEES)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.EmployeesQuery, most=employees.MOST)
        how = {name: asked.more[name] for name in ("sort", "page", "size")}
        return json_answer(employees.employees(asked.scope, asked.period, **how))


class DepartmentsView(StatsView):
    @extend_schema(**schema.DEPARTMENTS)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.DepartmentsQuery, most=employees.MOST)
        how = {name: asked.more[name] for name in ("sort", "page", "size")}
        return json_answer(departments.departments(asked.scope, asked.period, **how))


class GroupsView(StatsView):
    @extend_schema(**schema.GROUPS_REPORT)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.DaysQuery)
        return json_answer(groups.groups(asked.scope, asked.period))


class FunnelView(StatsView):
    @extend_schema(**schema.FUNNEL)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.DaysQuery)
        return json_answer(funnel.funnel(asked.scope, asked.period))


class ChannelsView(JsonOnly, APIView):
    """The company's channels, for whoever may read channels."""

    acts = {"get": Act.CHANNEL_READ}

    @extend_schema(**schema.CHANNELS)
    def get(self, request: Request) -> HttpResponse:
        asked = question(request, asking.PlainDaysQuery, span=Span.DAY)
        return json_answer(channels.channels(asked.scope, asked.period))
