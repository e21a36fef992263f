"""A database, a Redis database and a broker vhost of a run's own, so that two runs on one machine don't meet."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import probes
import redis
import vhosts


@contextmanager
def own_rooms(found: dict[str, str], place: int = 0) -> Iterator[dict[str, str]]:
    """The environment for one run of the tests on the services found; tidied up behind it.

    Args:
        place: 0, 1, … where this process has several runs going side by side.
    """
    tag = f"scrm{os.getpid()}" + (f"_{place}" if place else "")
    broker = vhosts.own(found["BROKER_URL"], tag)
    try:
        yield {
            "DATABASE_URL": found["DATABASE_URL"],
            "TEST_DATABASE_NAME": f"test_{tag}",
            "REDIS_URL": _free_redis(found["REDIS_URL"], place),
            "BROKER_URL": broker,
            "EVENT_QUEUE": f"{tag}.events",
            "TASK_QUEUE": f"{tag}.tasks",
        }
    finally:
        _drop_database(found["DATABASE_URL"], f"test_{tag}")
        if broker != found["BROKER_URL"]:
            vhosts.drop(tag)


def _free_redis(url: str, place: int = 0) -> str:
    """The last empty database of this Redis, for ``place`` 1 the one before; the named one where there is none."""
    candidates = (vhosts.with_path(url, str(number)) for number in range(15, 0, -1))
    empty = (candidate for candidate in candidates if redis.Redis.from_url(candidate).dbsize() == 0)
    return next(islice(empty, place, None), url)


def _drop_database(url: str, name: str) -> None:
    with probes.connect_mysql(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
