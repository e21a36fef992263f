"""A member comes from WeCom to the sidebar: sent there to say who it is, and back with a code (page 91022)."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.errors import Forbidden, NotFound
from corps import members
from corps.actors import SYSTEM
from corps.models import Employee, User
from wecom.client import web
from wecom.client.transport import client_of
from wecom.models import WecomApp

AUTHORIZE = "https://open.weixin.qq.com"


def app_of(corpid: str) -> WecomApp:
    """The app that reads and writes for this company of WeCom. Raises NotFound."""
    apps = WecomApp.objects.filter(corpid=corpid, active=True, main=True, corp__active=True)
    app = apps.select_related("corp").order_by("id").first()
    if app is None:
        raise NotFound
    return app


def way_to_wecom(app: WecomApp, *, back: str, state: str) -> str:
    """Where the browser goes to be told who holds the phone.

    Args:
        back: address of ours that the code comes to; its host must be entered as trusted in WeCom's admin pages.
        state: comes back with it.
    """
    asked = {
        "appid": app.corpid,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        "agentid": app.agent_id,
    }
    base = app.api_base if app.sandbox and app.api_base else AUTHORIZE
    return f"{base}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"


def user_with(app: WecomApp, code: str) -> User:
    """The user whom WeCom sent with this code; an employee who comes for the first time becomes one.

    Raises:
        Forbidden: ``member_unknown``: of no company or another, or not mirrored yet; ``member_gone``.
        WecomError, NotConnected: WeCom didn't say.
    """
    userid = web.member_of(client_of(app), code)
    employee = Employee.objects.of_corp(app.corp_id).filter(userid=userid).first() if userid else None
    if employee is None:
        raise Forbidden("member_unknown", _("Only employees of the company whom this service knows can use this page."))
    return members.admit(employee=employee, by=SYSTEM)
