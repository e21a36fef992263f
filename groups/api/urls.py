from django.urls import re_path

from groups.api import leaver_views, views

# An id has no more digits than a row's can have.
_ID = r"(?P<pk>[0-9]{1,19})"

urlpatterns = [
    re_path(r"^groups/?$", views.GroupListView.as_view(), name="group-list"),
    re_path(rf"^groups/{_ID}/?$", views.GroupDetailView.as_view(), name="group-detail"),
    re_path(rf"^groups/{_ID}/members/?$", views.GroupMembersView.as_view(), name="group-members"),
    re_path(r"^transfers/leavers/?$", leaver_views.LeaversView.as_view(), name="transfer-leavers"),
]
