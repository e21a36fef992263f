"""The scripts as modules, programs that only tell how they were called, and servers that say what they are told to."""

import importlib
import importlib.util
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("probes", "rooms", "packages", "launching", "services", "steps", "linting", "on_services", "vhosts")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Call it with a script's name to have its module, fresh for each test; Python has a ``test`` of its own."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def load(name: str) -> Any:
        if name != "test":
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location("scripts_test", ROOT / "scripts" / "test.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    for name in NAMES:
        sys.modules.pop(name, None)
    yield load
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.fixture(autouse=True)
def _no_services_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the surrounding run is set to is not what these tests are about."""
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


class Programs:
    """A folder of programs that write down how they were called; it is the whole PATH but for the shell's own tools."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "calls.log"
        self.folder.mkdir()
        for tool in ("sh", "cat", "sleep", "env"):
            self.link(tool)

    def link(self, tool: str) -> None:
        """The real program, found where it really is."""
        for place in os.defpath.split(os.pathsep):
            if (Path(place) / tool).exists():
                (self.folder / tool).symlink_to(Path(place) / tool)
                return
        raise LookupError(tool)

    def add(self, name: str, *, code: int = 0, body: str = "") -> None:
        """A program that notes its arguments, does ``body`` and ends with ``code``."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >>{self.log}\n{body}\nexit {code}\n')
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(made.folder))
    return made


@contextmanager
def listener(answer: Callable[[bytes], bytes] | None, greeting: bytes = b"") -> Iterator[int]:
    """A server on a free port: it greets, and answers each read with ``answer``; an empty answer, or none, hangs up."""

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(greeting)
            while answer and (asked := self.request.recv(65_536)):
                reply = answer(asked)
                if not reply:
                    return
                self.request.sendall(reply)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


HELLO = b"%1\r\n$5\r\nproto\r\n:3\r\n"


def redis_answer(**replies: bytes) -> Callable[[bytes], bytes]:
    """A Redis that knows PING and DBSIZE, or what ``replies`` says; CLIENT and the like are just fine with it."""
    known = {"PING": b"+PONG\r\n", "HELLO": HELLO} | replies

    def answer(asked: bytes) -> bytes:
        words = [w.decode().upper() for w in asked.split(b"\r\n") if w and w[:1] not in b"*$"]
        return b"".join(known.get(word, b"+OK\r\n") for word in words if word in {*known, "CLIENT", "SELECT"})

    return answer
