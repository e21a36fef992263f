import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from core import health, metrics, safe_cache
from core.time import now
from messaging import health as detail_page
from messaging.models import DeadLetter, InboxEvent, OutboxEvent
from tests import make
from tests.api import client as api_client
from tests.conftest import Cast
from tests.faults.private import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _fresh_findings() -> None:
    detail_page.forget()


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise OperationalError(2003, "Can't connect to 'db.internal' as root")

    monkeypatch.setattr(connection, "cursor", refuse)


def test_a_live_process_asks_nobody(client: Any, db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert len(queries) == 0


def test_a_live_process_stays_live_without_its_database(client: Any, no_database: None) -> None:
    assert client.get("/health/live").status_code == 200


def test_ready_means_that_the_database_answers_and_has_our_tables(client: Any, db: None) -> None:
    response = client.get("/health/ready/")
    assert response.status_code == 200
    assert {name: part["status"] for name, part in response.json()["parts"].items()} == {
        "database": "ok",
        "migrations": "ok",
    }


def test_ready_costs_one_query_once_the_tables_have_been_seen(client: Any, db: None) -> None:
    client.get("/health/ready")
    with CaptureQueriesContext(connection) as queries:
        client.get("/health/ready")
    assert len(queries) == 1


def test_without_the_database_nobody_is_ready_and_the_reason_names_no_host(client: Any, no_database: None) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert response.json()["parts"]["database"]["error"] == "OperationalError"
    assert "db.internal" not in response.content.decode()


def test_a_release_whose_migrations_are_missing_is_not_ready(
    client: Any, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health._Applied, "seen", False)
    # Where the tables were made from the models, migrations are switched off, and none has been noted as applied.
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    if recorder.has_table():
        recorder.migration_qs.filter(app="customers").delete()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["migrations"]["missing"] >= 1


def test_the_detail_shows_every_part_with_its_figures(cast: Cast, client: Any) -> None:
    customer = make.customer(cast.corp)
    InboxEvent.objects.create(event_id="e1", corp_id=cast.corp.pk, name="sop.done", payload={})
    response = client.get("/health/detail")
    parts = response.json()["parts"]
    assert response.status_code == 200
    assert set(parts) == {"database", "cache", "broker", "outbox", "inbox", "dead"}
    assert parts["outbox"]["waiting"] == OutboxEvent.objects.filter(aggregate_id=customer.pk).count()
    assert parts["inbox"]["waiting"] == 1


def test_an_event_that_nobody_publishes_makes_it_degraded_and_not_down(cast: Cast, client: Any) -> None:
    make.customer(cast.corp)
    OutboxEvent.objects.update(occurred_at=now().replace(year=2020))
    response = client.get("/health/detail")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["parts"]["outbox"]["status"] == "degraded"


def test_a_dead_letter_makes_it_degraded_until_somebody_sends_it_again(db: None, client: Any) -> None:
    letter = DeadLetter.objects.create(digest="d", queue="q", body=b"{}")
    assert client.get("/health/detail").json()["parts"]["dead"] == {"status": "degraded", "deliveries": 0, "letters": 1}
    detail_page.forget()
    DeadLetter.objects.filter(pk=letter.pk).update(replayed_at=now())
    assert client.get("/health/detail").json()["parts"]["dead"]["status"] == "ok"


def test_a_cache_that_is_away_makes_it_degraded(db: None, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_cache, "available", lambda: False)
    assert client.get("/health/detail").json()["parts"]["cache"]["status"] == "degraded"


@pytest.mark.slow
def test_a_broker_that_is_away_makes_it_degraded(db: None, client: Any) -> None:
    with override_settings(EMBEDDED_BROKER=False, BROKER_URL=f"amqp://guest:guest@127.0.0.1:{free_port()}//"):
        response = client.get("/health/detail")
    assert (response.status_code, response.json()["parts"]["broker"]["status"]) == (200, "degraded")
    assert "guest" not in response.content.decode()


def test_without_the_database_the_detail_is_down_and_still_answers(client: Any, no_database: None) -> None:
    response = client.get("/health/detail")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    assert "outbox" not in response.json()["parts"]


def test_many_askers_share_one_look(db: None, client: Any) -> None:
    client.get("/health/detail")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/health/detail").status_code == 200
    assert len(queries) == 0


def test_no_page_holds_personal_data(cast: Cast, client: Any) -> None:
    make.customer(cast.corp, name="金丝雀", mobile="13912345678", external_userid="wmCanary")
    for path in ("/health/ready", "/health/detail", "/metrics"):
        text = client.get(path).content.decode()
        assert not [canary for canary in ("金丝雀", "13912345678", "wmCanary", cast.corp.name) if canary in text]


@pytest.mark.parametrize(("setting", "path"), [("HEALTH_TOKEN", "/health/detail"), ("METRICS_TOKEN", "/metrics")])
def test_a_token_where_one_is_set_must_be_shown(setting: str, path: str, db: None, client: Any) -> None:
    with override_settings(**{setting: "s3cret-token"}):
        assert [client.get(path, headers=shown).status_code for shown in ({}, {"Authorization": "Bearer wrong"})] == [
            401
        ] * 2
        assert client.get(path, headers={"Authorization": "Bearer s3cret-token"}).status_code == 200
        refused = client.get(path, headers={"Authorization": "Bearer é"})
    assert (refused.status_code, refused.json()["code"]) == (401, "authentication_failed")


class TestMetrics:
    def _value(self, text: str, name: str, **labels: str) -> float:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return sample.value
        return 0.0

    def test_a_request_is_counted_under_its_route_and_not_its_path(self, cast: Cast, client: Any) -> None:
        customer = make.customer(cast.corp)
        before = client.get("/metrics").content.decode()
        api_client(cast.corp).get(f"/api/v1/customers/{customer.pk}")
        after = client.get("/metrics").content.decode()
        labels = {"method": "GET", "status": "200", "route": r"api/v1/customers/(?P<pk>[0-9]+)/?$"}
        grown = self._value(after, "scrm_requests_total", **labels) - self._value(
            before, "scrm_requests_total", **labels
        )
        assert grown == 1
        assert self._value(after, "scrm_request_seconds_count", route=labels["route"], method="GET") >= 1
        assert f"customers/{customer.pk}" not in after

    def test_invented_paths_and_methods_make_one_series(self, db: None, client: Any) -> None:
        for n in range(20):
            client.generic(f"BREW{n}", f"/api/v1/invented/{n}")
        text = client.get("/metrics").content.decode()
        assert "invented" not in text
        assert "BREW" not in text
        assert self._value(text, "scrm_requests_total", route="unmatched", method="other", status="404") >= 20

    def test_the_queues_are_gauges_read_when_asked(self, cast: Cast, client: Any) -> None:
        make.customer(cast.corp)
        text = client.get("/metrics").content.decode()
        assert self._value(text, "scrm_outbox_backlog") == OutboxEvent.objects.filter(published_at=None).count() > 0
        assert self._value(text, "scrm_database_up") == 1

    def test_without_the_database_the_page_says_so_and_keeps_the_rest(self, client: Any, no_database: None) -> None:
        response = client.get("/metrics")
        assert response.status_code == 200
        assert self._value(response.content.decode(), "scrm_database_up") == 0
        assert "scrm_requests_total" in response.content.decode()

    def test_a_database_fault_is_counted(self, cast: Cast, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        before = metrics.DATABASE_FAULTS._value.get()
        monkeypatch.setattr(
            "customers.cache.versions", lambda *_: (_ for _ in ()).throw(OperationalError(2013, "lost"))
        )
        api_client(cast.corp).get("/api/v1/customers/1")
        assert metrics.DATABASE_FAULTS._value.get() == before + 1

    @pytest.mark.slow
    def test_the_figures_of_all_worker_processes_are_added_up(self, tmp_path: Path) -> None:
        count = (
            "import django; django.setup(); from core import metrics; metrics.CACHE_FAULTS.inc({n});"
            "print(metrics.exposition().decode())"
        )
        environment = os.environ | {
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "scrm_customer.settings",
            "DATA_DIR": str(tmp_path),
        }
        outputs = [
            subprocess.run(
                [sys.executable, "-c", count.format(n=n)],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for n in (2, 3)
        ]
        assert self._value(outputs[1], "scrm_cache_faults_total") == 5
