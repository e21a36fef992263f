"""What a genuine callback leaves behind, how often it may come, and what it is answered when something else is down."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.time import to_wire
from tests.conftest import Cast
from tests.wecom.callbacks import sending
from tests.wecom.callbacks.sending import ADDED, TOKEN, event
from tests.wecom.callbacks.test_crypto import VECTORS
from wecom.callbacks import keys, receiving
from wecom.models import CallbackReceipt, WecomApp
from wecom.secrets import seal, unseal

State = CallbackReceipt.State


def test_an_event_is_stored_and_answered_with_nothing(cast: Cast, app: WecomApp, added: Any) -> None:
    answer = added.post()
    assert (answer.status_code, answer.content) == (200, b"")
    (row,) = CallbackReceipt.objects.all()
    assert (row.corp_id, row.app_id, row.state, row.mailbox) == (cast.corp.pk, app.pk, State.PENDING, "customer:wmA")
    assert (row.event, row.change_type, row.userid) == ("change_external_contact", "add_external_contact", "lina")
    assert (row.external_userid, row.chat_id, row.attempts, row.urgent) == ("wmA", "", 0, False)
    assert to_wire(row.happened_at) == "2024-07-03T09:46:40Z"
    assert row.due_at == row.received_at + receiving.PATIENCE
    assert row.settled_at is None


def test_the_body_is_readable_only_with_the_seal(cast: Cast, app: WecomApp) -> None:
    event(cast.corp, Event="change_contact", ChangeType="create_user", UserID="lina", Mobile="13800138000").post()
    (row,) = CallbackReceipt.objects.all()
    assert "13800138000" not in row.body_sealed
    assert "<Mobile><![CDATA[13800138000]]></Mobile>" in unseal(row.body_sealed)


def test_the_address_works_without_its_last_slash(added: Any) -> None:
    path = f"/wecom/callback/{added.corpid}?" + "&".join(f"{k}={v}" for k, v in added.query.items())
    assert Client().post(path, added.body, content_type="text/xml").status_code == 200
    assert CallbackReceipt.objects.count() == 1


def test_a_welcome_code_is_urgent_and_due_at_once(cast: Cast, app: WecomApp) -> None:
    event(cast.corp, **ADDED, ExternalUserID="wmA", WelcomeCode="CODE").post()
    row = CallbackReceipt.objects.get()
    assert (row.urgent, row.due_at) == (True, row.received_at)


BOXES = [
    (("change_external_contact", "del_follow_user"), {"ExternalUserID": "wmA"}, "customer:wmA"),
    (("change_external_contact", "transfer_fail"), {"ExternalUserID": "wmA"}, "customer:wmA"),
    (("change_external_chat", "update"), {"ChatId": "wrA"}, "chat:wrA"),
    (("change_external_tag", "shuffle"), {}, "tags"),
    (("change_contact", "delete_party"), {"Id": 9}, "house"),
    (("change_contact", "update_user"), {"UserID": "lina"}, "house"),
]


@pytest.mark.parametrize(("kind", "fields", "box"), BOXES)
def test_events_about_one_thing_wait_in_one_box(
    cast: Cast, app: WecomApp, kind: tuple[str, str], fields: dict[str, Any], box: str
) -> None:
    event(cast.corp, Event=kind[0], ChangeType=kind[1], **fields).post()
    row = CallbackReceipt.objects.get()
    assert (row.mailbox, row.state) == (box, State.PENDING)


@pytest.mark.parametrize(
    "fields",
    [
        {"Event": "subscribe"},
        {"MsgType": "text", "Content": "hello"},
        {"Event": "change_external_contact", "ChangeType": "something_new", "ExternalUserID": "wmA"},
        {"Event": "change_contact", "ChangeType": "update_tag", "TagId": 3},
        {"Event": "change_external_contact", "ChangeType": "add_external_contact", "UserID": "lina"},
        {"Event": "change_external_chat", "ChangeType": "create", "ChatId": "w" * 65},
    ],
    ids=["other event", "text", "new change", "directory tag", "no customer", "no such chat id"],
)
def test_what_nobody_works_off_is_kept_as_ignored(cast: Cast, app: WecomApp, fields: dict[str, Any]) -> None:
    assert event(cast.corp, **fields).post().status_code == 200
    row = CallbackReceipt.objects.get()
    assert (row.state, row.mailbox, row.urgent) == (State.IGNORED, "", False)
    assert row.settled_at is not None


def test_an_ignored_event_keeps_as_much_of_its_ids_as_can_be_searched(cast: Cast, app: WecomApp) -> None:
    assert event(cast.corp, Event="e" * 500, UserID="用" * 500).post().status_code == 200
    row = CallbackReceipt.objects.get()
    assert (len(row.event), len(row.userid)) == (64, 64)


def test_the_envelope_may_be_json(cast: Cast, app: WecomApp) -> None:
    corpid = str(cast.corp.wecom_corpid)
    message = sending.xml(corpid, **ADDED, ExternalUserID="wmA")
    assert sending.call(corpid, message, as_json=True).post().status_code == 200
    assert CallbackReceipt.objects.get().mailbox == "customer:wmA"


def test_the_message_may_be_json_too(cast: Cast, app: WecomApp) -> None:
    corpid = str(cast.corp.wecom_corpid)
    fields = {"CreateTime": 1720000000, **ADDED, "ExternalUserID": "wmA", "MemChangeList": {"Item": ["a", "b"]}}
    assert sending.call(corpid, json.dumps(fields), as_json=True).post().status_code == 200
    row = CallbackReceipt.objects.get()
    assert (row.mailbox, to_wire(row.happened_at)) == ("customer:wmA", "2024-07-03T09:46:40Z")


# --- Once, however often it comes ---


def test_an_event_sent_a_thousand_times_is_stored_once(cast: Cast, app: WecomApp) -> None:
    client = Client()
    for _ in range(1000):
        # Encrypted anew each time, as WeCom's repeats are: the envelopes differ, the message doesn't.
        assert event(cast.corp, **ADDED, ExternalUserID="wmA").post(client).status_code == 200
    assert CallbackReceipt.objects.count() == 1


def test_two_real_events_of_one_second_are_two(cast: Cast, app: WecomApp) -> None:
    for customer in ("wmA", "wmB"):
        event(cast.corp, **ADDED, ExternalUserID=customer).post()
    for detail in ("change_notice", "add_member"):
        event(cast.corp, Event="change_external_chat", ChangeType="update", ChatId="wr", UpdateDetail=detail).post()
    assert CallbackReceipt.objects.count() == 4


def test_one_message_to_two_companies_is_two(cast: Cast, app: WecomApp) -> None:
    sending.app(cast.other_corp)
    message = sending.xml("same", **ADDED, ExternalUserID="wmA")
    for corp in (cast.corp, cast.other_corp):
        assert sending.call(str(corp.wecom_corpid), message).post().status_code == 200
    assert {row.corp_id for row in CallbackReceipt.objects.all()} == {cast.corp.pk, cast.other_corp.pk}


def test_of_two_apps_of_a_company_the_one_that_signed_was_called(cast: Cast, app: WecomApp) -> None:
    second = sending.app(cast.corp, agent_id=7, token="another", key="kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR")
    corpid = str(cast.corp.wecom_corpid)
    message = sending.xml(corpid, **ADDED, ExternalUserID="wmA")
    key = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
    assert sending.call(corpid, message, token="another", key=key).post().status_code == 200
    assert CallbackReceipt.objects.get().app_id == second.pk


def test_what_one_app_signed_another_apps_key_does_not_open(cast: Cast, app: WecomApp) -> None:
    key = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
    sending.app(cast.corp, agent_id=7, token="another", key=key)
    corpid = str(cast.corp.wecom_corpid)
    assert sending.call(corpid, sending.xml(corpid, **ADDED), token=TOKEN, key=key).post().status_code == 403


# --- The question whether the address is ours ---


def test_the_question_is_answered_with_the_plaintext_exactly(cast: Cast) -> None:
    vector = VECTORS["official-url-verify"]
    cast.corp.wecom_corpid = vector["receive_id"]
    cast.corp.save()
    sending.app(cast.corp)
    asked = f"/wecom/callback/{vector['receive_id']}/?{vector['query_string']}"
    with mock.patch("wecom.callbacks.receiving.time.time", return_value=int(vector["timestamp"])):
        answer = Client().get(asked)
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")


@pytest.mark.parametrize("n", range(8))
def test_a_plus_left_bare_in_the_question_is_still_a_plus(cast: Cast, app: WecomApp, n: int) -> None:
    corpid = str(cast.corp.wecom_corpid)
    cipher = sending.crypto.encrypt(b"7" * n, sending.KEY, corpid, random=b"+plus+plus+plus%d" % n)
    query = "&".join(f"{k}={v}" for k, v in (sending.signed(cipher) | {"echostr": cipher}).items())
    assert Client().get(f"/wecom/callback/{corpid}/?{query}").content == b"7" * n


def test_a_question_that_wecom_did_not_sign_is_refused_and_nothing_is_decrypted(cast: Cast, app: WecomApp) -> None:
    corpid = str(cast.corp.wecom_corpid)
    cipher = sending.crypto.encrypt(b"7", sending.KEY, corpid)
    query = sending.signed(cipher, token="guessed") | {"echostr": cipher}
    with mock.patch("wecom.crypto.decrypt") as decrypt:
        answer = sending.Call(corpid, query, b"").get()
    assert (answer.status_code, answer.content) == (403, b"refused")
    assert not decrypt.called


# --- What it costs, and what it does without ---


def test_a_callback_is_one_statement(app: WecomApp, added: Any) -> None:
    client = Client()
    added.post(client)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        added.post(client)
    assert [q["sql"].split()[0] for q in seen] == ["INSERT"]


def test_an_app_switched_off_is_not_listened_to(app: WecomApp, added: Any) -> None:
    WecomApp.objects.update(active=False)
    assert added.post().status_code == 403
    assert not CallbackReceipt.objects.exists()


def test_new_keys_are_known_within_seconds(app: WecomApp, added: Any) -> None:
    added.post()
    WecomApp.objects.update(callback_token_sealed=seal("fresh"))
    with mock.patch("core.memory.time.time", return_value=time.time() + keys.REMEMBERED_SECONDS + 1):
        assert added.post().status_code == 403


def test_keys_sealed_with_a_lost_key_open_nothing(app: WecomApp, added: Any) -> None:
    WecomApp.objects.update(callback_token_sealed="gAAAAA")
    assert added.post().status_code == 403


@contextmanager
def database_that_fails_at(word: str) -> Iterator[None]:
    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(word):
            raise OperationalError(2006, "Server has gone away; row 'wmA'")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


def test_a_database_failure_is_a_500_that_says_nothing_and_stores_nothing(app: WecomApp, added: Any) -> None:
    with database_that_fails_at("INSERT"):
        answer = added.post()
    assert (answer.status_code, answer.content) == (500, b"")
    assert not CallbackReceipt.objects.exists()


def test_sent_again_after_a_database_failure_it_is_stored(app: WecomApp, added: Any) -> None:
    with database_that_fails_at("INSERT"):
        added.post()
    assert added.post().status_code == 200
    assert CallbackReceipt.objects.count() == 1


def test_a_database_that_is_away_while_the_keys_are_looked_up_is_a_500(app: WecomApp, added: Any) -> None:
    with database_that_fails_at("SELECT"):
        assert added.post().status_code == 500
    assert not CallbackReceipt.objects.exists()


def test_a_callback_asks_neither_redis_nor_the_broker_nor_wecom(app: WecomApp, added: Any) -> None:
    away = ConnectionError("stopped")
    seams = ["redis.connection.AbstractConnection.connect", "kombu.Connection.connect", "httpx.Client.send"]
    with ExitStack() as stack:
        calls = [stack.enter_context(mock.patch(seam, side_effect=away)) for seam in seams]
        assert added.post().status_code == 200
    assert CallbackReceipt.objects.count() == 1
    assert not any(call.called for call in calls)
