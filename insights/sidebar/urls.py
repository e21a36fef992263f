from django.urls import re_path

from insights.sidebar import views

_CORPID = r"^(?P<corpid>[A-Za-z0-9_-]{1,64})"
_ONE = rf"{_CORPID}/customers/(?P<pk>[0-9]{{1,18}})"

urlpatterns = [
    re_path(rf"{_CORPID}/find/$", views.find, name="sidebar-find"),
    re_path(rf"{_ONE}/$", views.page, name="sidebar-customer"),
    re_path(rf"{_ONE}/follow-up/$", views.follow_up, name="sidebar-follow-up"),
    re_path(rf"{_ONE}/tags/$", views.tag, name="sidebar-tag"),
    re_path(rf"{_ONE}/stage/$", views.stage, name="sidebar-stage"),
]
