"""The one-process mode, really started. What the newcomer does first must work."""

import secrets
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.startup import process
from tests.startup.process import Service

# Started once, it reads its sandbox and is asked much: CI does that once, not twice.
pytestmark = pytest.mark.slow
CUSTOMER = {"externalUserid": "wmNewcomer", "name": "新来的客户", "mobile": "19900009999"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with process.running(tmp_path_factory.mktemp("service")) as started:
        yield started


def rows(service: Service, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(service.folder / "scrm.sqlite3", timeout=20)) as database, database:
        return database.execute(sql, values).fetchall()


def test_it_tells_where_it_is_and_how_to_get_in(service: Service) -> None:
    process.until(lambda: "API key" in service.said())
    said = service.said()
    assert service.url in said
    for login, password in service.access()["logins"].items():
        assert f"{login:<13} {password}" in said
    assert service.access()["api_key"] in said


def test_the_logins_and_the_key_are_readable_by_their_owner_alone(service: Service) -> None:
    assert (service.folder / "demo-access.json").stat().st_mode & 0o077 == 0


def test_the_demo_customers_are_listed_over_the_api(service: Service) -> None:
    page = service.api("GET", "/customers/?size=5").json()
    assert len(page["list"]) == 5
    assert page["total"] > 1_900
    assert all(row["corpId"] == page["list"][0]["corpId"] for row in page["list"])


def test_without_a_key_nothing_is_shown(service: Service) -> None:
    assert httpx.get(f"{service.url}/api/v1/customers/").status_code == 401


def test_a_customer_made_over_the_api_leaves_an_event_that_is_published(service: Service) -> None:
    made = service.api("POST", "/customers/", json=CUSTOMER)
    assert made.status_code == 201
    published = "SELECT name FROM outbox_event WHERE aggregate_id = ? AND published_at IS NOT NULL"
    assert process.until(lambda: rows(service, published, made.json()["id"])) == [("customer.created",)]


@pytest.mark.timeout(900)
def test_an_event_that_is_read_here_arrives_and_its_handlers_run(service: Service) -> None:
    customer = service.api("GET", "/customers/?size=100").json()["list"]
    tag = next(tag["id"] for row in customer for tag in row["tags"])
    assert service.api("DELETE", f"/tags/{tag}").status_code == 204
    done = "SELECT state FROM inbox_event WHERE name = 'tag.deleted' AND aggregate_id = ? AND state <> 'pending'"
    # Thousands of events of the company that was just made are in front of it.
    assert process.until(lambda: rows(service, done, str(tag)), seconds=840) == [("done",)]


def test_the_timetable_runs_and_heeds_a_changed_schedule(service: Service) -> None:
    changed = (
        "UPDATE django_celery_beat_periodictask SET last_run_at = ?, total_run_count = 0 WHERE name = 'count-tags'"
    )
    process.until(lambda: rows(service, "SELECT 1 FROM django_celery_beat_periodictask WHERE name = 'count-tags'"))
    rows(service, changed, "2000-01-01 00:00:00")
    rows(service, "UPDATE django_celery_beat_periodictasks SET last_update = ?", "2100-01-01 00:00:00")
    assert process.until(lambda: rows(service, "SELECT 1 FROM tag WHERE counted_at IS NOT NULL"))


def test_what_happens_in_the_sandbox_arrives_by_callback(service: Service) -> None:
    """The demo lives: an act of the sandbox becomes a receipt, a reading, a row and an event."""
    service.act("befriend", userid="u001", external_userid="wmOfTheTest", name="沙盒来客")
    arrived = "SELECT id FROM customer WHERE external_userid = 'wmOfTheTest' AND name = '沙盒来客'"
    (row,) = process.until(lambda: rows(service, arrived))
    followed = "SELECT name FROM outbox_event WHERE aggregate_id = ? AND name = 'customer.followed'"
    assert process.until(lambda: rows(service, followed, row[0]))


def test_a_tag_put_here_arrives_in_the_sandbox(service: Service) -> None:
    customer = service.api("GET", "/customers/?size=1").json()["list"][0]
    held = {tag["id"] for tag in customer["tags"]}
    tag = next(t["id"] for t in service.api("GET", "/tags/?size=100").json()["list"] if t["id"] not in held)
    assert service.api("POST", f"/customers/{customer['id']}/tags", json={"tagIds": [tag]}).status_code == 200
    done = "SELECT 1 FROM command WHERE state = 'done' AND json_extract(subject, '$.tagId') = ?"
    assert process.until(lambda: rows(service, done, tag))


def test_the_console_asks_for_a_login(service: Service) -> None:
    answer = httpx.get(f"{service.url}/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")


def test_no_part_has_fallen_over(service: Service) -> None:
    assert "Traceback" not in service.said()
    assert "part_failed" not in service.said()


def test_it_ends_cleanly_when_asked_to_and_the_next_start_keeps_what_was_written(tmp_path: Path) -> None:
    with process.running(tmp_path) as first:
        assert first.api("POST", "/customers/", json=CUSTOMER).status_code == 201
        key = first.access()["api_key"]
        assert first.stop(signal.SIGINT) == 0
        assert first.said().endswith("Stopped.\n")
        assert "Traceback" not in first.said()
    with process.running(tmp_path) as second:
        assert second.access()["api_key"] == key
        found = second.api("GET", "/customers/", params={"keyword": "新来的"}).json()["list"]
        assert [row["externalUserid"] for row in found] == ["wmNewcomer"]
        assert second.stop(signal.SIGTERM) == 0
        assert second.said().endswith("Stopped.\n")


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        answer = process.manage("run_service", env=process.environment(tmp_path, PORT=str(port)))
    assert answer.returncode != 0
    assert answer.stderr.strip() == (
        f"CommandError: Port {port} is taken. Stop what listens there or name another: PORT={port + 1}."
    )
    assert not (tmp_path / "scrm.sqlite3").exists()


def test_production_is_refused(tmp_path: Path) -> None:
    env = process.environment(
        tmp_path,
        PRODUCTION="1",
        SECRET_KEY=secrets.token_urlsafe(60),
        ALLOWED_HOSTS="scrm.example.com",
        DATABASE_URL=f"sqlite:///{tmp_path}/scrm.sqlite3",
        REDIS_URL="redis://127.0.0.1:1/0",
        BROKER_URL="amqp://guest:guest@127.0.0.1:1//",
    )
    for command in ("run_service", "fill_demo"):
        answer = process.manage(command, env=env)
        assert answer.returncode != 0
        assert "production" in answer.stderr
        assert "Traceback" not in answer.stderr
    assert not (tmp_path / "demo-access.json").exists()
