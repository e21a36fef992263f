"""What the builder of conditions asks, on any page that has one."""

from django.contrib import admin
from django.urls import path

from segments.console.condition_preview import preview
from segments.console.condition_values import values

urlpatterns = [
    path("values/", admin.site.admin_view(values), name="condition-values"),
    path("preview/", admin.site.admin_view(preview), name="condition-preview"),
]
