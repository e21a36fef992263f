"""Servers of the bench are started, weighed and stopped with all that they start; here they are tiny ones."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import processes
from bench.processes import Server
from tests.startup.process import free_port

WEB = """
    import http.server, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response({status}); self.end_headers()
        def log_message(self, *_): pass
    print("listening", flush=True)
    http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever(0.01)
"""


def script(text: str, **values: Any) -> list[str]:
    return [sys.executable, "-S", "-c", textwrap.dedent(text).format(**values)]


def server(command: list[str], tmp_path: Path, port: int, **more: Any) -> Server:
    return Server(command, env=os.environ, url=f"http://127.0.0.1:{port}/", log=tmp_path / "log" / "out", **more)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, with a child that only waits too."""
    command = ["/bin/sh", "-c", "sleep 600 & echo ready; wait"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_server_is_up_once_it_answers_whatever_it_answers(tmp_path: Path, status: int) -> None:
    port = free_port()
    with server(script(WEB, port=port, status=status), tmp_path, port) as up:
        assert len(up.pids) == 1
        assert processes._answers(up.url)
    assert not processes._answers(up.url)
    assert (tmp_path / "log" / "out").read_text().startswith("listening")


def test_a_server_ends_with_its_children(tmp_path: Path) -> None:
    port = free_port()
    command = ["/bin/sh", "-c", 'sleep 600 & exec "$@"', "sh", *script(WEB, port=port, status=200)]
    with server(command, tmp_path, port) as up:
        pids = up.pids
        assert len(pids) == 2
    assert all(processes._stat(pid)[:1] in ([], ["Z"]) for pid in pids)


def test_a_server_that_falls_over_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    broken = server(script("import sys; sys.exit('no such database')"), tmp_path, free_port())
    with pytest.raises(SystemExit, match=f"did not come up.*see {tmp_path}/log/out"), broken:
        pass
    assert "no such database" in (tmp_path / "log" / "out").read_text()


def test_it_runs_where_and_with_what_it_was_told(tmp_path: Path) -> None:
    port = free_port()
    text = "import os; print(os.getcwd(), os.environ['MARK'], flush=True)" + textwrap.dedent(WEB)
    command = [sys.executable, "-S", "-c", text.format(port=port, status=200)]
    with Server(command, env={"MARK": "here"}, url=f"http://127.0.0.1:{port}/", log=tmp_path / "out", cwd=tmp_path):
        pass
    assert (tmp_path / "out").read_text().startswith(f"{tmp_path} here\n")


def test_a_server_that_was_never_started_is_no_process_and_nothing_to_stop(tmp_path: Path) -> None:
    idle = server(["true"], tmp_path, 1)
    assert idle.pids == []
    idle.__exit__()


def test_an_answer_of_any_kind_is_an_answer_and_a_closed_port_is_none() -> None:
    assert not processes._answers(f"http://127.0.0.1:{free_port()}/")


def test_a_group_has_its_leader_and_what_it_started(sleeper: subprocess.Popen[bytes]) -> None:
    group = processes.group(sleeper.pid)
    assert sleeper.pid in group
    assert len(group) == 2
    assert os.getpid() not in group


def test_a_group_that_is_gone_is_empty() -> None:
    assert processes.group(999_999_999) == []


@pytest.mark.skipif(not Path("/usr/bin/ss").exists() and not Path("/bin/ss").exists(), reason="NOT RUN: needs ss")
def test_who_listens_on_a_port_is_found() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert processes.listening(port) == [os.getpid()]
    assert processes.listening(port) == []


def test_processor_time_of_several_is_their_sum_and_of_the_dead_nothing(sleeper: subprocess.Popen[bytes]) -> None:
    sum(n * n for n in range(300_000))
    own = processes.cpu_seconds([os.getpid()])
    assert own > 0
    assert processes.cpu_seconds([]) == processes.cpu_seconds([999_999_999]) == 0
    assert processes.cpu_seconds([os.getpid(), sleeper.pid, 999_999_999]) >= own


def test_processor_time_is_user_and_system_together(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    monkeypatch.setattr(processes, "_stat", lambda _pid: ["x"] * 11 + [str(3 * ticks), str(2 * ticks)])
    assert processes.cpu_seconds([1]) == 5


def test_a_command_with_blanks_and_brackets_in_its_name_does_not_shift_the_fields(tmp_path: Path) -> None:
    program = tmp_path / "a) b (c"
    program.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(program), "600"])
    try:
        fields = processes._stat(process.pid)
        assert fields[0] in "RSD"
        assert int(fields[1]) == os.getpid()
    finally:
        process.kill()
        process.wait()


def test_memory_is_counted_for_the_living_alone(sleeper: subprocess.Popen[bytes]) -> None:
    assert processes.memory_mb([os.getpid()]) > 5
    assert processes.memory_mb([999_999_999]) == 0
    assert 0 < processes.memory_mb([sleeper.pid]) < processes.memory_mb([os.getpid()])
