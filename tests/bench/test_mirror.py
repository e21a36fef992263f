"""The first sync beside a plain upsert of the same rows: which columns go over, in how many statements, what is made
of the figures."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from bench import gates, mirror
from bench.database import Schema
from tests import make
from wecom.sandbox import access

Row = tuple[Any, ...]


class Spoken:
    """Stands for a database: what it was told, and the rows that a table has."""

    def __init__(
        self, rows: Mapping[str, Sequence[Row]] | None = None, columns: Sequence[str] = ("id", "name")
    ) -> None:
        self.name, self.url = "bench_mirror", "mysql://root@db:3306/bench_mirror"
        self.rows, self.columns = rows or {}, columns
        self.said: list[tuple[str, Row]] = []

    def ask(self, sql: str, *params: Any) -> list[Row]:
        self.said.append((sql, params))
        if "information_schema.columns" in sql:
            return [(column,) for column in self.columns]
        if sql.startswith("SELECT"):
            return list(self.rows.get(sql.rsplit("`", 2)[1], ()))
        return []

    def told(self, start: str) -> list[str]:
        return [sql for sql, _params in self.said if sql.startswith(start)]


def spoken(**given: Any) -> Any:
    return Spoken(**given)


@pytest.fixture
def _a_second_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock is half a second after the one before, and so each statement takes half a second."""
    looks = iter(range(10**6))
    monkeypatch.setattr(mirror.time, "perf_counter", lambda: next(looks) / 2)


@pytest.mark.parametrize(
    ("rows", "statements"),
    [(0, []), (1, [1]), (999, [999]), (1_000, [1_000]), (1_001, [1_000, 1]), (2_500, [1_000, 1_000, 500])],
)
def test_a_thousand_rows_go_in_one_statement(_a_second_each: None, rows: int, statements: list[int]) -> None:
    schema = spoken()
    seconds = mirror._upsert(schema, "`plain`", ["id", "name"], [(n, f"客户{n}") for n in range(rows)])
    assert [sql.count("(%s, %s)") for sql, _params in schema.said] == statements
    assert [len(params) for _sql, params in schema.said] == [2 * count for count in statements]
    assert seconds == len(statements) / 2


def test_the_rows_of_a_statement_keep_their_order_and_every_column_is_brought_up_to_date() -> None:
    schema = spoken()
    mirror._upsert(schema, "`plain`", ["id", "name"], [(1, "甲"), (2, "乙")])
    ((sql, params),) = schema.said
    assert params == (1, "甲", 2, "乙")
    assert sql == (
        "INSERT INTO `plain` (`id`, `name`) VALUES (%s, %s), (%s, %s)"
        " ON DUPLICATE KEY UPDATE `id` = VALUES(`id`), `name` = VALUES(`name`)"
    )


def test_only_the_statements_that_write_count(_a_second_each: None) -> None:
    schema = spoken(rows={"customer": [(1, "a")] * 1_500, "outbox_event": [(2, "b")] * 3})
    assert mirror._plain_upsert(schema) == (1_503, 1.5)


def test_each_table_goes_into_an_empty_copy_of_itself() -> None:
    schema = spoken(rows={table: [(1, "a")] for table in mirror.TABLES})
    mirror._plain_upsert(schema)
    copies = [f"`bench_mirror`.`plain_{table}`" for table in mirror.TABLES]
    assert schema.told("DROP TABLE") == [f"DROP TABLE IF EXISTS {copy}" for copy in copies]
    originals = [f"`bench_mirror`.`{table}`" for table in mirror.TABLES]
    pairs = zip(copies, originals, strict=True)
    assert schema.told("CREATE TABLE") == [f"CREATE TABLE {copy} LIKE {original}" for copy, original in pairs]
    assert [sql.split(" (")[0] for sql in schema.told("INSERT")] == [f"INSERT INTO {copy}" for copy in copies]
    assert schema.told("SELECT `") == [f"SELECT `id`, `name` FROM {original}" for original in originals]


def test_only_the_columns_that_were_chosen_are_read_and_written() -> None:
    schema = spoken(rows={"customer": [(1,)]}, columns=["id"])
    mirror._plain_upsert(schema)
    assert all("`name`" not in sql for sql, _params in schema.said)


def test_the_database_is_made_anew_with_the_services_collation() -> None:
    schema = spoken()
    mirror._empty(schema)
    first, second = (sql for sql, _params in schema.said)
    assert first == "DROP DATABASE IF EXISTS `bench_mirror`"
    assert second.startswith("CREATE DATABASE `bench_mirror` CHARACTER SET utf8mb4 COLLATE ")


def test_the_tables_are_those_of_the_models_that_a_sync_of_customers_writes() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    assert set(mirror.TABLES) <= tables
    assert len(set(mirror.TABLES)) == len(mirror.TABLES)


def fields_of(table: str) -> tuple[list[str], list[str]]:
    """(columns that are written, columns that the database makes) of the model of a table."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    fields = model._meta.concrete_fields
    made = [field.column for field in fields if isinstance(field, models.GeneratedField)]
    return [field.column for field in fields if field.column not in made], made


def test_some_of_the_tables_have_columns_that_the_database_makes() -> None:
    assert [table for table in mirror.TABLES if fields_of(table)[1]] == [
        "customer",
        "relation_episode",
        "customer_tag_relation",
    ]


@pytest.fixture
def real(transactional_db: None) -> Schema:
    """The tests' own database, as the bench would reach it."""
    given = connection.settings_dict
    at = f"{given['HOST'] or '127.0.0.1'}:{given['PORT'] or 3306}"
    return Schema(f"mysql://{given['USER']}:{given['PASSWORD']}@{at}/{given['NAME']}")


@pytest.mark.services
@pytest.mark.parametrize("table", mirror.TABLES)
def test_every_column_goes_over_but_those_that_the_database_makes(real: Schema, table: str) -> None:
    written, made = fields_of(table)
    found = mirror._columns(real, table)
    assert sorted(found) == sorted(written)
    assert not set(found) & set(made)


@pytest.mark.services
def test_the_copies_have_the_rows_of_the_originals(real: Schema) -> None:
    corp = make.corp()
    tag = make.tag(make.group(corp))
    owner = make.employee(corp)
    for _ in range(3):
        make.tagged(make.customer(corp, owner), tag)
    try:
        rows, seconds = mirror._plain_upsert(real)
        counts = {table: (real.count(table), real.count(f"plain_{table}")) for table in mirror.TABLES}
    finally:
        for table in mirror.TABLES:
            real.ask(f"DROP TABLE IF EXISTS `{real.name}`.`plain_{table}`")
    assert all(original == copy for original, copy in counts.values()), counts
    assert counts["customer"] == (3, 3)
    assert counts["customer_tag_relation"] == (3, 3)
    assert rows == sum(original for original, _copy in counts.values())
    assert seconds > 0


def run_of(seconds: float, mb: float, **counts: Any) -> dict[str, Any]:
    spent = {"api": 6.0, "python": 3.0, "database": 1.0}
    return {"seconds": seconds, "pages": 3, "mb": mb, "spent": spent, "new": 0, "same": 0, **counts}


def measured(size: int) -> dict[str, Any]:
    mb = 80.0 if size == mirror.SMALL else 95.4
    return {"first": run_of(40.0, mb, new=size), "again": run_of(10.0, mb, same=size), "sandbox": 8.0}


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is made of these measurements: a plain upsert of 500 rows took half a second."""
    monkeypatch.setattr(mirror, "Schema", lambda url: SimpleNamespace(url=url))
    monkeypatch.setattr(mirror, "_measured", lambda _schema, size, *_: measured(size))
    monkeypatch.setattr(mirror, "_plain_upsert", lambda _schema: (500, 0.5))
    return mirror.figures("mysql://root@db:3306", {}, tmp_path, port=1)


def test_the_gates_figures_follow_from_the_two_runs(figures: Any) -> None:
    assert figures["gates"] == {
        "database / plain upsert of the same rows": 2.0,
        # The sandbox's eight seconds are shared by both: 36 of our own, then 6.
        "repeat, times faster": 6.0,
        "memory from 10,000 to 100,000, MB": 15.4,
    }


def test_the_shown_figures_follow_from_them_too(figures: Any) -> None:
    shown = figures["shown"]
    assert shown["relations"] == mirror.LARGE
    assert shown["first sync, rows a second"] == mirror.LARGE / 40
    assert shown["repeat with nothing changed, rows a second"] == mirror.LARGE / 10
    shares = [shown[name] for name in shown if "share of time" in name or "share in" in name]
    assert shares == [0.6, 0.3, 0.1]
    assert shown["most memory with 10,000 relations, MB"] == 80
    assert shown["most memory with 100,000 relations, MB"] == 95
    assert shown["plain upsert of the same 500 rows, s"] == 0.5


def test_every_gate_of_the_mirror_has_its_figure(figures: Any) -> None:
    assert {gate.what for gate in gates.GATES if gate.workload == "mirror"} == set(figures["gates"])
    assert json.loads(json.dumps(figures)) == figures


@pytest.mark.parametrize(
    ("seconds", "sandbox", "own"), [(40.0, 8.0, 36.0), (40.0, 0.0, 40.0), (4.0, 8.0, 0.001), (1.0, 8.0, 0.001)]
)
def test_a_runs_own_seconds_are_never_nothing_or_less(seconds: float, sandbox: float, own: float) -> None:
    assert mirror._own({"seconds": seconds}, sandbox) == own


class Started:
    """Stands for the sandbox's process."""

    command: Sequence[str] = ()
    pids = [1]

    def __init__(self, command: Sequence[str], **given: Any) -> None:
        Started.command, self.given = command, given

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """The commands that were run, with their environments; the sync says its figures after other words."""
    calls: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], *, env: dict[str, str], **_: Any) -> Any:
        calls.append((command, env))
        return SimpleNamespace(stdout='a word before\n{"first": 1, "again": 2}\n')

    seconds = iter([5.0, 12.5])
    monkeypatch.setattr(mirror.subprocess, "run", run)
    monkeypatch.setattr(mirror, "Server", Started)
    monkeypatch.setattr(mirror.processes, "cpu_seconds", lambda _pids: next(seconds))
    return calls


ENV = {"SECRET_KEY": "of the bench", "DATABASE_URL": "mysql://elsewhere", "BROKER_URL": "amqp://b"}


def test_the_sync_runs_on_the_database_that_is_measured_and_on_nothing_else_of_its_own(
    called: list[Any], tmp_path: Path
) -> None:
    found = mirror._measured(spoken(), 1_000, ENV, tmp_path, 7190)
    assert found == {"first": 1, "again": 2, "sandbox": 7.5}
    (migrating, first), (syncing, second) = called
    assert first == second == ENV | {"DATABASE_URL": "mysql://root@db:3306/bench_mirror"}
    assert migrating[1:3] == ["manage.py", "migrate"]
    assert syncing[1:4] == ["-m", "bench.within", "syncing"]


def test_the_sandbox_stands_still_and_its_secrets_are_told_to_the_sync(called: list[Any], tmp_path: Path) -> None:
    (tmp_path / "sandbox-1000.json").write_text("of a run before")
    mirror._measured(spoken(), 1_000, ENV, tmp_path, 7190)
    words = list(Started.command)
    given = dict(zip(words[3::2], words[4::2], strict=True))
    assert given["--rate"] == "0"
    assert given["--callback"] == "none"
    assert (given["--customers"], given["--employees"]) == ("1000", str(mirror.EMPLOYEES))
    assert not (tmp_path / "sandbox-1000.json").exists()
    address, told = called[1][0][4:]
    assert address == "http://127.0.0.1:7190"
    assert access.Access(**json.loads(told)) == access.of("of the bench", int(given["--seed"]))


def test_the_databases_are_of_the_bench_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urls: list[str] = []
    monkeypatch.setattr(mirror, "Schema", lambda url: urls.append(url) or SimpleNamespace(url=url))
    monkeypatch.setattr(mirror, "_measured", lambda _schema, size, *_: measured(size))
    monkeypatch.setattr(mirror, "_plain_upsert", lambda _schema: (500, 0.5))
    mirror.figures("mysql://root@db:3306", {}, tmp_path, port=1)
    assert urls == ["mysql://root@db:3306/bench_mirror_small", "mysql://root@db:3306/bench_mirror"]
