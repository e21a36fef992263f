"""Connecting a company, changing its app, taking it off: the rules."""

from typing import Any

import pytest
from django.test import TestCase

from core.errors import Conflict, Forbidden, RuleViolation
from core.time import now
from corps import mirrored
from corps.actors import SYSTEM
from corps.models import Corp
from tests import make
from tests.conftest import Cast
from wecom import connecting, secrets
from wecom.callbacks import keys
from wecom.client.closures import HOUR
from wecom.models import ApiClosure, WecomApp

CORPID, SECRET = "ww5a6e2d0b4c1f7893", "Xq2-secret_canary-0123456789abcdefghijklmnop"
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    keys.forget()
    mirrored.forget()


@pytest.fixture
def corp(db: None) -> Corp:
    return make.corp(wecom_corpid=None)


def connect(corp: Corp, **fields: Any) -> WecomApp:
    given = {"name": "客户联系", "corpid": CORPID, "agent_id": 1000002, "secret": SECRET, "by": SYSTEM}
    return connecting.connect_app(corp=corp, **given | fields)


def refusal(corp: Corp, **fields: Any) -> RuleViolation:
    with pytest.raises(RuleViolation) as refused:
        connect(corp, **fields)
    assert not WecomApp.objects.filter(corp=corp).exists()
    corp.refresh_from_db()
    assert (corp.wecom_corpid, corp.mirrored) == (None, False)
    assert "canary" not in f"{refused.value.message} {[str(e.message) for e in refused.value.errors]}"
    return refused.value


def test_the_first_app_makes_the_company_mirrored_at_once(corp: Corp) -> None:
    assert mirrored.is_mirrored(corp.pk) is False
    with TestCase.captureOnCommitCallbacks(execute=True):
        app = connect(corp, callback_token=TOKEN, callback_key=KEY, welcome_text="您好")
    corp.refresh_from_db()
    assert (corp.wecom_corpid, corp.mirrored) == (CORPID, True)
    assert mirrored.is_mirrored(corp.pk) is True
    assert (app.main, app.active, app.sandbox, app.api_base, app.welcome_text) == (True, True, False, "", "您好")


def test_the_callbacks_address_knows_the_app_at_once(corp: Corp) -> None:
    assert keys.keys_of(CORPID) == ()
    with TestCase.captureOnCommitCallbacks(execute=True):
        app = connect(corp, callback_token=TOKEN, callback_key=KEY)
    assert [(each.app_id, each.token, each.key) for each in keys.keys_of(CORPID)] == [(app.pk, TOKEN, KEY)]
    with TestCase.captureOnCommitCallbacks(execute=True):
        connecting.disconnect(app=app, by=SYSTEM)
    assert keys.keys_of(CORPID) == ()


def test_secrets_are_stored_sealed(corp: Corp) -> None:
    row = connect(corp, callback_token=TOKEN, callback_key=KEY)
    sealed = (row.secret_sealed, row.callback_token_sealed, row.callback_key_sealed)
    assert not {SECRET, TOKEN, KEY}.intersection(sealed)
    assert tuple(map(secrets.unseal, sealed)) == (SECRET, TOKEN, KEY)


def test_blanks_that_came_along_in_copying_are_taken_off(corp: Corp) -> None:
    row = connect(corp, corpid=f" {CORPID}\n", secret=f"{SECRET}\n", callback_token=f"{TOKEN} ", callback_key=KEY)
    assert row.corpid == CORPID
    assert secrets.unseal(row.secret_sealed) == SECRET


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("corpid", "ww123"),
        ("corpid", "xx5a6e2d0b4c1f7893"),
        ("corpid", "ww5a6e2d0b4c1f7893/.."),
        ("secret", "short"),
        ("secret", "with a blank canary in it 0123456789"),
        ("callback_token", "with-hyphen"),
        ("callback_token", "a" * 33),
        ("callback_key", "canary"),
        ("callback_key", "a" * 44),
        ("callback_key", "a" * 42 + "-"),
        ("api_base", "ftp://canary.test"),
        ("api_base", "http://canary.test/path"),
        ("api_base", "http://user@canary.test"),
        ("api_base", "http://canary.test:99999"),
        ("api_base", "canary.test"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_at_its_field(corp: Corp, field: str, value: str) -> None:
    refused = refusal(corp, **{"callback_token": TOKEN, "callback_key": KEY} | {field: value})
    assert refused.code == "wecom_values"
    assert [e.field.lower() for e in refused.errors] == [field.replace("_", "")]


def test_several_faults_are_told_at_once(corp: Corp) -> None:
    assert len(refusal(corp, corpid="x", secret="y").errors) == 2


@pytest.mark.parametrize(("given", "missing"), [("callback_token", "callbackKey"), ("callback_key", "callbackToken")])
def test_token_and_key_of_the_callback_come_together(corp: Corp, given: str, missing: str) -> None:
    refused = refusal(corp, **{given: {"callback_token": TOKEN, "callback_key": KEY}[given]})
    assert (refused.code, refused.errors[0].field) == ("callback_incomplete", missing)


def test_an_app_needs_its_secret(corp: Corp) -> None:
    assert refusal(corp, secret="").code == "secret_missing"


def test_a_company_is_one_corp_of_wecom(corp: Corp) -> None:
    connect(corp)
    with pytest.raises(Conflict) as refused:
        connect(corp, corpid="ww0000000000000001", agent_id=2)
    assert refused.value.code == "corpid_differs"
    assert WecomApp.objects.count() == 1


def test_a_corp_of_wecom_is_one_company(corp: Corp) -> None:
    other = make.corp()
    assert other.wecom_corpid
    assert refusal(corp, corpid=other.wecom_corpid).code == "corpid_taken"


def test_an_app_is_connected_once(corp: Corp) -> None:
    connect(corp)
    with pytest.raises(Conflict) as refused:
        connect(corp, name="again")
    assert refused.value.code == "app_exists"


def test_one_app_of_a_company_reads_and_writes(corp: Corp) -> None:
    first, second = connect(corp), connect(corp, agent_id=2)
    third = connect(corp, agent_id=3, main=False)
    rows = dict(WecomApp.objects.values_list("pk", "main"))
    assert rows == {first.pk: False, second.pk: True, third.pk: False}


@pytest.mark.parametrize("given", [{"api_base": "http://10.0.0.1"}, {"sandbox": True}])
def test_where_requests_go_is_not_for_a_companys_administrator(corp: Corp, cast: Cast, given: dict[str, Any]) -> None:
    with pytest.raises(Forbidden) as refused:
        connect(corp, by=cast.actor("admin"), **given)
    assert refused.value.code == "address_forbidden"
    assert connect(corp, by=cast.actor("admin")).api_base == ""


class TestChanging:
    @pytest.fixture
    def app(self, corp: Corp) -> WecomApp:
        app = connect(corp, callback_token=TOKEN, callback_key=KEY)
        trouble = {"trouble_code": 40001, "trouble_at": now()}
        held = {"token_sealed": secrets.seal("T"), "token_expires_at": now() + HOUR}
        WecomApp.objects.filter(pk=app.pk).update(**trouble, **held)
        ApiClosure.objects.create(corp=corp, api="*", until=now() + HOUR, code=40001)
        ApiClosure.objects.create(corp=corp, api="externalcontact/get", until=now() + HOUR, code=45009)
        return WecomApp.objects.get(pk=app.pk)

    def test_a_new_secret_ends_the_token_and_the_trouble_and_leaves_limits(self, app: WecomApp) -> None:
        row = connecting.change_app(app=app, secret=SECRET[::-1], by=SYSTEM)
        assert secrets.unseal(row.secret_sealed) == SECRET[::-1]
        row.refresh_from_db()
        assert (row.token_sealed, row.token_expires_at, row.trouble_code, row.trouble_at) == ("", None, None, None)
        assert list(ApiClosure.objects.values_list("code", flat=True)) == [45009]

    def test_a_new_name_ends_nothing(self, app: WecomApp) -> None:
        row = connecting.change_app(app=app, name="新名", by=SYSTEM)
        assert (row.name, row.trouble_code, ApiClosure.objects.count()) == ("新名", 40001, 2)
        assert row.token_sealed == app.token_sealed

    def test_the_same_again_changes_nothing(self, app: WecomApp) -> None:
        same = {"secret": SECRET, "callback_token": TOKEN, "callback_key": KEY, "name": app.name, "main": True}
        row = connecting.change_app(app=app, by=SYSTEM, **same)
        assert (row.update_time, row.secret_sealed) == (app.update_time, app.secret_sealed)
        assert ApiClosure.objects.count() == 2

    def test_what_is_not_named_stays(self, app: WecomApp) -> None:
        row = connecting.change_app(app=app, secret=None, callback_token=None, welcome_text="您好", by=SYSTEM)
        assert secrets.unseal(row.secret_sealed) == SECRET
        assert secrets.unseal(row.callback_token_sealed) == TOKEN

    def test_half_a_callback_is_refused(self, app: WecomApp) -> None:
        with pytest.raises(RuleViolation) as refused:
            connecting.change_app(app=app, callback_key="", by=SYSTEM)
        assert refused.value.code == "callback_incomplete"
        app.refresh_from_db()
        assert secrets.unseal(app.callback_key_sealed) == KEY
        row = connecting.change_app(app=app, callback_key="", callback_token="", by=SYSTEM)
        assert (row.callback_key_sealed, row.callback_token_sealed) == ("", "")

    def test_a_malformed_value_is_refused(self, app: WecomApp) -> None:
        with pytest.raises(RuleViolation):
            connecting.change_app(app=app, secret="short", by=SYSTEM)
        app.refresh_from_db()
        assert secrets.unseal(app.secret_sealed) == SECRET

    def test_the_number_of_another_app_is_refused(self, app: WecomApp, corp: Corp) -> None:
        other = connect(corp, agent_id=2)
        with pytest.raises(Conflict):
            connecting.change_app(app=other, agent_id=app.agent_id, by=SYSTEM)

    def test_the_address_is_not_for_a_companys_administrator(self, app: WecomApp, cast: Cast) -> None:
        with pytest.raises(Forbidden):
            connecting.change_app(app=app, api_base="http://10.0.0.1", by=cast.actor("admin"))
        app.refresh_from_db()
        assert app.api_base == ""
        assert connecting.change_app(app=app, api_base="http://10.0.0.1", by=SYSTEM).api_base == "http://10.0.0.1"

    def test_a_secret_sealed_with_a_lost_key_can_be_entered_again(self, app: WecomApp) -> None:
        WecomApp.objects.filter(pk=app.pk).update(secret_sealed="gibberish")
        row = connecting.change_app(app=app, secret=SECRET, by=SYSTEM)
        assert secrets.unseal(row.secret_sealed) == SECRET

    def test_without_its_main_app_the_company_is_not_mirrored_until_it_is_back(self, app: WecomApp, corp: Corp) -> None:
        connecting.disconnect(app=app, by=SYSTEM)
        corp.refresh_from_db()
        assert (corp.mirrored, corp.wecom_corpid) == (False, CORPID)
        connecting.change_app(app=app, active=True, by=SYSTEM)
        corp.refresh_from_db()
        assert corp.mirrored is True
