from typing import Any

from django.urls import re_path

from customers.api.contact_ways import views

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
_ID = r"(?P<pk>[0-9]{1,19})"

urlpatterns = [
    re_path(r"^contact-ways/?$", views.ContactWayViewSet.as_view(_LIST), name="contact-way-list"),
    re_path(r"^contact-ways/statistics/?$", views.ContactWayStatisticsView.as_view(), name="contact-way-statistics"),
    re_path(rf"^contact-ways/{_ID}/?$", views.ContactWayViewSet.as_view(_DETAIL), name="contact-way-detail"),
    re_path(rf"^contact-ways/{_ID}/retry/?$", views.RetryView.as_view(), name="contact-way-retry"),
]
