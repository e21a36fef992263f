"""From a callback of WeCom's to the event on the broker: everything runs as in production, and callbacks come steadily.

Two companies share the rate: one company's customers may be read 150 times a second by WeCom's own limits, so nobody
can keep up with 200 customers a second of one company.
"""

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bench import parts, processes, targets, telling
from bench.arrivals import Arrivals, delays
from bench.database import Schema
from bench.processes import Server
from bench.targets import ROOT
from bench.telling import Answer, Callback, quantile
from wecom.sandbox import access
from wecom.sandbox.access import Access

RATE, SECONDS, ALONE_SECONDS = 200, 30, 10
SEEDS, EMPLOYEES = (21, 22), 20
# Nothing listens there.
_AWAY = {"REDIS_URL": "redis://127.0.0.1:1/0", "BROKER_URL": "amqp://guest:guest@127.0.0.1:1//"}
# Seconds after the last callback for what it leads to.
PATIENCE = 60.0
OK = 200


@dataclass(frozen=True, slots=True)
class Company:
    """A sandbox with what it has: ``edited`` and ``added`` are pairs of userid and external userid."""

    access: Access
    edited: Sequence[tuple[str, str]]
    added: Sequence[tuple[str, str]]

    def callbacks(self, at: int) -> Iterator[Callback]:
        """One for each customer, notes and new ones in turn, as of ``at``."""
        for edited, added in zip(self.edited, self.added, strict=True):
            yield self._of("edit_external_contact", edited, at)
            yield self._of("add_external_contact", added, at)

    def _of(self, change: str, pair: tuple[str, str], at: int) -> Callback:
        return telling.callback(self.access, change=change, userid=pair[0], external=pair[1], at=at)


def figures(server: str, env: Mapping[str, str], folder: Path, *, port: int) -> dict[str, Any]:
    """``rows`` and ``shown`` for the tables and ``gates`` for the verdict.

    Args:
        server: the database server, as a DATABASE_URL without a name.
        env: of a production process; its database is replaced.
        port: the first of three.
    """
    schema = Schema(f"{server}/bench_pipeline")
    mine = _fresh(schema, env)
    cost = parts.answer("callbacks", env=mine, folder=folder)
    with _sandboxes(mine, folder, port + 1) as sandboxes:
        companies = [_company(url, told, mine, folder) for url, told in sandboxes]
        course = _course(companies, schema, mine, folder, port)
    away = _acknowledged(companies, mine | _AWAY, folder, port)
    gates = cost["gates"] | {
        "receipt to event, p95 s": course["receipt to event, p95 s"],
        "answered, p99 ms": course["answered, p99 ms"],
        "answered without Redis and RabbitMQ, p99 ms": away["answered, p99 ms"],
    }
    shown = course | {f"{name}, without Redis and RabbitMQ": value for name, value in away.items()}
    return {"rows": cost["rows"], "shown": shown, "gates": {name: round(value, 3) for name, value in gates.items()}}


def _fresh(schema: Schema, env: Mapping[str, str]) -> dict[str, str]:
    schema.ask(f"DROP DATABASE IF EXISTS `{schema.name}`")
    schema.ask(f"CREATE DATABASE `{schema.name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
    mine = {**env, "DATABASE_URL": schema.url}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], env=mine, cwd=ROOT, check=True)
    return mine


@contextmanager
def _sandboxes(env: Mapping[str, str], folder: Path, port: int) -> Iterator[list[tuple[str, Access]]]:
    """Their addresses and what opens them."""
    found = []
    with ExitStack() as running:
        for at, seed in enumerate(SEEDS, port):
            url, state = f"http://127.0.0.1:{at}", folder / f"pipeline-{seed}.json"
            state.unlink(missing_ok=True)
            command = [
                *(sys.executable, "manage.py", "wecom_sandbox", "--port", str(at), "--rate", "0", "--callback", "none"),
                *("--customers", str(_each() * 2), "--employees", str(EMPLOYEES)),
                *("--seed", str(seed), "--state", str(state)),
            ]
            log = folder / f"pipeline-{seed}.log"
            running.enter_context(
                Server(command, env=env, url=f"{url}/sandbox/counts", log=log, cwd=ROOT, patience=300)
            )
            found.append((url, access.of(env["SECRET_KEY"], seed)))
        yield found


def _each() -> int:
    """How many customers of a company are noted something of; as many are new."""
    return RATE * SECONDS // len(SEEDS) // 2


def _company(url: str, told: Access, env: Mapping[str, str], folder: Path) -> Company:
    """Connect it, read it whole, then let that happen of which the callbacks will tell."""
    pairs = parts.answer("furnish", url, json.dumps(asdict(told)), env=env, folder=folder)
    edited = [(userid, external) for userid, external in pairs[: _each()]]
    if len(edited) < _each():
        raise SystemExit(f"{len(edited)} customers are too few.")
    for userid, external in edited:
        _act(url, "edit_follow", [userid, external], remark="called back")
    added = [(userid, _act(url, "befriend", [userid])) for userid, _external in edited]
    return Company(told, edited, added)


def _act(url: str, act: str, who: Sequence[str], **arguments: Any) -> Any:
    """An act of the sandbox's company, and what it gave."""
    body = json.dumps({"act": act, "who": who, "args": arguments}).encode()
    request = Request(f"{url}/sandbox/acts", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)["result"]


def _course(
    companies: Sequence[Company], schema: Schema, env: Mapping[str, str], folder: Path, port: int
) -> dict[str, float]:
    """The steady course with every daemon running: latencies, and what each process group cost a callback."""
    with ExitStack() as stack:
        web = stack.enter_context(_web(env, folder, port))
        relay = stack.enter_context(_daemon("relay_events", env, folder, web.url))
        mirror = stack.enter_context(_daemon("mirror_wecom", env, folder, web.url))
        _await(lambda: not _unpublished(schema))
        arrivals = stack.enter_context(Arrivals(env["BROKER_URL"]))
        groups = {"web": web.pids, "mirror": mirror.pids, "relay": relay.pids, "database": schema.pids()}
        before = {name: processes.cpu_seconds(pids) for name, pids in groups.items()}
        answers = _tell(companies, port, RATE * SECONDS)
        received = _received(schema)
        _await(lambda: received.keys() <= arrivals.first.keys())
        cost = {name: (processes.cpu_seconds(pids) - before[name]) * 1000 for name, pids in groups.items()}
        waited, missing = delays(received, arrivals.first)
    return {
        "callbacks a second": RATE,
        **_answered(answers),
        "receipt to event, p50 s": round(quantile(waited, 0.5), 2),
        "receipt to event, p95 s": round(quantile(waited, 0.95), 2),
        "callbacks without an event": missing + len(answers) - len(received),
        **{f"{name}, CPU ms a callback": round(spent / len(answers), 2) for name, spent in cost.items()},
    }


def _acknowledged(companies: Sequence[Company], env: Mapping[str, str], folder: Path, port: int) -> dict[str, float]:
    with _web(env, folder, port):
        return _answered(_tell(companies, port, RATE * ALONE_SECONDS))


def _tell(companies: Sequence[Company], port: int, count: int) -> list[Answer]:
    """Each company's callbacks in turn. Made before the first is sent: that is WeCom's work."""
    told = [list(company.callbacks(int(time.time()))) for company in companies]
    mixed = [one for together in zip(*told, strict=True) for one in together][:count]
    return telling.paced(len(mixed), RATE, telling.poster("127.0.0.1", port, mixed))


def _answered(answers: Sequence[Answer]) -> dict[str, float]:
    taken = [answer.seconds * 1000 for answer in answers]
    return {
        "callbacks": len(answers),
        "answered, p50 ms": round(quantile(taken, 0.5), 1),
        "answered, p99 ms": round(quantile(taken, 0.99), 1),
        "not taken": sum(answer.status != OK for answer in answers),
    }


def _web(env: Mapping[str, str], folder: Path, port: int) -> Server:
    url, log = f"http://127.0.0.1:{port}", folder / "pipeline-web.log"
    return Server(targets.granian(port), env=env, url=f"{url}/health/live", log=log, cwd=ROOT)


def _daemon(name: str, env: Mapping[str, str], folder: Path, url: str) -> Server:
    """A daemon has no address: that of the web server, which is up, stands for it."""
    command = [sys.executable, "manage.py", name]
    return Server(command, env=env, url=url, log=folder / f"pipeline-{name}.log", cwd=ROOT)


def _unpublished(schema: Schema) -> int:
    return schema.ask(f"SELECT COUNT(*) FROM `{schema.name}`.outbox_event WHERE published_at IS NULL")[0][0]


def _received(schema: Schema) -> dict[int, float]:
    """Customer's id → when the callback about it was stored, in Unix seconds. New ones are waited for."""

    receipts = f"`{schema.name}`.wecom_callback_receipt"

    def rows() -> list[tuple[Any, ...]]:
        return schema.ask(
            f"SELECT c.id, r.received_at FROM {receipts} r LEFT JOIN `{schema.name}`.customer c"
            " ON c.corp_id = r.corp_id AND c.external_userid = r.external_userid"
        )

    _await(lambda: all(customer for customer, _at in rows()))
    return {customer: at.replace(tzinfo=dt.UTC).timestamp() for customer, at in rows() if customer}


def _await(done: Callable[[], bool]) -> None:
    """Wait until it is so, but not for ever: what is missing then is counted."""
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        time.sleep(0.5)
