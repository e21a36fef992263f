from typing import Any

from django.urls import re_path

from customers.api.stages import customer_views, views

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    re_path(r"^stages/?$", views.StageViewSet.as_view(_LIST), name="stage-list"),
    re_path(r"^stages/(?P<pk>[0-9]{1,19})/?$", views.StageViewSet.as_view(_DETAIL), name="stage-detail"),
    re_path(r"^customers/bulk/stage/?$", customer_views.BulkStageView.as_view(), name="customer-bulk-stage"),
    re_path(r"^customers/(?P<pk>[0-9]+)/stage/?$", customer_views.CustomerStageView.as_view(), name="customer-stage"),
]
