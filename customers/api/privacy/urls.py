from django.urls import re_path

from customers.api.privacy import views

urlpatterns = [
    re_path(r"^customers/(?P<pk>[0-9]+)/unmask/?$", views.UnmaskView.as_view(), name="customer-unmask"),
    re_path(r"^customers/(?P<pk>[0-9]+)/person/?$", views.PersonView.as_view(), name="customer-person"),
    re_path(r"^customers/(?P<pk>[0-9]+)/erase/?$", views.EraseView.as_view(), name="customer-erase"),
]
