"""Our service and the original are started with the environment that each needs, and know which database is theirs."""

import contextlib
import importlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import targets, within
from tests.test_settings import read  # noqa: F401

SCHEMA: Any = SimpleNamespace(
    url="mysql://root:pw@127.0.0.1:3306/bench_1m",
    name="bench_1m",
    host="127.0.0.1",
    port=3306,
    user="root",
    password="pw",
)


class Started:
    """Stands for a server: how it would have been started."""

    last: "Started"

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], url: str, log: Path, cwd: Path) -> None:
        self.command, self.env, self.url, self.log, self.cwd = list(command), env, url, log, cwd
        self.running = False
        Started.last = self

    def __enter__(self) -> "Started":
        self.running = True
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False


@pytest.fixture(autouse=True)
def _no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "Server", Started)
    monkeypatch.setattr(targets, "issue_key", lambda _env: "prefix.secret")


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[targets.Target]:
    with targets.ours(SCHEMA, folder, port=7180, redis_db=9, vhost="h6") as target:
        yield target


def test_ours_runs_as_production_does_on_the_database_that_was_named(tmp_path: Path) -> None:
    with ours(tmp_path) as target:
        env = Started.last.env
        assert env["PRODUCTION"] == "1"
        assert env["DATABASE_URL"] == SCHEMA.url
        assert env["REDIS_URL"].endswith("/9")
        assert env["BROKER_URL"].endswith("/h6")
        assert env["DATA_DIR"] == str(tmp_path)
        assert (target.credentials, target.redis_db, target.ours) == ("Api-Key prefix.secret", 9, True)
        assert target.schema is SCHEMA


def test_the_settings_accept_that_environment(tmp_path: Path, read: Any) -> None:  # noqa: F811
    env = targets.production(SCHEMA, tmp_path, redis_db=9, vhost="h6")
    names = (
        "PRODUCTION",
        "HTTPS",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "REDIS_URL",
        "BROKER_URL",
        "CACHE_PREFIX",
    )
    settings = read(**{name: env[name] for name in names})
    assert settings["PRODUCTION"] is True
    assert settings["SECURE_SSL_REDIRECT"] is False
    assert settings["DATABASES"]["default"]["NAME"] == "bench_1m"


def test_every_start_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = {targets.production(SCHEMA, tmp_path, redis_db=9, vhost="h6")["SECRET_KEY"] for _ in range(3)}
    assert len(keys) == 3


def test_figures_of_earlier_workers_are_removed(tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").touch()
    folder = Path(targets.production(SCHEMA, tmp_path, redis_db=9, vhost="h6")["PROMETHEUS_MULTIPROC_DIR"])
    assert folder == tmp_path / "metrics"
    assert list(folder.iterdir()) == []


def test_ours_is_waited_for_by_a_request_and_stopped_in_the_end(tmp_path: Path) -> None:
    with ours(tmp_path) as target:
        assert Started.last.running
        assert Started.last.url == f"{target.url}/api/v1/customers/1"
        assert Started.last.log == tmp_path / "ours.log"
    assert not Started.last.running


def test_a_bench_that_breaks_off_stops_its_server(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), ours(tmp_path):
        raise KeyboardInterrupt
    assert not Started.last.running


@pytest.mark.parametrize(("workers", "port"), [(2, 7180), (1, 7181)])
def test_the_web_server_is_the_one_of_the_containers(workers: int, port: int) -> None:
    words = targets.granian(port, workers=workers)
    assert words[:3] == [sys.executable, "-m", "granian"]
    options = dict(itertools.pairwise(words))
    assert (options["--workers"], options["--port"], options["--host"]) == (str(workers), str(port), "127.0.0.1")
    assert options["--interface"] == "wsgi"
    assert words[-1] == "scrm_customer.wsgi:application"
    compose = (targets.ROOT / "docker-compose.yml").read_text()
    assert "granian --interface wsgi" in compose


@pytest.mark.parametrize(
    ("name", "processes", "command", "plain"),
    [
        ("p1", "1", ["node", "bootstrap.js"], False),
        ("p2", "2", ["node", "cluster.js"], False),
        ("p1-plain", "1", ["node", "bootstrap.js"], True),
        ("p2-plain", "2", ["node", "cluster.js"], True),
    ],
)
def test_the_original_is_started_in_its_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, processes: str, command: list[str], plain: bool
) -> None:
    monkeypatch.delenv("PLAIN_DTO", raising=False)
    with targets.original(name, SCHEMA, tmp_path, Path("/peer"), port=7182, vhost="perf") as target:
        started = Started.last
        assert started.command == command
        assert started.cwd == Path("/peer/seed-midway")
        assert started.env["PROCS"] == processes
        assert ("PLAIN_DTO" in started.env) is plain
        assert {n: started.env[n] for n in ("DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASS", "PORT")} == {
            "DB_NAME": "bench_1m",
            "DB_HOST": "127.0.0.1",
            "DB_PORT": "3306",
            "DB_USER": "root",
            "DB_PASS": "pw",
            "PORT": "7182",
        }
        assert (target.name, target.ours, target.credentials) == (name, False, "-")
        assert started.env["REDIS_DB"] == str(target.redis_db)


def test_each_rival_writes_a_log_of_its_own(tmp_path: Path) -> None:
    logs = set()
    for name in ("p2", "p2-plain"):
        with targets.original(name, SCHEMA, tmp_path, Path("/peer"), port=7182, vhost="perf"):
            logs.add(Started.last.log)
    assert len(logs) == 2


def test_parts_that_run_inside_django_are_named_and_nothing_else_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.within", "os"], cwd=targets.ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == f"usage: python -m bench.within {'|'.join(within.PARTS)}\n"
    assert {"account", "inprocess", "relay", "syncing"} <= set(within.PARTS)


@pytest.mark.parametrize("part", within.PARTS)
def test_each_part_that_is_named_can_be_run(part: str) -> None:
    assert callable(importlib.import_module(f"bench.{part}").main)


def test_the_raw_figures_can_be_written_as_json(tmp_path: Path) -> None:
    with ours(tmp_path) as target:
        assert json.loads(json.dumps({target.name: {"list": {"rate": 1.5}}})) == {"ours": {"list": {"rate": 1.5}}}
