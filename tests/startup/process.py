"""The service as a newcomer starts it: a process of its own on an empty SQLite database and a free port."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
# What the surrounding test run is set to must not reach the process.
_OURS = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "TEST_DATABASE_NAME", "EVENT_QUEUE", "TASK_QUEUE", "PRODUCTION")


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    return clean | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "scrm_customer.settings"} | more


def manage(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(question: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """Ask until the answer is yes, and give it back; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := question()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
    return found


class Service:
    """One running service."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        self.output = (folder / "output").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run_service", "--demo"],
            cwd=ROOT,
            env=environment(folder, PORT=str(port)),
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    def answers(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            return httpx.get(f"{self.url}/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    def said(self) -> str:
        return Path(self.output.name).read_text()

    def access(self) -> dict[str, Any]:
        return json.loads((self.folder / "demo-access.json").read_text())

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"X-Api-Key": self.access()["api_key"]}
        return httpx.request(method, f"{self.url}/api/v1{path}", headers=headers, **options)

    def act(self, name: str, /, **arguments: Any) -> None:
        """Have somebody in the sandbox do something."""
        address = re.search(r"WeCom sandbox (http://\S+)/sandbox/", self.said())
        assert address, self.said()
        answer = httpx.post(f"{address[1]}/sandbox/acts", json={"act": name, "args": arguments})
        assert answer.status_code == 200, answer.text

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    service = Service(folder, free_port())
    try:
        until(service.answers)
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        service.output.close()
