import os
import signal
import subprocess
import sys

_HIT = "from core.failpoints import failpoint; failpoint('a.place'); print('went on')"


def _run(failpoints: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "FAILPOINTS": failpoints}
    return subprocess.run([sys.executable, "-c", _HIT], env=environment, capture_output=True, text=True, timeout=30)


def test_a_place_that_nobody_armed_does_nothing() -> None:
    assert _run("").stdout == "went on\n"
    assert _run("another.place=kill").stdout == "went on\n"


def test_an_armed_place_raises() -> None:
    outcome = _run("a.place=raise")
    assert outcome.returncode == 1
    assert "FailpointHit: a.place" in outcome.stderr


def test_an_armed_place_kills_as_the_kernel_would() -> None:
    outcome = _run("another.place=raise, a.place=kill")
    assert outcome.returncode == -signal.SIGKILL
    assert outcome.stdout == ""
