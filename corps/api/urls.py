from typing import Any

from django.urls import re_path

from corps.api import views

_LIST: dict[str, Any] = {"get": "list"}
_DETAIL: dict[str, Any] = {"get": "retrieve"}

urlpatterns = [
    re_path(r"^me/?$", views.CallerView.as_view(), name="caller"),
    re_path(r"^departments/?$", views.DepartmentViewSet.as_view(_LIST), name="department-list"),
    re_path(r"^departments/(?P<pk>[0-9]+)/?$", views.DepartmentViewSet.as_view(_DETAIL), name="department-detail"),
    re_path(r"^employees/?$", views.EmployeeViewSet.as_view(_LIST), name="employee-list"),
    re_path(r"^employees/(?P<pk>[0-9]+)/?$", views.EmployeeViewSet.as_view(_DETAIL), name="employee-detail"),
]
