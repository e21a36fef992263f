from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "core.api_errors.bad_request"
handler403 = "core.api_errors.forbidden"
handler404 = "core.api_errors.not_found"
handler500 = "core.api_errors.server_error"
