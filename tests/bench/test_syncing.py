"""The sync that is measured is the service's own: against a sandbox on a port, a first time and once more."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from bench import syncing
from corps.models import Corp
from customers.models import Customer, FollowRelation
from groups.models import GroupChat
from tags.models import Tag
from wecom.models import SyncRun, WecomApp
from wecom.sandbox import access, seeding
from wecom.sandbox.server import application
from wecom.sandbox.serving import Served

TOLD = access.of("the bench", 7)
COUNTS = {"new", "changed", "same", "ended", "refused", "failed"}


@pytest.fixture
def served() -> Iterator[Served]:
    company = seeding.build(customers=30, employees=3, tags=20, chats=2, seed=7, access=TOLD)
    with Served(application(company)) as running:
        yield running


@pytest.fixture
def relations(served: Served) -> int:
    # A sandbox of the same seed has as many.
    return seeding.build(customers=30, employees=3, tags=20, chats=2, seed=7).counts()["relations"]


@pytest.fixture
def figures(db: None, served: Served, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the part prints; its calls one after the other, as threads would not see this test's rows."""
    settings.SYNC_CALLS_AT_ONCE = 1
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    syncing.main([served.url, json.dumps(asdict(TOLD))])
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_first_run_finds_everything_new_and_the_second_everything_the_same(figures: Any, relations: int) -> None:
    first, again = figures["first"], figures["again"]
    assert {name: first[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {"new": relations}
    assert {name: again[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {"same": relations}


def test_a_run_tells_what_the_table_and_the_gates_need(figures: Any) -> None:
    for run in figures.values():
        assert set(run) == COUNTS | {"seconds", "pages", "mb", "spent"}
        assert {"api", "python", "database"} <= set(run["spent"])
        assert run["seconds"] > 0
        assert run["pages"] >= 1
        assert 10 < run["mb"] < 10_000
    assert figures["again"]["mb"] >= figures["first"]["mb"]


def test_what_is_measured_is_of_the_customers_run_alone(figures: Any) -> None:
    kinds = list(SyncRun.objects.order_by("pk").values_list("kind", "state"))
    assert kinds == [(kind, "done") for kind in ("house", "tags", "customers")] * 2


def test_it_leaves_the_rows_that_a_mirror_has(figures: Any, relations: int) -> None:
    corp = Corp.objects.get()
    assert Customer.objects.filter(corp=corp).count() == 30
    assert FollowRelation.objects.filter(corp=corp).count() == relations
    assert Tag.objects.filter(corp=corp).count() == 20
    assert not GroupChat.objects.exists()


def test_the_company_is_connected_as_a_sandboxs(figures: Any, served: Served) -> None:
    app = WecomApp.objects.get()
    assert (app.api_base, app.agent_id, app.sandbox) == (served.url, TOLD.agent_id, True)
    assert app.corp.wecom_corpid == TOLD.corpid


def test_a_run_that_fails_ends_the_bench_with_its_reason(db: None, settings: Any) -> None:
    settings.SYNC_CALLS_AT_ONCE = 1
    company = seeding.build(customers=5, employees=2, tags=0, chats=0, access=TOLD)
    server = application(company)
    server.faults.set(errors={"*": {48002: 1.0}})
    with Served(server) as running, pytest.raises(SystemExit, match=r"^house: "):
        syncing.main([running.url, json.dumps(asdict(TOLD))])
    assert not Customer.objects.exists()
