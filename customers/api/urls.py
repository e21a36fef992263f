from django.urls import re_path

from customers.api import collaborator_views, follow_views, tag_views, views
from customers.api.channels import urls as channel_urls
from customers.api.contact_ways import urls as contact_way_urls

urlpatterns = [
    re_path(r"^customers/?$", views.CustomerListView.as_view(), name="customer-list"),
    re_path(r"^customers/bulk/tags/?$", tag_views.BulkTagsView.as_view(), name="customer-bulk-tags"),
    re_path(r"^customers/(?P<pk>[0-9]+)/?$", views.CustomerDetailView.as_view(), name="customer-detail"),
    re_path(r"^customers/(?P<pk>[0-9]+)/tags/?$", tag_views.CustomerTagsView.as_view(), name="customer-tags"),
    re_path(r"^customers/(?P<pk>[0-9]+)/follows/?$", follow_views.FollowsView.as_view(), name="customer-follows"),
    re_path(
        r"^customers/(?P<pk>[0-9]+)/follows/(?P<employee>[0-9]+)/?$",
        follow_views.FollowView.as_view(),
        name="customer-follow",
    ),
    re_path(
        r"^customers/(?P<pk>[0-9]+)/collaborators/?$",
        collaborator_views.CollaboratorsView.as_view(),
        name="customer-collaborators",
    ),
    *channel_urls.urlpatterns,
    *contact_way_urls.urlpatterns,
]
