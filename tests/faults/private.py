"""Servers of a test's own, which it may kill, stop and restart: a Redis, a MariaDB, our web server."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Poll until it holds; returns how long that took, fails the test when it takes too long."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            pytest.fail(f"{what} didn't come about within {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - started


def program(*names: str) -> str:
    """The path of the first of these programs that is installed; skips the test when none is."""
    for name in names:
        if found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"):
            return found
    pytest.skip(f"{names[0]} is not installed")


class Server:
    """A process in a folder and on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="scrm-test-"))
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def ready(self) -> bool:
        with socket.socket() as s:
            s.settimeout(0.5)
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def start(self) -> None:
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(self.ready, 60, f"{type(self).__name__} answering")

    def signal(self, number: int) -> None:
        assert self.process
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self.process.wait()

    def output(self) -> str:
        return (self.folder / "output.log").read_text(errors="replace")

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PrivateRedis(Server):
    def command(self) -> list[str]:
        return [
            program("redis-server"),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class PrivateMariaDB(Server):
    """Its own data, socket and temporary folder: two servers that share one of them break each other."""

    def __init__(self) -> None:
        super().__init__()
        self.data = self.folder / "data"
        (self.folder / "tmp").mkdir()
        self.folder.chmod(0o755)
        owner = [f"--user={'mysql' if os.geteuid() == 0 else os.environ.get('USER', '')}"]
        if os.geteuid() == 0:
            for path in (self.folder, self.folder / "tmp"):
                shutil.chown(path, "mysql", "mysql")
        self._owner = owner
        install = [program("mariadb-install-db", "mysql_install_db"), "--no-defaults", f"--datadir={self.data}", *owner]
        subprocess.run(
            [*install, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True
        )

    def command(self) -> list[str]:
        return [
            program("mariadbd", "mysqld"), "--no-defaults", f"--datadir={self.data}", *self._owner,
            f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.folder / 'db.sock'}",
            f"--tmpdir={self.folder / 'tmp'}", f"--pid-file={self.folder / 'db.pid'}", "--innodb-buffer-pool-size=64M",
        ]  # fmt: skip

    def sql(self, statement: str) -> None:
        client = program("mariadb", "mysql")
        subprocess.run(
            [client, "--no-defaults", "-h127.0.0.1", f"-P{self.port}", "-uroot", "-e", statement],
            check=True,
            capture_output=True,
        )

    @property
    def url(self) -> str:
        return f"mysql://root@127.0.0.1:{self.port}/scrm"


class WebServer(Server):
    """The service's web process as production runs it, with the settings given on top of this environment."""

    def __init__(self, **settings: str) -> None:
        super().__init__()
        self.settings = {"DATA_DIR": str(self.folder), "BROKER_URL": "memory://", **settings}

    def environment(self) -> dict[str, str]:
        inherited = {
            k: v for k, v in os.environ.items() if k not in {"TEST_DATABASE_NAME", "REDIS_URL", "DATABASE_URL"}
        }
        return inherited | self.settings

    def command(self) -> list[str]:
        granian = str(Path(sys.executable).parent / "granian")
        return [
            granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
            "--blocking-threads", "6", "--no-ws", "scrm_customer.wsgi:application",
        ]  # fmt: skip

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout
