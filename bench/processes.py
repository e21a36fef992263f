"""Servers as process groups: started, weighed, stopped. Linux only: the figures come from /proc."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A command in a process group of its own, which ``with`` starts, waits for and stops."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        url: str,
        log: Path,
        cwd: Path | None = None,
        patience: float = 60,
    ) -> None:
        """``url``: any answer from it means that the server is up; ``patience``: the seconds it may take to."""
        self.command, self.env, self.url, self.log, self.cwd = list(command), dict(env), url, log, cwd
        self.patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self.command, env=self.env, cwd=self.cwd, stdout=log, stderr=log, start_new_session=True
            )
        self._await()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        _signal(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        _signal(self._process.pid, signal.SIGKILL)
        self._process.wait()
        end = time.monotonic() + 5
        while group(self._process.pid) and time.monotonic() < end:
            time.sleep(0.02)

    @property
    def pids(self) -> list[int]:
        return group(self._process.pid) if self._process else []

    def _await(self) -> None:
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            if self._process and self._process.poll() is not None:
                break
            if _answers(self.url):
                return
            time.sleep(0.2)
        self.__exit__()
        raise SystemExit(f"{self.command[0]} did not come up at {self.url}: see {self.log}")


def _answers(url: str) -> bool:
    try:
        urlopen(url, timeout=5).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)


def group(leader: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))) and int(stat[2]) == leader and stat[0] != "Z":
            found.append(int(entry.name))
    return found


def listening(port: int) -> list[int]:
    """The processes that listen on a TCP port."""
    shown = subprocess.run(["ss", "-ltnpH", f"sport = :{port}"], capture_output=True, text=True, check=False).stdout
    return sorted({int(pid) for pid in re.findall(r"pid=(\d+)", shown)})


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that the processes have used so far, in both modes."""
    stats = filter(None, map(_stat, pids))
    return sum(int(s[11]) + int(s[12]) for s in stats) / _TICKS


def memory_mb(pids: Iterable[int]) -> float:
    """Proportional set size: shared pages are counted once over all who share them."""
    return sum(_mapped(pid, "Pss") for pid in pids) / 1024


def resident_mb(pids: Iterable[int]) -> float:
    """Resident set size: more than is used where pages are shared, but nothing that other processes do changes it.

    The proportional size rises by megabytes when another process ends that had the same libraries open.
    """
    return sum(_mapped(pid, "Rss") for pid in pids) / 1024


def _mapped(pid: int, kind: str) -> int:
    """A figure of the process' mappings, in kB; 0 for one that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(rf"^{kind}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, which may hold blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
