"""A server is started, weighed and stopped with all its children; one that doesn't come up is told of."""

import os
import socket
import sys
from pathlib import Path

import pytest

from bench import processes
from bench.processes import Server

# A server with a child that burns some processor time, as a supervisor with its worker.
_SERVER = """
import http.server, os, sys
if os.fork() == 0:
    sum(n * n for n in range(3_000_000))
    os.kill(os.getpid(), 19)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server(tmp_path: Path, *command: str, port: int) -> Server:
    url = f"http://127.0.0.1:{port}/"
    return Server([sys.executable, *command], env=os.environ, url=url, log=tmp_path / "log", cwd=tmp_path, patience=20)


def test_the_whole_group_is_weighed_and_gone_afterwards(tmp_path: Path) -> None:
    port = free_port()
    with server(tmp_path, "-c", _SERVER, str(port), port=port) as running:
        pids = running.pids
        assert len(pids) == 2
        assert processes.memory_mb(pids) > processes.memory_mb(pids[:1]) > 1
        assert processes.resident_mb(pids) > processes.memory_mb(pids)
        assert processes.cpu_seconds(pids) > 0
        assert set(processes.listening(port)) & set(pids)
    assert processes.memory_mb(pids) == 0
    assert processes.listening(port) == []


def test_a_server_that_dies_at_once_is_told_of_with_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(SystemExit, match="did not come up"),
        server(tmp_path, "-c", "raise SystemExit('no')", port=free_port()),
    ):
        pass
    assert (tmp_path / "log").read_text().strip() == "no"


def test_a_process_that_is_gone_weighs_nothing() -> None:
    assert processes.cpu_seconds([2**22 + 1]) == 0
    assert processes.memory_mb([2**22 + 1]) == processes.resident_mb([2**22 + 1]) == 0
    assert processes.group(2**22 + 1) == []
