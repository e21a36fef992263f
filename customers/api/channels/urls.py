from typing import Any

from django.urls import re_path

from customers.api.channels import views

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    re_path(r"^channels/?$", views.ChannelViewSet.as_view(_LIST), name="channel-list"),
    re_path(r"^channels/statistics/?$", views.ChannelStatisticsView.as_view(), name="channel-statistics"),
    re_path(r"^channels/unknown-states/?$", views.UnknownStatesView.as_view(), name="channel-unknown-states"),
    re_path(r"^channels/name-state/?$", views.NameStateView.as_view(), name="channel-name-state"),
    re_path(r"^channels/(?P<pk>[0-9]{1,19})/?$", views.ChannelViewSet.as_view(_DETAIL), name="channel-detail"),
    re_path(r"^add-ways/?$", views.AddWaysView.as_view(), name="add-way-list"),
]
