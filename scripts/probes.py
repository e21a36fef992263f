"""Ask a database, a cache and a broker whether they answer, each by a URL, and find the ones at hand."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import amqp
import pymysql
import redis

STARTED = Path(__file__).resolve().parent.parent / "var" / "services"
STANDARD = {
    "DATABASE_URL": "mysql://root@127.0.0.1:3306/scrm",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "BROKER_URL": "amqp://guest:guest@127.0.0.1:5672//",
}
# Seconds for a whole answer: something may listen and never say a word.
PATIENCE = 5.0
PRODUCTS = {"DATABASE_URL": "MariaDB or MySQL", "REDIS_URL": "Redis", "BROKER_URL": "RabbitMQ"}


def at_hand() -> dict[str, str]:
    """The URLs that answer: the environment's first, then what ``make services`` started, then the standard ports."""
    started = started_urls()
    found = {}
    for name in STANDARD:
        for url in (os.environ.get(name), started.get(name), STANDARD[name]):
            if url and answers(name, url):
                found[name] = url
                break
    return found


def started_urls() -> dict[str, str]:
    """What ``make services`` wrote down."""
    path = STARTED / "env"
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def answers(name: str, url: str) -> bool:
    """Whether the service answers and lets this user in."""
    try:
        {"DATABASE_URL": _mysql, "REDIS_URL": _redis, "BROKER_URL": _rabbit}[name](url)
    except (OSError, pymysql.Error, redis.RedisError, amqp.AMQPError):
        return False
    return True


def connect_mysql(url: str, patience: float | None = None) -> pymysql.Connection:
    at = urlsplit(url)
    return pymysql.connect(
        host=at.hostname or "127.0.0.1",
        port=at.port or 3306,
        user=unquote(at.username or ""),
        password=unquote(at.password or ""),
        connect_timeout=2,
        read_timeout=patience,
    )


def _mysql(url: str) -> None:
    if not url.startswith("mysql:"):
        raise OSError("not a MySQL URL")
    connect_mysql(url, PATIENCE).close()


def _redis(url: str) -> None:
    redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()


def _rabbit(url: str) -> None:
    at = urlsplit(url)
    if at.scheme != "amqp":
        raise OSError("not an AMQP URL")
    with amqp.Connection(
        host=f"{at.hostname}:{at.port or 5672}",
        userid=unquote(at.username or "guest"),
        password=unquote(at.password or "guest"),
        virtual_host=unquote(at.path[1:]) or "/",
        connect_timeout=2,
        read_timeout=PATIENCE,
    ):
        pass
