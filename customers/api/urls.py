from django.urls import re_path

from customers.api import views

urlpatterns = [
    re_path(r"^customers/?$", views.CustomerListView.as_view(), name="customer-list"),
    re_path(r"^customers/bulk/tags/?$", views.BulkTagsView.as_view(), name="customer-bulk-tags"),
    re_path(r"^customers/(?P<pk>[0-9]+)/?$", views.CustomerDetailView.as_view(), name="customer-detail"),
    re_path(r"^customers/(?P<pk>[0-9]+)/tags/?$", views.CustomerTagsView.as_view(), name="customer-tags"),
]
