"""Workload by workload, target after target, round after round: what each answered and what it cost."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import redis

from bench import processes, wrk
from bench.targets import Target
from bench.workloads import BASE, Scene, Workload

# A service whose single answer takes longer than this is asked longer, and not once more than it must be.
SLOW = 0.25
HOPELESS = 3.0
REDIS_PORT = 6379


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: requests a second, latencies in ms, processor ms and statements a request."""

    rate: float
    p50: float
    p99: float
    requests: int
    bad: int
    server_ms: float
    database_ms: float
    cache_ms: float
    statements: float
    round_trips: float


@dataclass(slots=True)
class Plan:
    """How long and how often."""

    rounds: int = 3
    seconds: float = 6
    slow_seconds: float = 20
    warm_seconds: float = 2
    run: str = ""

    def __post_init__(self) -> None:
        self.run = self.run or str(int(time.time()))


def _say(line: str) -> None:
    print(line, flush=True)


Results = dict[str, dict[str, dict[str, float]]]


def measure(
    targets: Sequence[Target],
    workloads: Iterable[Workload],
    scene: Scene,
    plan: Plan,
    say: Callable[[str], object] = _say,
) -> Results:
    """target → workload → medians of its samples."""
    samples: dict[str, dict[str, list[Sample]]] = {t.name: {} for t in targets}
    for workload in workloads:
        hopeless: set[str] = set()
        for number in range(plan.rounds):
            for target in targets:
                if (workload.peer or target.ours) and target.name not in hopeless:
                    sample, single = _turn(target, workload, scene, plan, number)
                    samples[target.name].setdefault(workload.name, []).append(sample)
                    say(_line(target, workload, sample))
                    if single > HOPELESS:
                        hopeless.add(target.name)
    return {name: {w: median(s) for w, s in found.items()} for name, found in samples.items()}


def median(samples: Sequence[Sample]) -> dict[str, float]:
    """Each figure's median; of the failures, the sum."""
    rows = [asdict(s) for s in samples]
    middle = {name: round(statistics.median(r[name] for r in rows), 4) for name in rows[0]}
    return middle | {"bad": sum(r["bad"] for r in rows), "rounds": len(rows)}


def _turn(target: Target, workload: Workload, scene: Scene, plan: Plan, number: int) -> tuple[Sample, float]:
    """One counted run, after what it needs, and how long a single answer took."""
    path = workload.probe(scene)
    single = seconds_of(target, path) if path else 0.0
    if workload.name == "cached":
        for ident in range(1, 1001):
            seconds_of(target, f"{BASE}/{ident}")
    if workload.name == "detail":
        redis.Redis(port=REDIS_PORT, db=target.redis_db).flushdb()
    script = workload.script(scene)
    if workload.warm and single < SLOW:
        _load(target, script, plan.warm_seconds, plan, f"w{number}", number * 2)
    seconds = plan.seconds if single < SLOW else plan.slow_seconds
    sample = _weighed(target, lambda: _load(target, script, seconds, plan, f"r{number}", number * 2 + 1))
    if single >= SLOW:
        target.schema.stop_running()
        time.sleep(0.5)
    return sample, single


def _load(target: Target, script: str, seconds: float, plan: Plan, run: str, turn: int) -> wrk.Load:
    return wrk.run(
        target.url,
        script,
        seconds=seconds,
        seed=turn + 1,
        first_id=turn * 104_729,
        run=f"{plan.run}{run}{target.name}",
        credentials=target.credentials,
    )


def _weighed(target: Target, load: Callable[[], wrk.Load]) -> Sample:
    """A run, with what the server, the database and the cache spent on it."""
    parts = (target.server.pids, target.schema.pids(), processes.listening(REDIS_PORT))
    before = [processes.cpu_seconds(p) for p in parts], target.schema.statements()
    seen = load()
    spent = [processes.cpu_seconds(p) - b for p, b in zip(parts, before[0], strict=True)]
    data, trips = (now - then for now, then in zip(target.schema.statements(), before[1], strict=True))
    each = max(seen.requests, 1)
    server, database, cache = (round(s * 1000 / each, 4) for s in spent)
    return Sample(
        rate=round(seen.rate, 3),
        p50=seen.p50,
        p99=seen.p99,
        requests=seen.requests,
        bad=seen.bad,
        server_ms=server,
        database_ms=database,
        cache_ms=cache,
        statements=round(data / each, 2),
        round_trips=round(trips / each, 2),
    )


def _line(target: Target, workload: Workload, s: Sample) -> str:
    return (
        f"{workload.name:8} {target.name:9} {s.rate:9.1f}/s  p50 {s.p50:8.2f}  p99 {s.p99:8.2f} ms  "
        f"cpu {s.server_ms:6.3f} db {s.database_ms:7.3f} cache {s.cache_ms:5.3f} ms  "
        f"statements {s.statements:5.2f}/{s.round_trips:5.2f}  bad {s.bad}"
    )


def seconds_of(target: Target, path: str, timeout: float = 120) -> float:
    """How long one GET takes. What the service refuses is a mistake of the bench."""
    started = time.perf_counter()
    fetch(target, path, timeout)
    return time.perf_counter() - started


def fetch(target: Target, path: str, timeout: float = 120) -> bytes:
    """One GET. An answer that never comes, or is an error of a detail that isn't there, is empty."""
    request = Request(target.url + path, headers={"Authorization": target.credentials})
    try:
        with urlopen(request, timeout=timeout) as answer:
            return answer.read()
    except HTTPError as refusal:
        # The original answers 500 for a customer that isn't there, and when its database is lost to it.
        if refusal.code == 404 or (refusal.code == 500 and not target.ours):
            return b""
        raise SystemExit(f"{target.name} answered {refusal.code} to {path}: {refusal.read()[:300]!r}") from refusal
    except TimeoutError:
        return b""


def deep_cursor(target: Target, rows: int, seconds: float = 60) -> str:
    """The cursor that stands after ``rows`` customers, or as deep as a walk of so many seconds comes."""
    cursor, end = "", time.monotonic() + seconds
    for _ in range(rows // 100):
        cursor = json.loads(fetch(target, f"{BASE}?size=100&cursor={cursor}"))["nextCursor"]
        if not cursor or time.monotonic() > end:
            break
    return cursor
