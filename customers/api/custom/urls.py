from typing import Any

from django.urls import re_path

from customers.api.custom import customer_views, file_views, views

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
_ONE, _CUSTOMER = r"^custom-fields/(?P<pk>[0-9]{1,19})", r"^customers/(?P<pk>[0-9]+)"

urlpatterns = [
    re_path(r"^custom-fields/?$", views.CustomFieldViewSet.as_view(_LIST), name="custom-field-list"),
    re_path(rf"{_ONE}/?$", views.CustomFieldViewSet.as_view(_DETAIL), name="custom-field-detail"),
    re_path(rf"{_ONE}/conversion/?$", views.ConversionView.as_view(), name="custom-field-conversion"),
    re_path(
        r"^customers/bulk/custom-fields/?$", customer_views.BulkFieldsView.as_view(), name="customer-bulk-custom-fields"
    ),
    re_path(
        rf"{_CUSTOMER}/custom-fields/?$", customer_views.CustomerFieldsView.as_view(), name="customer-custom-fields"
    ),
    re_path(
        rf"{_CUSTOMER}/custom-fields/history/?$",
        customer_views.FieldHistoryView.as_view(),
        name="customer-custom-field-history",
    ),
    re_path(rf"{_CUSTOMER}/custom-files/?$", file_views.CustomFilesView.as_view(), name="customer-custom-files"),
    re_path(
        rf"{_CUSTOMER}/custom-files/(?P<file>[0-9]{{1,19}})/?$",
        file_views.CustomFileView.as_view(),
        name="customer-custom-file",
    ),
    re_path(
        rf"{_CUSTOMER}/follows/(?P<employee>[0-9]+)/custom-fields/?$",
        customer_views.FollowFieldsView.as_view(),
        name="customer-follow-custom-fields",
    ),
]
