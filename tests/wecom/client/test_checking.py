"""The check, and the commands that connect, check and seal anew."""

from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import translation

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from tests import make
from tests.wecom.client.conftest import Imitation, refusal
from tests.wecom.client.test_connecting import CORPID, KEY, SECRET, TOKEN
from wecom import checking, secrets
from wecom.checking import Finding, Verdict
from wecom.client.closures import HOUR
from wecom.models import ApiClosure, CallbackReceipt, WecomApp

FOLLOWERS = "externalcontact/get_follow_user_list"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def healthy(wecom: Imitation, slept: list[float]) -> Imitation:
    wecom.says("department/list", {"department": [{"id": 1}, {"id": 2}]})
    wecom.says(FOLLOWERS, {"follow_user": ["lina", "wang", "zhao"]})
    return wecom


def verdicts(app: WecomApp) -> dict[str, Finding]:
    return {str(found.about): found for found in checking.check(app=app, by=SYSTEM)}


def test_a_healthy_app_shows_what_it_sees(app: WecomApp, healthy: Imitation) -> None:
    found = verdicts(app)
    callbacks = found.pop("callbacks")
    assert {f.verdict for f in found.values()} == {Verdict.WORKS}
    assert (found["departments"].seen, found["members who may contact customers"].seen) == (2, 3)
    assert (callbacks.verdict, bool(callbacks.advice)) == (Verdict.REFUSED, True)
    assert len(found) == 10


def test_one_family_without_right_leaves_the_others_tried(app: WecomApp, healthy: Imitation) -> None:
    healthy.says("externalcontact/get_corp_tag_list", refusal(48002))
    found = verdicts(app)
    assert (found["tags"].verdict, found["tags"].code) == (Verdict.REFUSED, 48002)
    assert "Apps that may call" in str(found["tags"].advice)
    assert found["group chats"].verdict is Verdict.WORKS
    app.refresh_from_db()
    assert app.trouble_code == 48002


def test_an_address_that_is_not_trusted_is_named_and_ends_the_check(app: WecomApp, healthy: Imitation) -> None:
    healthy.says("department/list", refusal(60020))
    found = verdicts(app)
    assert (found["departments"].code, found["departments"].seen_from) == (60020, "203.0.113.7")
    assert found["customers"].verdict is Verdict.UNKNOWN
    assert healthy.count(FOLLOWERS) == 0


def test_a_wrong_secret_ends_the_check_at_once(app: WecomApp, healthy: Imitation) -> None:
    healthy.says("gettoken", refusal(40001))
    found = list(verdicts(app).values())
    assert (found[0].verdict, found[0].code) == (Verdict.REFUSED, 40001)
    assert {f.verdict for f in found[1:-1]} == {Verdict.UNKNOWN}
    assert [path for path, _params, _body in healthy.calls] == ["gettoken"]


def test_the_secret_is_tried_even_while_a_token_is_good(app: WecomApp, healthy: Imitation) -> None:
    verdicts(app)
    healthy.says("gettoken", refusal(40001))
    first = checking.check(app=app, by=SYSTEM)[0]
    assert (first.verdict, first.code) == (Verdict.REFUSED, 40001)


def test_a_server_that_does_not_answer_is_not_called_a_refusal(app: WecomApp, healthy: Imitation) -> None:
    healthy.says("gettoken", httpx.ConnectError("no"))
    first = checking.check(app=app, by=SYSTEM)[0]
    assert (first.verdict, first.hint, first.code) == (Verdict.UNKNOWN, "ConnectError", None)


def test_an_empty_range_is_told_as_such(app: WecomApp, healthy: Imitation) -> None:
    healthy.says(FOLLOWERS, {"follow_user": []})
    found = verdicts(app)["members who may contact customers"]
    assert (found.verdict, found.seen) == (Verdict.EMPTY, 0)
    assert "visible range" in str(found.advice)


def test_a_check_tries_again_what_was_closed_for_a_right_and_clears_the_trouble(
    app: WecomApp, healthy: Imitation
) -> None:
    WecomApp.objects.filter(pk=app.pk).update(trouble_code=48002, trouble_at=now())
    ApiClosure.objects.create(corp=app.corp, api="family:tags", until=now() + HOUR, code=48002)
    assert verdicts(app)["tags"].verdict is Verdict.WORKS
    app.refresh_from_db()
    assert (app.trouble_code, app.trouble_at) == (None, None)


def test_a_check_keeps_to_a_closed_window(app: WecomApp, healthy: Imitation) -> None:
    ApiClosure.objects.create(corp=app.corp, api="externalcontact/get_corp_tag_list", until=now() + HOUR, code=45009)
    assert verdicts(app)["tags"].code == 45009
    assert healthy.count("externalcontact/get_corp_tag_list") == 0


def test_callbacks_work_when_one_has_come(app: WecomApp, healthy: Imitation) -> None:
    WecomApp.objects.filter(pk=app.pk).update(callback_key_sealed=secrets.seal(KEY))
    assert verdicts(app)["callbacks"].verdict is Verdict.UNKNOWN
    CallbackReceipt.objects.create(
        corp_id=app.corp_id, app=app, digest="d", body_sealed="x", mailbox="tags", due_at=now()
    )
    assert verdicts(app)["callbacks"].verdict is Verdict.WORKS


def test_an_app_whose_secret_cannot_be_opened_says_so(app: WecomApp, healthy: Imitation) -> None:
    WecomApp.objects.filter(pk=app.pk).update(secret_sealed="gibberish")
    first = checking.check(app=app, by=SYSTEM)[0]
    assert (first.verdict, bool(first.advice)) == (Verdict.REFUSED, True)
    assert healthy.calls == []


class TestCommands:
    @pytest.fixture
    def corp(self, db: None) -> Corp:
        return make.corp(wecom_corpid=None)

    def add(self, corp_id: int, tmp_path: Path, *more: str, secret: str = SECRET) -> str:
        file = tmp_path / "secret"
        file.write_text(f"{secret}\n", encoding="utf-8")
        out = StringIO()
        given = ["--corp", str(corp_id), "--corpid", CORPID, "--agent-id", "1000002", "--secret-file", str(file)]
        call_command("add_wecom_app", *given, *more, stdout=out)
        return out.getvalue()

    def test_an_app_is_connected(self, corp: Corp, tmp_path: Path) -> None:
        said = self.add(corp.pk, tmp_path, "--callback-token", TOKEN, "--callback-aes-key", KEY)
        app = WecomApp.objects.get()
        assert (app.corp, app.corpid, app.agent_id, app.main, app.sandbox) == (corp, CORPID, 1000002, True, False)
        assert [secrets.unseal(s) for s in (app.secret_sealed, app.callback_token_sealed)] == [SECRET, TOKEN]
        assert f"check_wecom --app {app.pk}" in said
        assert SECRET not in said

    def test_the_callbacks_values_may_come_from_files_too(self, corp: Corp, tmp_path: Path) -> None:
        (tmp_path / "token").write_text(TOKEN)
        (tmp_path / "key").write_text(KEY)
        files = ["--callback-token-file", str(tmp_path / "token"), "--callback-aes-key-file", str(tmp_path / "key")]
        self.add(corp.pk, tmp_path, *files, "--callbacks-only")
        app = WecomApp.objects.get()
        assert (secrets.unseal(app.callback_key_sealed), app.main) == (KEY, False)

    @pytest.mark.parametrize(("more", "sandbox"), [([], True), (["--proxy"], False)])
    def test_an_address_is_a_sandboxs_unless_it_is_called_a_proxy(
        self, corp: Corp, tmp_path: Path, more: list[str], sandbox: bool
    ) -> None:
        self.add(corp.pk, tmp_path, "--api-base", "http://127.0.0.1:7003", *more)
        app = WecomApp.objects.get()
        assert (app.api_base, app.sandbox) == ("http://127.0.0.1:7003", sandbox)

    def test_a_refusal_names_the_field_and_no_value(self, corp: Corp, tmp_path: Path) -> None:
        with pytest.raises(CommandError) as refused:
            self.add(corp.pk, tmp_path, secret="canary")
        assert "secret:" in str(refused.value)
        assert "canary" not in str(refused.value)
        assert not WecomApp.objects.exists()

    def test_a_company_or_a_file_that_is_not_there_is_told(self, corp: Corp, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no company 999"):
            self.add(999, tmp_path)
        with pytest.raises(CommandError, match="can't be read"):
            self.add(corp.pk, tmp_path, "--callback-token-file", str(tmp_path / "nowhere"))

    def test_the_check_reports_each_app(self, app: WecomApp, healthy: Imitation) -> None:
        WecomApp.objects.filter(pk=app.pk).update(callback_key_sealed=secrets.seal(KEY))
        out = StringIO()
        call_command("check_wecom", stdout=out)
        told = out.getvalue()
        assert f"{app.corp.name}: {app.name}" in told
        assert "members who may contact customers (3 visible)" in told
        assert "REFUSED" not in told

    def test_the_check_fails_when_something_is_refused(self, app: WecomApp, healthy: Imitation) -> None:
        healthy.says("department/list", refusal(60020))
        out = StringIO()
        with pytest.raises(CommandError, match="2 of these"):
            call_command("check_wecom", "--corp", str(app.corp_id), stdout=out)
        assert "60020, 1700000000_12_ab60020, WeCom sees this server as 203.0.113.7" in out.getvalue()
        assert "Trusted IPs" in out.getvalue()

    def test_there_is_nothing_to_check_without_an_app(self, db: None) -> None:
        with pytest.raises(CommandError, match="add_wecom_app"):
            call_command("check_wecom")

    def test_everything_sealed_is_sealed_anew(self, app: WecomApp, wecom: Imitation) -> None:
        with override_settings(SEALING_KEYS=["o" * 40]):
            sealed = secrets.seal("<xml/>")
            values = {"corp_id": app.corp_id, "app": app, "digest": "d", "mailbox": "tags", "due_at": now()}
            receipt = CallbackReceipt.objects.create(body_sealed=sealed, **values)
            WecomApp.objects.filter(pk=app.pk).update(secret_sealed=secrets.seal(SECRET))
        out = StringIO()
        with override_settings(SEALING_KEYS=["n" * 40, "o" * 40]):
            call_command("reseal_secrets", stdout=out)
        assert "2 texts" in out.getvalue()
        app.refresh_from_db()
        receipt.refresh_from_db()
        with override_settings(SEALING_KEYS=["n" * 40]):
            assert (secrets.unseal(app.secret_sealed), secrets.unseal(receipt.body_sealed)) == (SECRET, "<xml/>")

    def test_what_no_key_opens_is_left_and_counted(self, app: WecomApp) -> None:
        WecomApp.objects.filter(pk=app.pk).update(token_sealed="gibberish")
        with pytest.raises(CommandError, match="1 texts open with none"):
            call_command("reseal_secrets", stdout=StringIO())
        app.refresh_from_db()
        assert app.token_sealed == "gibberish"
