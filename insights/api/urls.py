from django.urls import re_path

from insights.api import loss_views

urlpatterns = [
    re_path(r"^losses/?$", loss_views.LossListView.as_view(), name="loss-list"),
    re_path(r"^losses/export/?$", loss_views.LossExportView.as_view(), name="loss-export"),
]
