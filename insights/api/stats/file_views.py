"""The same doors, each of which answers with a file: CSV or a workbook."""

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.exporting import as_file
from corps.policy import Act
from insights.api.stats import asking, asking_files, schema
from insights.api.stats.asking import Question, question
from insights.api.stats.views import StatsView
from insights.stats.files import TABLES
from insights.stats.reports import employees, forecast
from insights.stats.terms import Span


class FileView(StatsView):
    report: ClassVar[str]

    def file(self, asked: Question) -> StreamingHttpResponse:
        lines = TABLES[self.report](asked.scope, asked.period, asked.more)
        return as_file(lines, self.report, asked.more["format"])


class OverviewExportView(FileView):
    report = "overview"

    @extend_schema(**schema.OVERVIEW_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(asking.lately(request, asking_files.OverviewFileQuery))


class GrowthExportView(FileView):
    report = "growth"

    @extend_schema(**schema.GROWTH_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.GrowthFileQuery))


class ForecastExportView(StatsView):
    @extend_schema(**schema.FORECAST_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        scope, more = asking.whose(request, asking_files.ForecastFileQuery)
        return as_file(forecast.table(forecast.forecast(scope)), "forecast", more["format"])


class RetentionExportView(FileView):
    report = "retention"

    @extend_schema(**schema.RETENTION_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.MonthsFileQuery, span=Span.MONTH))


class ActivityExportView(FileView):
    report = "activity"

    @extend_schema(**schema.ACTIVITY_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.DaysFileQuery, most=employees.MOST))


class EmployeesExportView(FileView):
    report = "employees"

    @extend_schema(**schema.EMPLOYEES_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.EmployeesFileQuery, most=employees.MOST))


class DepartmentsExportView(FileView):
    report = "departments"

    @extend_schema(**schema.DEPARTMENTS_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.DepartmentsFileQuery, most=employees.MOST))


class GroupsExportView(FileView):
    report = "groups"

    @extend_schema(**schema.GROUPS_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.DaysFileQuery))


class FunnelExportView(FileView):
    report = "funnel"

    @extend_schema(**schema.FUNNEL_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.DaysFileQuery))


class ChannelsExportView(FileView):
    """Of the company's channels, for whoever may read channels."""

    report = "channels"
    acts: Any = {"get": Act.CHANNEL_READ}

    @extend_schema(**schema.CHANNELS_FILE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(question(request, asking_files.PlainDaysFileQuery, span=Span.DAY))
