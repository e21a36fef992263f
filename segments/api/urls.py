from typing import Any

from django.urls import re_path

from segments.api import member_views, preview_views, run_views, views, why_views
from segments.api.fields import FieldsView

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
_SEGMENTS = views.SegmentViewSet
_ONE = r"^segments/(?P<pk>[0-9]{1,19})"

urlpatterns = [
    re_path(r"^segments/?$", _SEGMENTS.as_view(_LIST), name="segment-list"),
    re_path(r"^segments/fields/?$", FieldsView.as_view(), name="segment-field-list"),
    re_path(r"^segments/preview/?$", preview_views.PreviewView.as_view(), name="segment-preview"),
    re_path(rf"{_ONE}/?$", _SEGMENTS.as_view(_DETAIL), name="segment-detail"),
    re_path(rf"{_ONE}/copy/?$", _SEGMENTS.as_view({"post": "copy"}), name="segment-copy"),
    re_path(rf"{_ONE}/freeze/?$", _SEGMENTS.as_view({"post": "freeze"}), name="segment-freeze"),
    re_path(rf"{_ONE}/refresh/?$", run_views.RefreshView.as_view(), name="segment-refresh"),
    re_path(rf"{_ONE}/cancel/?$", run_views.CancelView.as_view(), name="segment-cancel"),
    re_path(rf"{_ONE}/runs/?$", run_views.RunsView.as_view(), name="segment-runs"),
    re_path(rf"{_ONE}/members/?$", member_views.MembersView.as_view(), name="segment-members"),
    re_path(rf"{_ONE}/members/export/?$", member_views.MembersExportView.as_view(), name="segment-members-export"),
    re_path(rf"{_ONE}/sizes/?$", member_views.SizesView.as_view(), name="segment-sizes"),
    re_path(rf"{_ONE}/customers/(?P<customer>[0-9]{{1,19}})/?$", why_views.WhyView.as_view(), name="segment-why"),
    re_path(
        r"^customers/(?P<pk>[0-9]{1,19})/segments/?$",
        member_views.CustomerSegmentsView.as_view(),
        name="customer-segments",
    ),
]
