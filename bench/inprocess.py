"""CPU and statements a request through Django's handler, without HTTP, beside the best SQL for the same answer."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings

from bench import account
from bench.dataset import RARE
from bench.workloads import BASE, COMMON
from corps.models import ApiAccount
from corps.policy import actor_of_account
from customers import listing
from customers.reading import COLUMNS

CALLS, BATCHES = 40, 5


def main(arguments: Sequence[str]) -> None:
    """Print the figures as JSON."""
    print(json.dumps(figures(f"Api-Key {account.issue()}"), ensure_ascii=False))


def figures(credentials: str) -> dict[str, Any]:
    """``rows`` for the table and ``gates`` for the verdict."""
    ask = _asker(WSGIHandler(), credentials)
    rows = [_row(f"ours: {title}", lambda q=query: ask(f"{BASE}{q}")) for title, query in _QUERIES.items()]
    rows += [_row(f"best SQL: {title}", lambda s=sql: _fetch(*s)) for title, sql in _best().items()]
    with override_settings(ROOT_URLCONF="bench.stock"):
        stock = _row("ModelViewSet: list, page 1", lambda: ask(f"{BASE}/?page=1"))
    lean = rows[0]
    gates = {
        "CPU / ModelViewSet": lean["cpu_ms"] / stock["cpu_ms"],
        "SQL ms of the total": _total_ms(),
        "full scans in EXPLAIN": len(full_scans()),
    }
    return {"rows": [*rows, stock], "gates": gates}


_QUERIES = {
    "list, page 1": "?page=1&size=20",
    "list by channel, status, follower": "?page=1&size=20&channel=qrcode&status=1&followUserId=42",
    "keyword, common": f"?keyword={quote(COMMON[0])}",
    "keyword, rare": f"?keyword={quote(RARE)}",
    "cursor, first page": "?cursor=",
    "detail": "/42",
}


def _asker(handler: WSGIHandler, credentials: str) -> Callable[[str], bytes]:
    """A function that answers GETs through the whole middleware. Raises SystemExit for anything but a success."""

    def ask(url: str) -> bytes:
        parts, status = urlsplit(url), []
        environ = _ENVIRON | {
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_AUTHORIZATION": credentials,
            "wsgi.input": BytesIO(),
        }
        response = handler(environ, lambda line, _headers: status.append(line))
        body = b"".join(response)
        response.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{url}: {status[0]} {body[:300]!r}")
        return body

    return ask


_ENVIRON = {
    "REQUEST_METHOD": "GET",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_ACCEPT": "*/*",
    "REMOTE_ADDR": "127.0.0.1",
    "SCRIPT_NAME": "",
    "wsgi.url_scheme": "http",
}


def _row(title: str, call: Callable[[], object]) -> dict[str, Any]:
    cpu, wall = timed(call)
    return {"title": title, "cpu_ms": cpu, "wall_ms": wall, "statements": statements(call)}


def timed(call: Callable[[], object], calls: int = CALLS, batches: int = BATCHES) -> tuple[float, float]:
    """(CPU ms, wall ms) a call: the median of batches, after a warm-up."""
    for _ in range(5):
        call()
    cpu, wall = [], []
    for _ in range(batches):
        c, w = time.process_time(), time.perf_counter()
        for _ in range(calls):
            call()
        cpu.append((time.process_time() - c) * 1000 / calls)
        wall.append((time.perf_counter() - w) * 1000 / calls)
    return round(statistics.median(cpu), 3), round(statistics.median(wall), 3)


def statements(call: Callable[[], object]) -> int:
    """How many statements one call sends."""
    with recorded() as seen:
        call()
    return len(seen)


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def _fetch(*queries: tuple[str, list[Any]]) -> None:
    with connection.cursor() as cursor:
        for sql, params in queries:
            cursor.execute(sql, params)
            cursor.fetchall()


def _best() -> dict[str, list[tuple[str, list[Any]]]]:
    """The plainest statements for the same rows, written by hand: what no code around them can undercut."""
    columns = ", ".join(COLUMNS)
    tags = (
        "SELECT r.customer_id, t.id, t.name, t.group_id FROM customer_tag_relation r JOIN tag t ON t.id = r.tag_id "
        "WHERE r.customer_id IN (SELECT id FROM (SELECT id FROM customer WHERE corp_id = 1 AND {} "
        "ORDER BY id DESC LIMIT 20) p)"
    )
    filtered = "follow_user_id = 42 AND status = 1 AND channel = 'qrcode'"
    page = "SELECT {} FROM customer WHERE corp_id = 1 AND {} ORDER BY id DESC LIMIT 20"
    return {
        "list, page 1": [(page.format(columns, "alive = 1"), []), (tags.format("alive = 1"), [])],
        "list by channel, status, follower": [(page.format(columns, filtered), []), (tags.format(filtered), [])],
        "keyword, common": [(_KEYWORD.format(columns), [COMMON[0]])],
        "keyword, rare": [(_KEYWORD.format(columns), [RARE])],
    }


_KEYWORD = (
    "SELECT {} FROM customer c JOIN (SELECT customer_id FROM customer_gram WHERE corp_id = 1 AND gram = %s "
    "ORDER BY customer_id DESC LIMIT 20) g ON g.customer_id = c.id WHERE c.alive = 1"
)


def _total_ms() -> float:
    """What counting up to the bound takes, as the list does it, in ms of wall time."""
    with recorded() as seen:
        listing.page(listing.Wanted(_anyone(), {}), number=1, size=20)
    counts = [(sql, list(params or [])) for sql, params in seen if "COUNT(" in sql]
    return timed(lambda: _fetch(*counts), calls=20)[1] if counts else 0.0


def full_scans() -> list[str]:
    """The steps of the keyword queries that read a whole table or index, by EXPLAIN."""
    found = []
    for word in (COMMON[0], RARE, COMMON[0][0], COMMON[0] + COMMON[1][0]):
        with recorded() as seen:
            listing.page(listing.Wanted(_anyone(), {"keyword": word}), number=1, size=20)
        for sql, params in seen:
            found += _scans(sql, params)
    return found


def _scans(sql: str, params: Any) -> list[str]:
    return [f"{s['table']}: {s['type']} over {s['rows']} rows" for s in steps(sql, params) if _reads_all(s)]


def steps(sql: str, params: Any) -> list[dict[str, Any]]:
    """What EXPLAIN says of a statement, a dict for each step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        names = [c[0] for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _reads_all(step: dict[str, Any]) -> bool:
    """A derived table is a result already narrowed, and one of a few hundred rows is no scan worth the name."""
    named = step["table"] and not step["table"].startswith("<")
    return bool(step["type"] in ("ALL", "index") and named and int(step["rows"] or 0) > 1000)


def _anyone() -> Any:
    return actor_of_account(ApiAccount.objects.filter(name="bench").latest("pk"))
