from django.urls import re_path

from customers.api.history import views

urlpatterns = [
    re_path(r"^customers/(?P<pk>[0-9]+)/history/?$", views.ValueHistoryView.as_view(), name="customer-history"),
]
