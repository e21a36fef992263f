from django.urls import re_path

from wecom.callbacks.views import callback
from wecom.sidebar import views as sidebar

_CORPID = r"(?P<corpid>[A-Za-z0-9_-]{1,64})"

urlpatterns = [
    re_path(rf"^callback/{_CORPID}/?$", callback, name="wecom-callback"),
    re_path(rf"^sidebar/{_CORPID}/$", sidebar.home, name="wecom-sidebar"),
    re_path(rf"^sidebar/{_CORPID}/login/$", sidebar.login, name="wecom-sidebar-login"),
    re_path(rf"^sidebar/{_CORPID}/signatures/$", sidebar.signatures, name="wecom-sidebar-signatures"),
]
