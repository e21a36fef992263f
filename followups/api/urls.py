from django.urls import re_path

from followups.api.views import FollowUpsView

urlpatterns = [
    re_path(r"^customers/(?P<pk>[0-9]{1,19})/followups/?$", FollowUpsView.as_view(), name="customer-followups"),
]
