"""The sidebar in a real browser, as wide as it is beside a chat: from the client's answer to a follow-up."""

import pytest

from tests import make
from tests.conftest import Cast
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401
from tests.insights.sidebar.conftest import Enter
from tests.wecom.sandboxed import AGENT, BASE, SECRET
from wecom import secrets
from wecom.client import wire
from wecom.models import WecomApp
from wecom.sandbox.company import Company
from wecom.sandbox.server import application

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]


@pytest.fixture
def app(cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> WecomApp:
    company = Company(corpid="ww0")
    company.add_app(agent_id=AGENT, secret=SECRET)
    monkeypatch.setitem(wire.TRANSPORTS, BASE, wire.httpx.WSGITransport(app=application(company)))  # type: ignore[arg-type]
    wire.forget()
    fields = {"api_base": BASE, "secret_sealed": secrets.seal(SECRET), "sandbox": True, "agent_id": AGENT}
    return WecomApp.objects.create(corp=cast.corp, name="客户联系", corpid="ww0", **fields)


def test_from_the_chat_to_what_came_of_it(cast: Cast, enter: Enter, visit: Visit, app: WecomApp) -> None:  # noqa: F811
    row = make.customer(cast.corp, cast.owner, name="欧阳娜娜", external_userid="wmChat")
    tab = visit.tab
    tab.set_viewport_size({"width": 375, "height": 700})
    cookie = enter("owner").cookies["sessionid"].value
    tab.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visit.address}])
    visit.open("/wecom/sidebar/ww0/")
    tab.wait_for_selector("text=请在与客户的聊天侧边栏中打开本页面")
    tab.click("text=欧阳娜娜")
    tab.wait_for_url(f"**/customers/{row.pk}/")
    tab.fill("#id_content", "周五发合同")
    tab.click("section[aria-labelledby=writing] button")
    tab.wait_for_selector("text=已记录。")
    assert "周五发合同" in tab.inner_text("section[aria-labelledby=history]")
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
