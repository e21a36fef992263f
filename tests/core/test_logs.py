"""What the logs hold, and what never gets into them."""

import io
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
import structlog
from django.db import IntegrityError
from django.db.utils import DataError

from core import logs, middleware, redaction
from customers import cache
from tests.api import client
from tests.conftest import Cast

SECRET, MOBILE, PERSON = "CANARYsecret7f3a", "13912345678", "金丝雀王"
URL = "/api/v1/customers"


@pytest.fixture(params=[False, True], ids=["people", "machines"])
def logged(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Everything that the configured handlers write, as text; call it."""
    logs.configure({"level": "DEBUG", "json": request.param})
    out = io.StringIO()
    handlers = {h for name in ("", "scrm.access") for h in logging.getLogger(name).handlers if _is_ours(h)}
    for handler in handlers:
        handler.setStream(out)
    yield out.getvalue
    logs.configure({"level": "INFO", "json": False})


def _is_ours(handler: logging.Handler) -> bool:
    return type(handler) is logging.StreamHandler


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret={SECRET}", "corpid=ww1"),
        (f"GET /x?access_token={SECRET}&type=2", "type=2"),
        (f"Authorization: Bearer {SECRET}.b.c", "Authorization"),
        (f"X-Api-Key: abcd.{SECRET}", "X-Api-Key"),
        (f"Authorization: Api-Key abcd.{SECRET} refused", "refused"),
        (f'{{"suite_access_token": "{SECRET}", "errcode": 0}}', '"errcode": 0'),
        (f"{{'password': '{SECRET}', 'user': 'ann'}}", "'user': 'ann'"),
        (f"amqp://scrm:{SECRET}@rabbitmq:5672/scrm refused", "rabbitmq:5672"),
        (f"mysql://root:{SECRET}@db/scrm", "@db/scrm"),
        (f"mobile {MOBILE} is taken", "is taken"),
        (f"call +86{MOBILE} or +86 {MOBILE}", "call"),
        (f"/api/v1/customers/{MOBILE}", "/api/v1/customers/"),
    ],
)
def test_secrets_and_numbers_are_scrubbed_from_text_and_the_rest_is_kept(text: str, kept: str) -> None:
    clean = redaction.scrub(text)
    assert SECRET not in clean
    assert MOBILE not in clean
    assert kept in clean


@pytest.mark.parametrize(
    "text", ["/api/v1/customers/12/tags", "order 139123456789012", "2026-11-22T08:30:00Z", "v=1 ok"]
)
def test_what_is_neither_is_left_alone(text: str) -> None:
    assert redaction.scrub(text) == text


@pytest.mark.parametrize(
    "key",
    ["secret", "corpsecret", "suite_secret", "access_token", "password", "Authorization", "X-Api-Key", "api_key",
     "mobile", "remark_mobiles", "unionid", "remark", "name", "customer_name", "cookie", "signature"],
)  # fmt: skip
def test_values_of_sensitive_keys_are_hidden_at_any_depth(key: str) -> None:
    event = {"event": "x", key: SECRET, "request": {"headers": [{key: SECRET}]}}
    assert SECRET not in str(redaction.redact(None, "info", event))


@pytest.mark.parametrize(
    "key", ["event", "event_name", "kind", "errno", "corp", "account", "path", "queue", "tokens_left"]
)
def test_keys_that_only_look_like_it_are_kept(key: str) -> None:
    assert redaction.redact(None, "info", {key: "value"})[key] == "value"


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(1062, f"Duplicate entry '7-{PERSON}' for key 'uk_customer'"),
        DataError(1406, f'Data too long: "{PERSON}"'),
        KeyError(PERSON),
        ValueError(f"invalid literal for int() with base 10: '{MOBILE}x'"),
        httpx.HTTPStatusError(
            f"Client error '401' for url 'https://qyapi.weixin.qq.com/gettoken?corpsecret={SECRET}'",
            request=httpx.Request("GET", "https://x"),
            response=httpx.Response(401),
        ),
    ],
)
def test_the_message_of_an_error_keeps_its_kind_and_place_and_loses_its_values(error: Exception, logged: Any) -> None:
    try:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError("while saving") from inner
    except RuntimeError:
        structlog.get_logger("scrm.test").exception("failed")
        logging.getLogger("foreign").exception("failed: %s", error)
    text = logged()
    assert type(error).__name__ in text
    assert "while saving" in text
    assert "test_logs.py" in text
    for canary in (SECRET, MOBILE, PERSON):
        assert canary not in text


def test_an_error_about_the_program_keeps_the_names_it_quotes(logged: Any) -> None:
    try:
        _ = None.missing  # type: ignore[attr-defined]
    except AttributeError:
        structlog.get_logger("scrm.test").exception("failed")
    assert "no attribute 'missing'" in logged().replace("\\'", "'")


def test_errors_that_point_at_each_other_are_logged_all_the_same() -> None:
    first, second = ValueError("'a'"), KeyError("b")
    first.__context__, second.__context__ = second, first
    assert "'a'" not in redaction.without_values("".join(traceback.format_exception_only(first)), first)


def test_a_line_for_machines_is_one_json_object_with_the_request_id() -> None:
    logs.configure({"level": "INFO", "json": True})
    try:
        record = logging.LogRecord("scrm.test", logging.INFO, "x.py", 1, "hello %s", ("you",), None)
        token = logs.request_id.set("known-id-1")
        try:
            line = orjson.loads(logging.getLogger().handlers[0].format(record))
        finally:
            logs.request_id.reset(token)
    finally:
        logs.configure({"level": "INFO", "json": False})
    assert line["event"] == "hello you"
    assert (line["level"], line["logger"], line["request_id"]) == ("info", "scrm.test", "known-id-1")
    assert line["timestamp"].endswith("Z")


def test_every_request_leaves_one_access_line_without_its_query(cast: Cast, logged: Any) -> None:
    client(cast.corp).get(f"{URL}?keyword={MOBILE}", headers={"X-Request-Id": "known-id-2"})
    lines = [line for line in logged().splitlines() if "known-id-2" in line and URL in line]
    assert len(lines) == 1
    assert "200" in lines[0]
    assert "keyword" not in lines[0]


def test_an_access_line_for_machines_has_its_fields_apart() -> None:
    record = logging.LogRecord("scrm.access", logging.INFO, "x.py", 1, "request", (), None)
    record.args = {"method": "GET", "path": "/x", "status": 200, "ms": 1.5}
    line = json.loads(logs.AccessJson().format(record))
    assert line["timestamp"].endswith("Z")
    assert {k: line[k] for k in ("event", "method", "path", "status", "ms", "level")} == {
        "event": "request", "method": "GET", "path": "/x", "status": 200, "ms": 1.5, "level": "info",
    }  # fmt: skip


LINE = {"method": "GET", "path": "/x", "status": 200, "ms": 1.5}
USUAL = logging.Formatter("%(name)s %(levelname)s %(levelno)d %(message)s")


@pytest.mark.parametrize("formatter", [logs.AccessJson(), logs.AccessText(), USUAL])
def test_the_short_record_of_a_line_reads_as_a_usual_one(formatter: logging.Formatter) -> None:
    usual = logging.LogRecord("scrm.access", logging.INFO, "x.py", 1, "request", (LINE,), None)
    short = logs.AccessRecord(LINE)
    usual.created = short.created = 1_700_000_000.25
    assert formatter.format(short) == formatter.format(usual)


def test_the_short_record_lacks_nothing_that_a_record_has() -> None:
    usual = logging.LogRecord("scrm.access", logging.INFO, "x.py", 1, "request", (LINE,), None)
    short = logs.AccessRecord(LINE)
    assert [name for name in vars(usual) if not hasattr(short, name)] == []


def test_no_line_is_written_where_only_warnings_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    access, seen = logging.getLogger("scrm.access"), []
    monkeypatch.setattr(access, "handle", seen.append)
    monkeypatch.setattr(access, "isEnabledFor", lambda level: level >= logging.WARNING)
    middleware.note("r", "GET", "/x", 200, 0.001)
    assert seen == []


def test_canaries_in_requests_of_every_kind_reach_no_log(
    cast: Cast, logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = client(cast.corp)
    api.raise_request_exception = False
    bodies = [
        {"externalUserid": "wmC1", "name": PERSON, "mobile": MOBILE, "unionid": SECRET, "remark": PERSON},
        {"externalUserid": "wmC1", "name": PERSON, "mobile": MOBILE},
        {"name": PERSON, "mobile": f"not {MOBILE}", PERSON: SECRET},
    ]
    for body in bodies:
        api.post(URL, body, format="json")
    api.post(URL, f"{{{PERSON}", content_type="application/json")
    for query in (MOBILE, PERSON, SECRET):
        api.get(f"{URL}?keyword={query}")
    api.get(f"{URL}/{MOBILE}")
    api.get(f"/{PERSON}?{SECRET}={MOBILE}")
    api.get(URL, headers={"X-Api-Key": f"abcdefgh.{SECRET}"})
    api.get(URL, headers={"X-Api-Key": "", "Authorization": f"Bearer {SECRET}.{SECRET}.{SECRET}"})
    api.get(URL, headers={"Cookie": f"sessionid={SECRET}", "X-Request-Id": SECRET + "!"})
    monkeypatch.setattr(cache, "versions", lambda *_: int(PERSON))
    assert api.get(f"{URL}/1").status_code == 500
    text = logged()
    assert "ValueError" in text, "the failure was not logged at all"
    for canary in (SECRET, MOBILE, PERSON):
        assert canary not in text
