from typing import Any

from django.urls import re_path

from customers.api.assigning import rule_views, views

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
_RULES = rule_views.AssignmentRuleViewSet

urlpatterns = [
    re_path(r"^assignment-rules/?$", _RULES.as_view(_LIST), name="assignment-rule-list"),
    re_path(r"^assignment-rules/(?P<pk>[0-9]{1,19})/?$", _RULES.as_view(_DETAIL), name="assignment-rule-detail"),
    re_path(r"^assignments/?$", views.AssignmentsView.as_view(), name="assignment-list"),
    re_path(r"^assignments/preview/?$", views.PreviewView.as_view(), name="assignment-preview"),
]
