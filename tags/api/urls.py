from typing import Any

from django.urls import re_path

from tags.api.views import TagGroupViewSet, TagViewSet

_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
# An id has no more digits than a row's can have.
_ID = r"(?P<pk>[0-9]{1,19})"

urlpatterns = [
    re_path(r"^tag-groups/?$", TagGroupViewSet.as_view(_LIST), name="tag-group-list"),
    re_path(r"^tag-groups/order/?$", TagGroupViewSet.as_view({"put": "order"}), name="tag-group-order"),
    re_path(rf"^tag-groups/{_ID}/?$", TagGroupViewSet.as_view(_DETAIL), name="tag-group-detail"),
    re_path(rf"^tag-groups/{_ID}/order/?$", TagGroupViewSet.as_view({"put": "order_tags"}), name="tag-order"),
    re_path(r"^tags/?$", TagViewSet.as_view(_LIST), name="tag-list"),
    re_path(rf"^tags/{_ID}/?$", TagViewSet.as_view(_DETAIL), name="tag-detail"),
    re_path(rf"^tags/{_ID}/move/?$", TagViewSet.as_view({"post": "move"}), name="tag-move"),
    re_path(rf"^tags/{_ID}/merge/?$", TagViewSet.as_view({"post": "merge"}), name="tag-merge"),
]
