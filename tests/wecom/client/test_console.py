"""The console's pages of the apps: secrets go in and never come out."""

from typing import Any

import pytest
from django.test import Client as Browser

from core.time import now
from corps.choices import Role
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.wecom.client.conftest import BASE, Imitation, refusal
from tests.wecom.client.test_connecting import CORPID, KEY, SECRET, TOKEN
from wecom import secrets
from wecom.client.closures import HOUR
from wecom.models import ApiClosure, WecomApp


@pytest.fixture
def admin(cast: Cast) -> Browser:
    cast.corp.wecom_corpid = None
    cast.corp.save()
    return entered(cast.users["admin"])


@pytest.fixture
def root(db: None) -> Browser:
    return entered(make.user(None, Role.ADMIN, is_superuser=True))


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "name": "客户联系",
        "corpid": CORPID,
        "agent_id": 1000002,
        "secret": SECRET,
        "callback_token": TOKEN,
        "callback_key": KEY,
        "welcome_text": "",
        "main": "on",
        "active": "on",
    } | changes


def test_an_administrator_connects_the_company_and_comes_to_the_check(cast: Cast, admin: Browser) -> None:
    answer = admin.post(page(WecomApp, "add"), typed())
    app = WecomApp.objects.get()
    assert answer["Location"] == page(app, "try_out")
    assert (app.corp, app.corpid, app.main, app.active) == (cast.corp, CORPID, True, True)
    assert secrets.unseal(app.callback_key_sealed) == KEY
    cast.corp.refresh_from_db()
    assert cast.corp.mirrored is True
    assert admin.get(answer["Location"]).status_code == 200


def test_what_is_wrong_is_told_beside_its_field_and_no_secret_comes_back(cast: Cast, admin: Browser) -> None:
    answer = admin.post(
        page(WecomApp, "add"), typed(corpid="ww1", callback_key="canary-short", secret="canary-secret-0123")
    )
    assert not WecomApp.objects.exists()
    assert set(answer.context["adminform"].form.errors) == {"corpid", "callback_key"}
    shown = answer.content.decode()
    assert "canary" not in shown
    assert TOKEN not in shown


def test_a_stored_secret_is_on_no_page(cast: Cast, admin: Browser) -> None:
    admin.post(page(WecomApp, "add"), typed())
    app = WecomApp.objects.get()
    WecomApp.objects.update(token_sealed=secrets.seal("token-canary"), token_expires_at=now() + HOUR)
    for address in [page(app, "change"), page(WecomApp, "changelist"), page(app, "history"), page(app, "try_out")]:
        shown = admin.get(address).content.decode()
        for value in (SECRET, TOKEN, KEY, "token-canary", app.secret_sealed):
            assert value not in shown, address


def test_an_empty_secret_keeps_the_one_that_is_set(cast: Cast, admin: Browser) -> None:
    admin.post(page(WecomApp, "add"), typed())
    app = WecomApp.objects.get()
    form = form_of(admin.get(page(app, "change")), name="新名")
    assert not {"secret", "callback_token", "callback_key", "api_base", "sandbox", "corpid"} & {
        name for name, value in form.items() if value
    }
    admin.post(page(app, "change"), form)
    row = WecomApp.objects.get()
    assert (row.name, row.secret_sealed, row.callback_key_sealed) == (
        "新名",
        app.secret_sealed,
        app.callback_key_sealed,
    )


def test_a_new_secret_is_stored(cast: Cast, admin: Browser) -> None:
    admin.post(page(WecomApp, "add"), typed())
    app = WecomApp.objects.get()
    admin.post(page(app, "change"), form_of(admin.get(page(app, "change")), secret=SECRET[::-1]))
    assert secrets.unseal(WecomApp.objects.get().secret_sealed) == SECRET[::-1]


def test_switching_off_takes_the_company_from_the_mirror(cast: Cast, admin: Browser) -> None:
    admin.post(page(WecomApp, "add"), typed())
    app = WecomApp.objects.get()
    form = form_of(admin.get(page(app, "change")))
    form.pop("active")
    admin.post(page(app, "change"), form)
    cast.corp.refresh_from_db()
    assert (WecomApp.objects.get().active, cast.corp.mirrored) == (False, False)


def test_an_administrator_cannot_lead_requests_elsewhere(cast: Cast, admin: Browser) -> None:
    admin.post(page(WecomApp, "add"), typed(api_base="http://10.0.0.1", sandbox="on"))
    app = WecomApp.objects.get()
    assert (app.api_base, app.sandbox) == ("", False)
    admin.post(page(app, "change"), form_of(admin.get(page(app, "change")), api_base="http://10.0.0.1"))
    assert WecomApp.objects.get().api_base == ""


def test_an_operator_connects_any_company_to_a_sandbox(cast: Cast, admin: Browser, root: Browser) -> None:
    given = typed(corp=cast.corp.pk, api_base="http://127.0.0.1:7003", sandbox="on")
    root.post(page(WecomApp, "add"), given)
    app = WecomApp.objects.get()
    assert (app.corp, app.api_base, app.sandbox) == (cast.corp, "http://127.0.0.1:7003", True)


def test_another_companys_app_is_not_there(cast: Cast, admin: Browser) -> None:
    foreign = make.wecom_app(cast.other_corp, name="乙方应用")
    assert "乙方应用" not in admin.get(page(WecomApp, "changelist")).content.decode()
    for kind in ("change", "try_out"):
        assert admin.get(page(foreign, kind)).status_code == 302
        assert admin.post(page(foreign, kind), {}).status_code == 302
    foreign.refresh_from_db()
    assert foreign.name == "乙方应用"


class TestTheCheck:
    @pytest.fixture
    def app(self, cast: Cast, wecom: Imitation, slept: list[float]) -> WecomApp:
        return make.wecom_app(cast.corp, api_base=BASE)

    def test_looking_at_the_page_calls_nobody(self, cast: Cast, app: WecomApp, wecom: Imitation) -> None:
        assert entered(cast.users["admin"]).get(page(app, "try_out")).status_code == 200
        assert wecom.calls == []

    def test_it_tells_what_to_do(self, cast: Cast, app: WecomApp, wecom: Imitation) -> None:
        wecom.says("department/list", refusal(60020))
        shown = entered(cast.users["admin"]).post(page(app, "try_out"))
        assert shown.status_code == 200
        assert "no-store" in shown["Cache-Control"]
        text = shown.content.decode()
        assert "60020" in text
        assert "203.0.113.7" in text
        assert "企业可信IP" in text

    def test_the_trouble_shows_on_the_list(self, cast: Cast, app: WecomApp) -> None:
        WecomApp.objects.update(trouble_code=48002, trouble_at=now())
        assert "48002" in entered(cast.users["admin"]).get(page(WecomApp, "changelist")).content.decode()

    def test_a_closed_call_shows_with_its_advice(self, cast: Cast, app: WecomApp) -> None:
        ApiClosure.objects.create(corp=cast.corp, api="externalcontact/get", until=now() + HOUR, code=45009)
        ApiClosure.objects.create(corp=cast.other_corp, api="乙方/get", until=now() + HOUR, code=45009)
        shown = entered(cast.users["admin"]).get(page(ApiClosure, "changelist")).content.decode()
        assert "externalcontact/get" in shown
        assert "45009" in shown
        assert "乙方" not in shown

    def test_an_app_is_not_deleted(self, cast: Cast, app: WecomApp, root: Browser) -> None:
        assert root.post(page(app, "delete"), {"post": "yes"}).status_code == 403
        assert WecomApp.objects.exists()
