from django.urls import re_path

from customers.api import blacklist_views, collaborator_views, follow_views, tag_views, transfer_views, views
from customers.api.assigning import urls as assigning_urls
from customers.api.channels import urls as channel_urls
from customers.api.contact_ways import urls as contact_way_urls
from customers.api.custom import urls as custom_urls
from customers.api.duplicates import urls as duplicate_urls
from customers.api.history import urls as history_urls
from customers.api.privacy import urls as privacy_urls
from customers.api.stages import urls as stage_urls

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
        r"^customers/(?P<pk>[0-9]+)/blacklist/?$",
        blacklist_views.CustomerBlacklistView.as_view(),
        name="customer-blacklist",
    ),
    re_path(r"^blacklist/?$", blacklist_views.BlacklistView.as_view(), name="blacklist"),
    re_path(r"^transfers/?$", transfer_views.TransferListView.as_view(), name="transfer-list"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/?$", transfer_views.TransferView.as_view(), name="transfer-detail"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/items/?$", transfer_views.TransferItemsView.as_view(), name="transfer-items"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/check/?$", transfer_views.CheckView.as_view(), name="transfer-check"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/start/?$", transfer_views.StartView.as_view(), name="transfer-start"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/pause/?$", transfer_views.PauseView.as_view(), name="transfer-pause"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/resume/?$", transfer_views.ResumeView.as_view(), name="transfer-resume"),
    re_path(r"^transfers/(?P<pk>[0-9]+)/cancel/?$", transfer_views.CancelView.as_view(), name="transfer-cancel"),
    re_path(
        r"^customers/(?P<pk>[0-9]+)/collaborators/?$",
        collaborator_views.CollaboratorsView.as_view(),
        name="customer-collaborators",
    ),
    *assigning_urls.urlpatterns,
    *channel_urls.urlpatterns,
    *contact_way_urls.urlpatterns,
    *custom_urls.urlpatterns,
    *duplicate_urls.urlpatterns,
    *history_urls.urlpatterns,
    *stage_urls.urlpatterns,
    *privacy_urls.urlpatterns,
]
