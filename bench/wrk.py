"""Sixteen clients that ask as fast as they are answered, by wrk."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 16

_HEAD = """
math.randomseed(tonumber(os.getenv('SEED')))
FROM, RUN = tonumber(os.getenv('FROM')), os.getenv('RUN')
HEADERS = {['Content-Type'] = 'application/json', ['Authorization'] = os.getenv('CREDENTIALS')}
"""
_TAIL = """
done = function(all, latency, _)
  local e = all.errors
  io.stderr:write(string.format('@@{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.3f,"p99":%.3f,"bad":%d}\\n',
    all.requests, all.duration / 1e6, all.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk saw. Latencies in ms; ``bad`` counts answers that were no success, and lost connections."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    bad: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def run(url: str, script: str, *, seconds: float, seed: int, first_id: int, run: str, credentials: str = "-") -> Load:
    """One run against ``url``.

    Args:
        script: Lua, see workloads.py.
        seed, first_id, run: what makes this run's random numbers, ids and new rows its own.
        credentials: the Authorization header.
    """
    env = os.environ | {"SEED": str(seed), "FROM": str(first_id), "RUN": run, "CREDENTIALS": credentials}
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(_HEAD + script + _TAIL, encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{round(seconds)}s", "--timeout", "300s", "-s", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    return parse(done.stderr)


def parse(shown: str) -> Load:
    """The figures that the script printed. Raises SystemExit with wrk's own words if there are none."""
    for line in shown.splitlines():
        if line.startswith("@@"):
            return Load(**json.loads(line[2:]))
    raise SystemExit(f"wrk gave no figures: {shown[:500]}")
