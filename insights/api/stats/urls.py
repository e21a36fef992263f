from django.urls import re_path

from insights.api.stats import file_views, views

_REPORTS = {
    "overview": (views.OverviewView, file_views.OverviewExportView),
    "growth": (views.GrowthView, file_views.GrowthExportView),
    "growth/forecast": (views.ForecastView, file_views.ForecastExportView),
    "retention": (views.RetentionView, file_views.RetentionExportView),
    "activity": (views.ActivityView, file_views.ActivityExportView),
    "channels": (views.ChannelsView, file_views.ChannelsExportView),
    "employees": (views.EmployeesView, file_views.EmployeesExportView),
    "departments": (views.DepartmentsView, file_views.DepartmentsExportView),
    "groups": (views.GroupsView, file_views.GroupsExportView),
    "funnel": (views.FunnelView, file_views.FunnelExportView),
}
urlpatterns = [
    re_path(rf"^stats/{where}{tail}/?$", view.as_view(), name=f"stats-{where}{tail}".replace("/", "-"))
    for where, both in _REPORTS.items()
    for tail, view in zip(("", "/export"), both, strict=True)
]
