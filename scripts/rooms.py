"""A database, a Redis database and a broker vhost of this run's own, so that two runs on one machine don't meet."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import probes
import redis


@contextmanager
def own_rooms(found: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment for one run of the tests on the services found; tidied up behind it."""
    tag = f"scrm{os.getpid()}"
    broker = _own_vhost(found["BROKER_URL"], tag)
    try:
        yield {
            "DATABASE_URL": found["DATABASE_URL"],
            "TEST_DATABASE_NAME": f"test_{tag}",
            "REDIS_URL": _free_redis(found["REDIS_URL"]),
            "BROKER_URL": broker,
            "EVENT_QUEUE": f"{tag}.events",
            "TASK_QUEUE": f"{tag}.tasks",
        }
    finally:
        _drop_database(found["DATABASE_URL"], f"test_{tag}")
        if broker != found["BROKER_URL"]:
            _rabbitmqctl("delete_vhost", tag)


def _free_redis(url: str) -> str:
    """The last empty database of this Redis; the one that was named where none is empty."""
    for number in range(15, 0, -1):
        candidate = _with_path(url, str(number))
        if redis.Redis.from_url(candidate).dbsize() == 0:
            return candidate
    return url


def _drop_database(url: str, name: str) -> None:
    with probes.connect_mysql(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


def _own_vhost(url: str, name: str) -> str:
    """The broker's URL with a new vhost; as it was where this user may not make one, and the queues' names must do."""
    own = _with_path(url, name)
    if _rabbitmqctl("add_vhost", name):
        _rabbitmqctl("set_permissions", "-p", name, urlsplit(url).username or "guest", ".*", ".*", ".*")
        # The tool may speak to another broker than the URL does.
        if probes.answers("BROKER_URL", own):
            return own
        _rabbitmqctl("delete_vhost", name)
    return url


def _rabbitmqctl(*words: str) -> bool:
    if not shutil.which("rabbitmqctl"):
        return False
    try:
        return subprocess.run(["rabbitmqctl", "-q", *words], capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
