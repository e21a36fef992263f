from django.urls import re_path

from wecom.callbacks.views import callback

urlpatterns = [
    re_path(r"^callback/(?P<corpid>[A-Za-z0-9_-]{1,64})/?$", callback, name="wecom-callback"),
]
