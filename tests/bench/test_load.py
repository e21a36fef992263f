"""Turns, medians and costs of the load, with a small server on loopback and a wrk that runs nothing."""

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bench import load, processes, wrk
from bench.load import Plan, Sample
from bench.targets import Target
from bench.workloads import BASE, BY_NAME, Scene

LIST, CREATE, CURSOR = BY_NAME["list"], BY_NAME["create"], BY_NAME["cursor"]
SCENE = Scene(1_000)


class FakeSchema:
    """A database server that counts as if each look at it were a hundred statements and three hundred trips."""

    def __init__(self) -> None:
        self.looks, self.stopped = 0, 0

    def pids(self) -> list[int]:
        return [2]

    def statements(self) -> tuple[int, int]:
        self.looks += 1
        return self.looks * 100, self.looks * 300

    def stop_running(self) -> None:
        self.stopped += 1


class FakeServer:
    pids = [1]


def target(name: str = "ours", *, ours: bool = True, url: str = "http://127.0.0.1:1") -> Target:
    schema: Any = FakeSchema()
    server: Any = FakeServer()
    return Target(name, url, schema, server, "Api-Key k", ours=ours)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every run of wrk as it was asked for; each gives fifty requests. A single GET takes no time."""
    asked: list[dict[str, Any]] = []

    def run(url: str, script: str, **given: Any) -> wrk.Load:
        asked.append({"url": url, "script": script} | given)
        return wrk.Load(requests=50, seconds=2.0, bytes=1, p50=1.0, p99=2.0, bad=0)

    seconds = iter(range(1_000_000))
    monkeypatch.setattr(wrk, "run", run)
    monkeypatch.setattr(load, "seconds_of", lambda _target, _path, timeout=120: 0.0)
    monkeypatch.setattr(processes, "cpu_seconds", lambda _pids: float(next(seconds)))
    monkeypatch.setattr(processes, "listening", lambda _port: [3])
    return asked


def quiet(_line: str) -> None:
    pass


def measure(targets: list[Target], *workloads: Any, **plan: Any) -> load.Results:
    return load.measure(targets, workloads, SCENE, Plan(**{"rounds": 2, "run": "x"} | plan), say=quiet)


def test_targets_take_turns_within_each_round(runs: list[dict[str, Any]]) -> None:
    measure([target("ours"), target("p2", ours=False)], LIST)
    counted = [r["run"] for r in runs if "r" in r["run"].replace("ours", "")]
    assert counted == ["xr0ours", "xr0p2", "xr1ours", "xr1p2"]


def test_a_warm_up_goes_before_each_counted_run_and_is_shorter(runs: list[dict[str, Any]]) -> None:
    measure([target()], LIST, rounds=1, seconds=6, warm_seconds=2)
    assert [(r["run"], r["seconds"]) for r in runs] == [("xw0ours", 2), ("xr0ours", 6)]


def test_what_must_not_be_in_the_cache_is_not_warmed_up(
    runs: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied: list[int] = []

    class Redis:
        def __init__(self, *, port: int, db: int) -> None:
            self.db = db

        def flushdb(self) -> None:
            emptied.append(self.db)

    monkeypatch.setattr(load.redis, "Redis", Redis)
    measure([target()], BY_NAME["detail"], rounds=1)
    assert [r["run"] for r in runs] == ["xr0ours"]
    assert emptied == [0]


def test_what_must_be_in_the_cache_is_asked_for_first(
    runs: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(load, "seconds_of", lambda _target, path, timeout=120: asked.append(path) or 0.0)
    measure([target()], BY_NAME["cached"], rounds=1)
    assert asked == [f"{BASE}/{ident}" for ident in range(1, 1001)]


def test_no_two_runs_share_seed_ids_or_names(runs: list[dict[str, Any]]) -> None:
    measure([target("ours"), target("p2", ours=False)], CREATE, rounds=3)
    for name in ("ours", "p2"):
        mine = [r for r in runs if r["run"].endswith(name)]
        assert len(mine) == 6
        for what in ("seed", "first_id", "run"):
            assert len({r[what] for r in mine}) == 6, what


def test_the_original_is_not_asked_for_what_it_has_not(runs: list[dict[str, Any]]) -> None:
    found = measure([target("ours"), target("p2", ours=False)], CURSOR)
    assert set(found["ours"]) == {"cursor"}
    assert found["p2"] == {}


@pytest.mark.parametrize(
    ("single", "rounds", "seconds", "warmed", "stopped"),
    [
        (0.0, 2, 6, True, 0),
        (load.SLOW - 0.01, 2, 6, True, 0),
        (load.SLOW, 2, 20, False, 2),
        (load.HOPELESS, 2, 20, False, 2),
        (load.HOPELESS + 0.1, 1, 20, False, 1),
    ],
)
def test_the_slower_an_answer_the_longer_and_the_more_seldom_it_is_asked(
    runs: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    single: float,
    rounds: int,
    seconds: float,
    warmed: bool,
    stopped: int,
) -> None:
    monkeypatch.setattr(load, "seconds_of", lambda _target, _path, timeout=120: single)
    monkeypatch.setattr(load.time, "sleep", lambda _seconds: None)
    mine = target()
    found = measure([mine], LIST)
    counted = [r for r in runs if r["run"].startswith("xr")]
    assert found["ours"]["list"]["rounds"] == len(counted) == rounds
    assert {r["seconds"] for r in counted} == {seconds}
    assert any(r["run"].startswith("xw") for r in runs) is warmed
    schema: Any = mine.schema
    assert schema.stopped == stopped


def test_costs_are_those_of_one_request(runs: list[dict[str, Any]]) -> None:
    """The fakes pass three processor seconds, a hundred statements and three hundred trips over fifty requests."""
    sample = load._weighed(target(), lambda: wrk.run("", "", seconds=1))
    assert (sample.server_ms, sample.database_ms, sample.cache_ms) == (60.0, 60.0, 60.0)
    assert (sample.statements, sample.round_trips) == (2.0, 6.0)
    assert (sample.rate, sample.requests) == (25.0, 50)


def test_a_run_without_an_answer_divides_by_nothing(runs: list[dict[str, Any]]) -> None:
    sample = load._weighed(target(), lambda: wrk.Load(0, 3.0, 0, 0.0, 0.0, 16))
    assert (sample.rate, sample.requests, sample.bad) == (0.0, 0, 16)
    assert sample.statements == 100


def sample(**changed: float) -> Sample:
    figures = dict.fromkeys(Sample.__dataclass_fields__, 1.0) | {"requests": 10, "bad": 0} | changed
    return Sample(**figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "middle"),
    [([5], 5), ([1, 9], 5), ([9, 1, 2], 2), ([1, 2, 3, 100], 2.5), ([0.00001, 0.00002, 0.00003], 0.0)],
)
def test_of_several_rounds_the_middle_counts(values: list[float], middle: float) -> None:
    assert load.median([sample(p50=v) for v in values])["p50"] == middle


def test_failures_of_all_rounds_add_up_and_are_not_hidden_by_a_median() -> None:
    middle = load.median([sample(bad=0), sample(bad=0), sample(bad=4)])
    assert (middle["bad"], middle["rounds"]) == (4, 3)


def test_a_line_is_told_of_each_sample(runs: list[dict[str, Any]]) -> None:
    lines: list[str] = []
    load.measure([target()], [LIST], SCENE, Plan(rounds=2, run="x"), say=lines.append)
    assert len(lines) == 2
    assert all(line.startswith("list     ours ") and line.endswith("bad 0") for line in lines)


def test_every_bench_has_a_name_of_its_own_for_its_rows() -> None:
    assert Plan().run.isdecimal()
    assert Plan(run="mine").run == "mine"


# --- single requests, over a real socket ---


@contextlib.contextmanager
def serving(answer: Callable[[str], tuple[int, Any]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that answers each path with (status, JSON); its address and what it was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            status, body = answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_get_carries_the_key_and_gives_the_body() -> None:
    with serving(lambda _path: (200, {"id": 1})) as (url, asked):
        assert load.fetch(target(url=url), f"{BASE}/1") == b'{"id": 1}'
    assert asked == [(f"{BASE}/1", "Api-Key k")]


@pytest.mark.parametrize(
    ("status", "ours", "forgiven"),
    [
        (404, True, True),
        (404, False, True),
        (500, False, True),
        (500, True, False),
        (401, True, False),
        (400, False, False),
    ],
)
def test_what_is_not_there_is_empty_and_what_is_refused_ends_the_bench(status: int, ours: bool, forgiven: bool) -> None:
    with serving(lambda _path: (status, {"code": "why"})) as (url, _asked):
        asked = target("p2", ours=ours, url=url)
        if forgiven:
            assert load.fetch(asked, f"{BASE}/1") == b""
        else:
            with pytest.raises(SystemExit, match=f"p2 answered {status} to {BASE}/1.*why"):
                load.fetch(asked, f"{BASE}/1")


@pytest.mark.parametrize(("rows", "pages"), [(0, 0), (99, 0), (100, 1), (350, 3), (1000, 4)])
def test_the_deep_cursor_is_found_by_walking_and_the_list_may_end_before(rows: int, pages: int) -> None:
    """The list of the fake ends on its fourth page."""

    def answer(path: str) -> tuple[int, Any]:
        cursor = parse_qs(urlsplit(path).query, keep_blank_values=True)["cursor"][0]
        page = int(cursor.removeprefix("c") or 0) + 1
        return 200, {"nextCursor": f"c{page}" if page < 4 else None}

    with serving(answer) as (url, asked):
        cursor = load.deep_cursor(target(url=url), rows)
    assert len(asked) == pages
    assert (cursor or "end") == {0: "end", 4: "end"}.get(pages, f"c{pages}")
