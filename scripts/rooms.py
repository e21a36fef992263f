"""A database, a Redis database and a broker vhost of this run's own, so that two runs on one machine don't meet."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import probes
import redis
import vhosts


@contextmanager
def own_rooms(found: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment for one run of the tests on the services found; tidied up behind it."""
    tag = f"scrm{os.getpid()}"
    broker = vhosts.own(found["BROKER_URL"], tag)
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
            vhosts.drop(tag)


def _free_redis(url: str) -> str:
    """The last empty database of this Redis; the one that was named where none is empty."""
    for number in range(15, 0, -1):
        candidate = vhosts.with_path(url, str(number))
        if redis.Redis.from_url(candidate).dbsize() == 0:
            return candidate
    return url


def _drop_database(url: str, name: str) -> None:
    with probes.connect_mysql(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
