from django.urls import re_path

from wecom.api.views import ArchiveView

urlpatterns = [re_path(r"^message-archive/?$", ArchiveView.as_view(), name="message-archive")]
