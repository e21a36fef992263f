"""The first full sync of a large company from a sandbox in another process, and the plainest way to store its rows.

The sandbox's processor time is counted apart: the sync waits for it, and WeCom's is not taken from this machine.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import processes
from bench.database import Schema
from bench.processes import Server
from bench.targets import ROOT
from wecom.sandbox import access

LARGE, SMALL = 100_000, 10_000
EMPLOYEES, SEED, BATCH = 200, 7, 1_000
# What a sync of customers writes, and by which columns a row is known there.
TABLES = ("customer", "follow_relation", "relation_episode", "customer_tag_relation", "customer_gram", "outbox_event")
_GENERATED = "extra LIKE '%%GENERATED%%' AND extra NOT LIKE 'DEFAULT_GENERATED%%'"


def figures(server: str, env: Mapping[str, str], folder: Path, *, port: int) -> dict[str, Any]:
    """``shown`` for the table and ``gates`` for the verdict.

    Args:
        server: the database server, as a DATABASE_URL without a name.
        env: of a production process; its database is replaced.
    """
    small = _measured(Schema(f"{server}/bench_mirror_small"), SMALL, env, folder, port)
    schema = Schema(f"{server}/bench_mirror")
    large = _measured(schema, LARGE, env, folder, port)
    rows, plain = _plain_upsert(schema)
    first, again = large["first"], large["again"]
    spent = first["spent"]
    whole = sum(spent.values())
    shown = {
        "relations": first["new"],
        "first sync, rows a second": round(first["new"] / first["seconds"]),
        "… share of time waiting for the API": round(spent["api"] / whole, 2),
        "… share in Python": round(spent["python"] / whole, 2),
        "… share in the database": round(spent["database"] / whole, 2),
        "… of the API's share, the sandbox's own processor time, s": round(large["sandbox"], 1),
        "… database, s": round(spent["database"], 1),
        f"plain upsert of the same {rows:,} rows, s": round(plain, 1),
        "repeat with nothing changed, rows a second": round(again["same"] / again["seconds"]),
        f"most memory with {SMALL:,} relations, MB": round(small["again"]["mb"]),
        f"most memory with {LARGE:,} relations, MB": round(again["mb"]),
    }
    gates = {
        "database / plain upsert of the same rows": spent["database"] / plain,
        "repeat, times faster": _own(first, large["sandbox"]) / _own(again, large["sandbox"]),
        "memory from 10,000 to 100,000, MB": again["mb"] - small["again"]["mb"],
    }
    return {"shown": shown, "gates": {name: round(value, 2) for name, value in gates.items()}, "raw": large}


def _own(run: dict[str, Any], sandbox: float) -> float:
    """Seconds less the sandbox's processor time, which both runs cost alike: half of the two runs' sum each."""
    return max(run["seconds"] - sandbox / 2, 0.001)


def _measured(schema: Schema, customers: int, env: Mapping[str, str], folder: Path, port: int) -> dict[str, Any]:
    """A first and a second sync of a sandbox with so many customers, and what the sandbox cost meanwhile."""
    _empty(schema)
    mine = {**env, "DATABASE_URL": schema.url}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], env=mine, cwd=ROOT, check=True)
    told, state = access.of(env["SECRET_KEY"], SEED), folder / f"sandbox-{customers}.json"
    state.unlink(missing_ok=True)
    command = [
        *(sys.executable, "manage.py", "wecom_sandbox", "--port", str(port), "--rate", "0", "--callback", "none"),
        *("--customers", str(customers), "--employees", str(EMPLOYEES), "--seed", str(SEED), "--state", str(state)),
    ]
    url = f"http://127.0.0.1:{port}"
    log = folder / f"sandbox-{customers}.log"
    with Server(command, env=mine, url=f"{url}/sandbox/counts", log=log, cwd=ROOT, patience=600) as sandbox:
        before = processes.cpu_seconds(sandbox.pids)
        syncing = [sys.executable, "-m", "bench.within", "syncing", url, json.dumps(asdict(told))]
        with (folder / f"syncing-{customers}.log").open("w") as errors:
            done = subprocess.run(
                syncing, env=mine, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, check=True
            )
        cost = processes.cpu_seconds(sandbox.pids) - before
    return {**json.loads(done.stdout.splitlines()[-1]), "sandbox": cost}


def _empty(schema: Schema) -> None:
    schema.ask(f"DROP DATABASE IF EXISTS `{schema.name}`")
    schema.ask(f"CREATE DATABASE `{schema.name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")


def _plain_upsert(schema: Schema) -> tuple[int, float]:
    """(rows, seconds): the rows that the sync has left, into empty tables of the same shape, a thousand a statement."""
    rows, seconds = 0, 0.0
    for table in TABLES:
        columns = _columns(schema, table)
        copy = f"`{schema.name}`.`plain_{table}`"
        schema.ask(f"DROP TABLE IF EXISTS {copy}")
        schema.ask(f"CREATE TABLE {copy} LIKE `{schema.name}`.`{table}`")
        named = ", ".join(f"`{c}`" for c in columns)
        found = schema.ask(f"SELECT {named} FROM `{schema.name}`.`{table}`")
        seconds += _upsert(schema, copy, columns, found)
        rows += len(found)
    return rows, seconds


def _upsert(schema: Schema, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> float:
    head = f"INSERT INTO {table} ({', '.join(f'`{c}`' for c in columns)}) VALUES "
    marks = f"({', '.join(['%s'] * len(columns))})"
    tail = " ON DUPLICATE KEY UPDATE " + ", ".join(f"`{c}` = VALUES(`{c}`)" for c in columns)
    seconds = 0.0
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        values = [value for row in some for value in row]
        began = time.perf_counter()
        schema.ask(head + ", ".join([marks] * len(some)) + tail, *values)
        seconds += time.perf_counter() - began
    return seconds


def _columns(schema: Schema, table: str) -> list[str]:
    rows = schema.ask(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        f" AND NOT ({_GENERATED}) ORDER BY ordinal_position",
        schema.name,
        table,
    )
    return [name for (name,) in rows]
