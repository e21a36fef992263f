from typing import Any

from django.urls import re_path

from groups.api import analysis_views as figures
from groups.api import leaver_views, tag_views, views
from groups.api import transfer_views as transfers

# An id has no more digits than a row's can have.
_ID = r"(?P<pk>[0-9]{1,19})"
_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    re_path(r"^groups/?$", views.GroupListView.as_view(), name="group-list"),
    re_path(r"^groups/tags/?$", tag_views.BulkGroupTagsView.as_view(), name="group-bulk-tags"),
    re_path(r"^groups/growth/?$", figures.GrowthView.as_view(), name="group-growth"),
    re_path(r"^groups/inviters/?$", figures.InvitersView.as_view(), name="group-inviters"),
    re_path(r"^groups/quits/?$", figures.QuitsView.as_view(), name="group-quits"),
    re_path(r"^groups/figures/?$", figures.WecomFiguresView.as_view(), name="group-figures"),
    re_path(r"^groups/people/?$", figures.PeopleView.as_view(), name="group-people"),
    re_path(rf"^groups/{_ID}/trajectory/?$", figures.TrajectoryView.as_view(), name="group-trajectory"),
    re_path(rf"^groups/{_ID}/absent-friends/?$", figures.AbsentFriendsView.as_view(), name="group-absent-friends"),
    re_path(rf"^groups/{_ID}/?$", views.GroupDetailView.as_view(), name="group-detail"),
    re_path(rf"^groups/{_ID}/members/?$", views.GroupMembersView.as_view(), name="group-members"),
    re_path(rf"^groups/{_ID}/tags/?$", tag_views.GroupTagsView.as_view(), name="group-tags"),
    re_path(r"^group-transfers/?$", transfers.TransferListView.as_view(), name="group-transfer-list"),
    re_path(rf"^group-transfers/{_ID}/?$", transfers.TransferView.as_view(), name="group-transfer-detail"),
    re_path(rf"^group-transfers/{_ID}/items/?$", transfers.TransferItemsView.as_view(), name="group-transfer-items"),
    re_path(rf"^group-transfers/{_ID}/start/?$", transfers.TransferStartView.as_view(), name="group-transfer-start"),
    re_path(rf"^group-transfers/{_ID}/pause/?$", transfers.TransferPauseView.as_view(), name="group-transfer-pause"),
    re_path(rf"^group-transfers/{_ID}/cancel/?$", transfers.TransferCancelView.as_view(), name="group-transfer-cancel"),
    re_path(r"^group-tag-sets/?$", tag_views.GroupTagSetViewSet.as_view(_LIST), name="chat-tag-set-list"),
    re_path(rf"^group-tag-sets/{_ID}/?$", tag_views.GroupTagSetViewSet.as_view(_DETAIL), name="chat-tag-set-detail"),
    re_path(r"^group-tags/?$", tag_views.GroupTagViewSet.as_view(_LIST), name="chat-tag-list"),
    re_path(rf"^group-tags/{_ID}/?$", tag_views.GroupTagViewSet.as_view(_DETAIL), name="chat-tag-detail"),
    re_path(r"^transfers/leavers/?$", leaver_views.LeaversView.as_view(), name="transfer-leavers"),
]
