"""The sandbox as a whole, and the command that runs it."""

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.source import ROOT
from wecom.management.commands import wecom_sandbox
from wecom.sandbox import access, store
from wecom.sandbox.running import Plan, Sandbox
from wecom.sandbox.serving import Served

ACCESS = access.of("test", 7002)


def plan(tmp_path: Path, **fields: Any) -> Plan:
    small = {"port": 0, "customers": 20, "employees": 2, "rate": 0.0}
    return Plan(access=ACCESS, state=tmp_path / "sandbox.json", **small | fields)


class Receiver:
    """A real address that takes callbacks. ``got`` is set by the first; ``paths`` are what was asked for."""

    def __init__(self) -> None:
        self.got, self.paths = threading.Event(), list[str]()
        self._served = Served(self._answer)  # type: ignore[arg-type]
        self.url = self._served.url

    def _answer(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.paths.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
        start("200 OK", [("Content-Length", "0")])
        self.got.set()
        return [b""]

    def __enter__(self) -> "Receiver":
        self._served.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._served.stop()


def test_it_serves_what_it_built_and_keeps_what_happened(tmp_path: Path) -> None:
    first = Sandbox(plan(tmp_path))
    first.start()
    login = {"corpid": ACCESS.corpid, "corpsecret": ACCESS.secret}
    assert httpx.get(f"{first.url}/cgi-bin/gettoken", params=login).json()["errcode"] == 0
    external = first.company.befriend("u001", name="海洋")
    first.stop()
    second = Sandbox(plan(tmp_path, customers=999))
    assert second.company.people[external].name == "海洋"
    assert second.company.truth() == first.company.truth()
    second.start()
    second.stop()


def test_it_sends_what_happens(tmp_path: Path) -> None:
    with Receiver() as receiving:
        sandbox = Sandbox(plan(tmp_path, callback=f"{receiving.url}/wecom/callback/x/"))
        sandbox.start()
        sandbox.company.befriend("u001")
        assert receiving.got.wait(30)
        sandbox.stop()
    assert "msg_signature" in receiving.paths[0]
    assert receiving.paths[0].startswith("/wecom/callback/x/")


def test_without_an_address_events_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(plan(tmp_path))
    sandbox.company.befriend("u001")
    rounds = iter([False, True])
    monkeypatch.setattr(threading.Event, "wait", lambda _self, _timeout=None: next(rounds))
    sandbox._send(plan(tmp_path), threading.Event())
    monkeypatch.undo()
    assert sandbox.company.outgoing == []
    sandbox.start()
    sandbox.stop()


def test_the_file_of_another_installation_is_built_anew(tmp_path: Path) -> None:
    Sandbox(plan(tmp_path))
    path = tmp_path / "sandbox.json"
    rows = json.loads(path.read_bytes())
    rows["apps"] = []
    path.write_text(json.dumps(rows))
    sandbox = Sandbox(plan(tmp_path))
    assert sandbox.company.apps[ACCESS.agent_id].secret == ACCESS.secret
    assert store.load(path)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["nothing=1"], "There is no nothing"),
        (["slow"], "write slow=0.1"),
        (["slow=often"], "write slow=0.1"),
        (["errors=1"], "There is no errors"),
        (["code.x=1"], "write code.45009=0.01"),
        (["code.45009"], "write code.45009=0.01"),
    ],
)
def test_a_wrong_fault_is_told(given: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=re.escape(told)):
        call_command("wecom_sandbox", "--faults", *given)


def test_a_wrong_mishap_is_told() -> None:
    with pytest.raises(CommandError, match="There is no lost"):
        call_command("wecom_sandbox", "--mishaps", "lost=1")


def options(**fields: Any) -> dict[str, Any]:
    usual = {"host": "127.0.0.1", "port": 0, "rate": 6.0, "customers": 20, "employees": 2, "seed": 7, "state": None}
    return usual | {"faults": [], "mishaps": [], "callback": "none"} | fields


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("none", ""),
        ("http://127.0.0.1:7002", "http://127.0.0.1:7002/wecom/callback/{corpid}/"),
        ("http://127.0.0.1:7002/", "http://127.0.0.1:7002/wecom/callback/{corpid}/"),
        ("https://scrm.example/wecom/callback/ww1/", "https://scrm.example/wecom/callback/ww1"),
    ],
)
def test_callbacks_go_to_the_service_or_nowhere(given: str, url: str) -> None:
    made = wecom_sandbox._plan(options(callback=given))
    assert made.callback == url.format(corpid=made.access.corpid)


def test_the_options_become_the_plan() -> None:
    given = options(
        faults=["slow=0.1", "slow_seconds=3", "code.45009=0.01", "code.-1=0.5"], mishaps=["loss=0.2", "window=50"]
    )
    made = wecom_sandbox._plan(given)
    assert (made.faults.slow, made.faults.slow_seconds) == (0.1, 3.0)
    assert made.faults.errors == {"*": {45009: 0.01, -1: 0.5}}
    assert (made.mishaps.loss, made.mishaps.window) == (0.2, 50)
    assert made.state == Path(settings.DATA_DIR) / "sandbox-7.json"
    assert made.access == access.of(settings.SECRET_KEY, 7)


def test_a_taken_port_and_a_foreign_file_are_told(tmp_path: Path) -> None:
    sandbox = Sandbox(plan(tmp_path))
    sandbox.start()
    port = int(sandbox.url.rsplit(":", 1)[1])
    with pytest.raises(CommandError, match=f"Port {port} is taken"):
        wecom_sandbox._listen(plan(tmp_path, port=port))
    sandbox.stop()
    (tmp_path / "sandbox.json").write_text("{}")
    with pytest.raises(CommandError, match="holds no company"):
        wecom_sandbox._listen(plan(tmp_path))


@pytest.mark.slow
def test_the_command_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "wecom_sandbox", "--port", "0", "--customers", "30", "--rate", "0"]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*command, "--callback", "none"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    told = _until_base(process)
    url = re.search(r"http://127\.0\.0\.1:\d+", told)
    assert url
    assert httpx.get(f"{url[0]}/sandbox/counts").json()["counts"]["customers"] == 30
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Stopped." in rest
    secret = tmp_path / "sandbox-7003.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text() not in told
    assert store.load(tmp_path / "sandbox-7003.json")


def _until_base(process: "subprocess.Popen[str]") -> str:
    """What it says up to the last line of what to enter."""
    told = io.StringIO()
    assert process.stdout
    while "--api-base" not in told.getvalue():
        line = process.stdout.readline()
        assert line, "it ended"
        told.write(line)
    return told.getvalue()
