from django.urls import re_path

from insights.api import churn_views, loss_views, profile_views, risk_views
from insights.api.stats.urls import urlpatterns as statistics

_ID = r"(?P<pk>[0-9]{1,19})"

urlpatterns = [
    *statistics,
    re_path(r"^losses/?$", loss_views.LossListView.as_view(), name="loss-list"),
    re_path(r"^losses/export/?$", loss_views.LossExportView.as_view(), name="loss-export"),
    re_path(r"^churn/?$", churn_views.ChurnListView.as_view(), name="churn-list"),
    re_path(r"^customers/(?P<pk>[0-9]+)/churn/?$", churn_views.CustomerChurnView.as_view(), name="customer-churn"),
    re_path(
        r"^customers/(?P<pk>[0-9]+)/profile/?$", profile_views.CustomerProfileView.as_view(), name="customer-profile"
    ),
    re_path(rf"^segments/{_ID}/profile/?$", profile_views.SegmentProfileView.as_view(), name="segment-profile"),
    re_path(r"^risks/?$", risk_views.RiskListView.as_view(), name="risk-list"),
    re_path(rf"^risks/{_ID}/?$", risk_views.RiskDetailView.as_view(), name="risk-detail"),
    re_path(rf"^risks/{_ID}/acknowledge/?$", risk_views.AcknowledgeView.as_view(), name="risk-acknowledge"),
    re_path(rf"^risks/{_ID}/handle/?$", risk_views.HandleView.as_view(), name="risk-handle"),
    re_path(rf"^risks/{_ID}/mute/?$", risk_views.MuteView.as_view(), name="risk-mute"),
]
