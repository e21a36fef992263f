"""The console's addresses of statistics: one report each, so that each costs a few statements."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from core.console import ReadOnlyAdmin
from core.exporting import KINDS, as_file
from insights.console.stats import asking, behind_page, report_page
from insights.console.stats.catalogue import FILES, REPORTS
from insights.console.stats.reader import Reader, reader
from insights.models import DailyStat
from insights.stats.files import TABLES


@admin.register(DailyStat)
class StatsAdmin(ReadOnlyAdmin):
    """No rows are looked at one by one here: the first page is the overview, and there are no others of a model."""

    def get_urls(self) -> list[Any]:
        def page(where: str, view: Any, name: str) -> Any:
            return path(where, self.admin_site.admin_view(view), name=f"insights_dailystat_{name}")

        reports = [page(f"{name}/", partial(self.report, name=name), name) for name in REPORTS if name != "overview"]
        return [
            page("", partial(self.report, name="overview"), "changelist"),
            page("export/", self.export, "export"),
            page("behind/", self.behind, "behind"),
            *reports,
        ]

    def report(self, request: HttpRequest, name: str) -> HttpResponse:
        whose = self._reader(request, name)
        if whose is None:
            return redirect("admin:index")
        return TemplateResponse(request, "insights/stats/report.html", report_page.context(self, request, whose, name))

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """What the page of a report shows, all its lines, as a file."""
        name = request.GET.get("report", "")
        name = name if name in FILES else "overview"
        page = FILES[name]
        whose = self._reader(request, page)
        if whose is None:
            return redirect("admin:index")
        asked = asking.asked(whose, REPORTS[page].kind, request.GET.dict())
        if asked.wrong:
            # There it is told why.
            return redirect(f"{report_page.address(page)}?{urlencode(request.GET.dict())}")
        kind = request.GET.get("format", "")
        lines = TABLES[name](asked.scope, asked.period, asked.more)
        return as_file(lines, name, kind if kind in KINDS else KINDS[0])

    def behind(self, request: HttpRequest) -> HttpResponse:
        whose = self._reader(request, "overview")
        if whose is None:
            return redirect("admin:index")
        return behind_page.page(self, request, whose)

    def _reader(self, request: HttpRequest, name: str) -> Reader | None:
        """Who looks; None where there is no company to look at."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = reader(request)
        if found and not found.actor.may(REPORTS[name].act):
            raise PermissionDenied
        return found
