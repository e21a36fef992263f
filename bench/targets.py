"""The two services that take turns: ours, and the original."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import Schema
from bench.processes import Server

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass(slots=True)
class Target:
    """A running service: where it answers, what it runs on, who it is to the report."""

    name: str
    url: str
    schema: Schema
    server: Server
    credentials: str = "-"
    redis_db: int = 0
    ours: bool = True
    notes: dict[str, str] = field(default_factory=dict)


def production(schema: Schema, folder: Path, *, redis_db: int, vhost: str) -> dict[str, str]:
    """The environment of a production process, less TLS."""
    return os.environ | {
        "PRODUCTION": "1",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": schema.url,
        "REDIS_URL": f"redis://127.0.0.1:6379/{redis_db}",
        "CACHE_PREFIX": "bench",
        "BROKER_URL": f"amqp://guest:guest@127.0.0.1:5672/{vhost}",
        "EVENT_QUEUE": "bench.events",
        "TASK_QUEUE": "bench.tasks",
        "DATA_DIR": str(folder),
        "PROMETHEUS_MULTIPROC_DIR": _emptied(folder / "metrics"),
    }


def _emptied(folder: Path) -> str:
    """A folder for the workers' request figures, as the containers have it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def granian(port: int, *, workers: int = WORKERS, threads: int | None = 6) -> list[str]:
    """The web server as the containers run it; without ``threads``, with as many as it takes of itself."""
    limit = ["--blocking-threads", str(threads)] if threads else []
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning", *limit),
        *("--workers", str(workers), "--host", "127.0.0.1", "--port", str(port), "scrm_customer.wsgi:application"),
    ]


@contextmanager
def ours(schema: Schema, folder: Path, *, port: int, redis_db: int, vhost: str) -> Iterator[Target]:
    env = production(schema, folder, redis_db=redis_db, vhost=vhost)
    key = issue_key(env)
    url = f"http://127.0.0.1:{port}"
    with Server(granian(port), env=env, url=f"{url}/api/v1/customers/1", log=folder / "ours.log", cwd=ROOT) as server:
        yield Target("ours", url, schema, server, f"Api-Key {key}", redis_db)


def issue_key(env: Mapping[str, str]) -> str:
    """A fresh key of an account that no throttle stops, in the database of ``env``."""
    command = [sys.executable, "-m", "bench.within", "account"]
    done = subprocess.run(command, env=dict(env), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.split()[-1]


@contextmanager
def original(name: str, schema: Schema, folder: Path, peer: Path, *, port: int, vhost: str) -> Iterator[Target]:
    """The original service, built and filled beforehand; ``name`` is ``p1`` or ``p2`` for its processes, then
    ``-plain`` for the variant without its costly validation."""
    processes = int(name[1])
    env = os.environ | {
        "NODE_ENV": "production",
        "PORT": str(port),
        "PROCS": str(processes),
        "DB_NAME": schema.name,
        "DB_HOST": schema.host,
        "DB_PORT": str(schema.port),
        "DB_USER": schema.user,
        "DB_PASS": schema.password,
        "AMQP_URL": f"amqp://guest:guest@127.0.0.1:5672/{vhost}",
        "REDIS_DB": "4",
    }
    if name.endswith("-plain"):
        env["PLAIN_DTO"] = "1"
    command = ["node", "cluster.js" if processes > 1 else "bootstrap.js"]
    url = f"http://127.0.0.1:{port}"
    place = peer / "seed-midway"
    with Server(command, env=env, url=f"{url}/api/v1/customers/1", log=folder / f"{name}.log", cwd=place) as server:
        yield Target(name, url, schema, server, redis_db=4, ours=False)
