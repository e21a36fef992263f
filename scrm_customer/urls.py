from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core import health as core_health
from messaging import health as messaging_health

urlpatterns = [
    # First what is asked most: the patterns are tried in this order.
    path("api/v1/", include("customers.api.urls")),
    path("admin/conditions/", include("segments.console.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("api/v1/", include("followups.api.urls")),
    path("api/v1/", include("groups.api.urls")),
    path("api/v1/", include("segments.api.urls")),
    path("api/v1/", include("insights.api.urls")),
    path("api/v1/", include("segments.api.rules.urls")),
    path("api/v1/", include("tags.api.urls")),
    path("api/v1/", include("corps.api.urls")),
    path("api/v1/", include("wecom.api.urls")),
    path("wecom/", include("wecom.urls")),
    path("sidebar/", include("insights.sidebar.urls")),
    re_path(r"^health/live/?$", core_health.live),
    re_path(r"^health/ready/?$", core_health.ready),
    re_path(r"^health/detail/?$", messaging_health.detail),
    re_path(r"^metrics/?$", messaging_health.exposition),
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "core.error_pages.bad_request"
handler403 = "core.error_pages.forbidden"
handler404 = "core.error_pages.not_found"
handler500 = "core.error_pages.server_error"
