"""Secrets and tokens show nowhere: not in logs, errors, tracebacks, representations, nor in the database."""

import json
import logging
import traceback
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core import serializers
from django.db import connection

from core import logs
from tests.wecom.client.conftest import SECRET, Imitation, refusal
from wecom import secrets
from wecom.client import customers, errors, tokens, transport, wire
from wecom.client.transport import Client
from wecom.models import WecomApp

CANARIES = (SECRET, "token-canary", "corpsecret=", "access_token=")
ENDINGS: list[Any] = [
    httpx.ConnectError("no"),
    httpx.ReadTimeout("late"),
    httpx.Response(500),
    httpx.Response(302, headers={"Location": "http://elsewhere.test/?access_token=token-canary-9"}),
    refusal(60020),
    refusal(84061),
    refusal(45009),
    refusal(123456),
    {"errcode": 40013, "errmsg": f"invalid corpid, secret {SECRET}"},
]


def whole(error: BaseException) -> str:
    """Everything a log or an error page could say of it, with all that stands behind it."""
    told = [repr(error), str(error), *traceback.format_exception(error), repr(vars(error))]
    behind = [each for each in (error.__cause__, error.__context__) if each is not None]
    return "\n".join(told + [whole(each) for each in behind])


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: repr(e)[:40])
@pytest.mark.parametrize("path", ["gettoken", "externalcontact/get"])
def test_no_error_knows_the_address(client: Client, wecom: Imitation, path: str, ending: Any) -> None:
    wecom.says(path, ending)
    with pytest.raises(errors.WecomError) as raised:
        customers.customer(client, "wm1")
    for canary in CANARIES:
        assert canary not in whole(raised.value)


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: repr(e)[:40])
@pytest.mark.parametrize("path", ["gettoken", "externalcontact/get"])
def test_no_log_knows_it(
    client: Client, wecom: Imitation, path: str, ending: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wecom.says(path, ending)
    with pytest.raises(errors.WecomError):
        customers.customer(client, "wm1")
    customers_log = "\n".join(str(record.__dict__) for record in caplog.records)
    for canary in (*CANARIES, "wm1"):
        assert canary not in customers_log


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_libraries_that_would_log_addresses_are_quiet_at_every_level(level: str) -> None:
    try:
        logs.configure({"level": level, "json": True})
        for name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO), name
    finally:
        logs.configure(settings.LOGGING)


def test_no_representation_knows_it(client: Client, app: WecomApp, wecom: Imitation) -> None:
    token = tokens.current(app)
    app.refresh_from_db()
    for each in (client, app, token, transport.client_of(app)):
        assert token.value not in repr(each)
        assert SECRET not in repr(each)
    assert token.sealed not in repr(token)


def test_the_database_holds_neither_secret_nor_token(app: WecomApp, wecom: Imitation) -> None:
    token = tokens.current(app)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wecom_app")
        stored = str(cursor.fetchall())
    assert SECRET not in stored
    assert token.value not in stored
    row = json.loads(serializers.serialize("json", [WecomApp.objects.get(pk=app.pk)]))[0]["fields"]
    assert secrets.unseal(row["secret_sealed"]) == SECRET


def test_a_redirect_is_not_followed(client: Client, wecom: Imitation) -> None:
    wecom.says("externalcontact/get", httpx.Response(302, headers={"Location": "http://elsewhere.test/"}))
    with pytest.raises(errors.Unreachable) as raised:
        customers.customer(client, "wm1")
    assert raised.value.hint == "Status302"
    assert all(path == "externalcontact/get" or path == "gettoken" for path, _params, _body in wecom.calls)


def test_the_network_is_touched_in_one_place() -> None:
    assert wire.TRANSPORTS is transport.TRANSPORTS
