from django.urls import re_path

from customers.api.duplicates import merge_views, views

_ID = r"(?P<pk>[0-9]+)"

urlpatterns = [
    re_path(r"^duplicates/?$", views.DuplicatesView.as_view(), name="duplicate-list"),
    re_path(rf"^duplicates/{_ID}/dismiss/?$", views.DismissView.as_view(), name="duplicate-dismiss"),
    re_path(rf"^customers/{_ID}/merge/?$", merge_views.MergeView.as_view(), name="customer-merge"),
    re_path(rf"^merges/{_ID}/undo/?$", merge_views.UndoView.as_view(), name="merge-undo"),
]
